"""What is decided about what is wrong, cell by cell and for all of a kind, and about what looks alike."""

from collections.abc import Container, Iterator
from typing import Any

from wtforms import FormField, HiddenField, RadioField, SelectField
from wtforms.validators import ValidationError

from tracker.core.forms import Form, Part, Rows, SaysWhatChanged, line, options
from tracker.core.i18n import _, _l
from tracker.core.mail import is_address
from tracker.exchange.bringing.kinds import KINDS, NEEDED, PROPOSED
from tracker.exchange.forms.conflicts import SIDES, ConflictPart

LONGEST_MEND = 3000


class CellPart(SaysWhatChanged):
    """One cell that cannot come in as it is."""

    row = HiddenField()
    name = HiddenField()
    #: Row and column in words, and what the text started with: for whoever has to copy what was typed.
    called = HiddenField()
    was = HiddenField()
    text = line(_l("Write instead"), LONGEST_MEND)
    how = SelectField(_l("or"), validate_choice=True)

    def changed_texts(self) -> Iterator[tuple[str, str]]:
        """The text, where it is another one."""
        if self.text.data and self.text.data != (self.was.data or ""):
            yield str(self.called.data or ""), str(self.text.data)

    def offer(self, name: str) -> None:
        """What can be done about a cell of this field."""
        dates = {"due_on": _l("no date"), "start_on": _l("no date"), "unit": _l("no responsible")}
        nothing = [] if name in NEEDED else [("empty", dates.get(name, _l("leave it empty")))]
        self.how.choices = options([("", _l("as written")), *nothing, ("out", _l("leave the row out"))])


class KindPart(Part):
    """All that is wrong in the same way."""

    kind = HiddenField()
    choice = RadioField(_l("For all of them"), default="", validate_choice=True)

    def offer(self, kind: str, *, proposed: bool) -> None:
        """What can be done about all of this kind; with mends `proposed` for some also those."""
        found = KINDS.get(kind)
        mends = [PROPOSED] if proposed and found and found.choices else []
        self.choice.choices = options([("", _l("one by one")), *mends, *(found.choices if found else ())])


class UnitPart(SaysWhatChanged):
    """A unit that is to be made."""

    #: Which one.
    unit = HiddenField()
    was = HiddenField()
    name = line(_l("Its name"), 300)
    mailbox = line(_l("Its mail address"), 254)

    def changed_texts(self) -> Iterator[tuple[str, str]]:
        """Another name, and an address."""
        was = str(self.was.data or "")
        if self.name.data and self.name.data != was:
            yield f"{was}, {self.name.label.text}", str(self.name.data)
        if self.mailbox.data:
            yield f"{was}, {self.mailbox.label.text}", str(self.mailbox.data)

    def validate_mailbox(self, field: Any) -> None:
        """An address, or nothing."""
        if field.data and not is_address(field.data):
            raise ValidationError(_("This is no mail address; write it like works@example.org."))


class UnitLikePart(Part):
    """A unit of the sheet that looks like one of the municipality's."""

    #: Which one.
    unit = HiddenField()
    means = SelectField(_l("This unit is"), validate_choice=True)

    def offer(self, alike: list[str]) -> None:
        """What it may be: names of units."""
        theirs = [(f"is {name}", name) for name in alike]
        self.means.choices = options([("", _l("— choose —")), *theirs, ("new", _l("another one"))])


class LikePart(Part):
    """A row that looks like something in the agenda."""

    row = HiddenField()
    means = SelectField(_l("This row is"), validate_choice=True)

    def offer(self, alike: list[tuple[str, str]]) -> None:
        """What it may be: (code, title) of what the agenda has."""
        theirs = [(f"is {code}", f"{code} · {title}"[:100]) for code, title in alike]
        self.means.choices = options([("", _l("— choose —")), ("new", _l("something new")), *theirs])


class PreviewForm(Form):
    """One page of what needs a person."""

    kinds = Rows(FormField(KindPart), _l("Kind"))
    cells = Rows(FormField(CellPart), _l("Cell"))
    units = Rows(FormField(UnitPart), _l("Unit"))
    alike = Rows(FormField(LikePart), _l("Row"))
    unit_alike = Rows(FormField(UnitLikePart), _l("Unit"))
    #: Of a workbook that comes back: what this page shows, and one choice for whatever is open.
    conflicts = Rows(FormField(ConflictPart), _l("Conflict"))
    rest = SelectField(_l("For all that are not decided"), default="", validate_choice=True)

    def offer(self, proposed: Container[str] = ()) -> None:
        """Choices of each part, by what the part says it is about; kinds for which mends are `proposed`."""
        self.rest.choices = options([("", _l("one by one, below")), *SIDES.items()])
        for entry in self.kinds:
            kind = str(entry.form.kind.data or "")
            entry.form.offer(kind, proposed=kind in proposed)
        for entry in self.cells:
            entry.form.offer(str(entry.form.name.data or ""))
