"""Which file, which sheet, which column is what, which word means what."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import FormField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.core.forms import DayField, Form, Part, Rows, options, paragraph
from tracker.core.i18n import _, _l
from tracker.exchange.bringing.deciding import ROW_TYPE
from tracker.exchange.mapping.field_words import FIELD_WORDS

#: Captions that stand in more rows than this are a table of their own.
_MOST_CAPTION_ROWS = 3
#: Several columns may hold names of these.
_SEVERAL = ("co_units", "partner")
STAGES = {
    "not_started": _l("not started"),
    "in_progress": _l("in progress"),
    "completed": _l("completed"),
    "cancelled": _l("dropped"),
}
ROW_KINDS = {
    "commitment": _l("a commitment"),
    "milestone": _l("a milestone of the commitment above"),
    "line": _l("a line of the plan"),
    "action": _l("an action of the plan"),
    "skip": _l("none of these: leave it out"),
}


class UploadForm(Form):
    """A file, or rows pasted from one."""

    file = FileField(_l("The workbook"))
    pasted = paragraph(_l("Or paste the rows here"), 900_000)


class SheetForm(Form):
    """Where the captions stand."""

    sheet = HiddenField()
    rows = SelectMultipleField(
        _l("The captions stand in"),
        coerce=str,
        widget=ListWidget(),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def validate_rows(self, field: Any) -> None:
        """One row, or a few below each other."""
        known = {value for value, *_more in field.choices or ()}
        if not field.data or not set(field.data) <= known:
            raise ValidationError(_("Tick the row in which the captions of the columns stand."))
        if len(field.data) > _MOST_CAPTION_ROWS:
            raise ValidationError(_("Tick three rows at most: those with the captions."))


class ColumnPart(Part):
    """One column of the sheet."""

    at = HiddenField()
    field = SelectField(_l("holds"), validate_choice=True)


class ColumnsForm(Form):
    """What each column holds."""

    columns = Rows(FormField(ColumnPart), _l("Column"))

    def offer(self) -> None:
        """The fields a column may hold."""
        choices = options(
            [("", _l("— not needed —")), *FIELD_WORDS.items(), (ROW_TYPE, _l("what kind of row it is"))]
        )
        for entry in self.columns:
            entry.form.field.choices = choices

    def check(self, others: dict[str, str]) -> bool:
        """Whether the columns make sense together with those of the other pages; notes what does not."""
        taken: dict[str, str] = {}
        chosen = [entry.form.field for entry in self.columns]
        for caption, name in others.items():
            taken.setdefault(name, caption)
        for field in chosen:
            if field.data and field.data in taken and field.data not in _SEVERAL:
                words = _("Another column holds this already. Choose one of them.")
                field.errors = [*field.errors, words]
            if field.data:
                taken.setdefault(field.data, "")
        if "title" not in taken and chosen:
            words = _("Say which column holds what is promised; without it there is no commitment.")
            chosen[0].errors = [*chosen[0].errors, words]
        return not any(field.errors for field in chosen)


class WordPart(Part):
    """One word of the sheet."""

    #: Which one, in the order of the page.
    at = HiddenField()
    means = SelectField(_l("means"), validate_choice=True)


class WordsForm(Form):
    """What the words and figures of the sheet mean."""

    states = Rows(FormField(WordPart), _l("State"))
    kinds = Rows(FormField(WordPart), _l("Kind of row"))
    percent_scale = RadioField(_l("Progress is written"), default="", validate_choice=True)
    date_order = RadioField(_l("Days are written"), default="dmy", validate_choice=True)
    as_of = DayField(_l("The sheet tells how things stood on"))

    def offer(self) -> None:
        """What may be chosen."""
        stages = options([("", _l("— choose —")), *STAGES.items()])
        kinds = options(ROW_KINDS.items())
        for entry in self.states:
            entry.form.means.choices = stages
        for entry in self.kinds:
            entry.form.means.choices = kinds
        self.percent_scale.choices = [
            ("", _l("as percent: 40 or 40%")),
            ("0-1", _l("as a share: 0.4 is 40%")),
            ("mixed", _l("now so, now so: 0.4 and 40 are both 40%")),
        ]
        self.date_order.choices = [
            ("dmy", _l("day first: 31/12/2026")),
            ("mdy", _l("month first: 12/31/2026")),
            ("ymd", _l("year first: 2026/12/31")),
        ]
