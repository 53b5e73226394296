"""The shape of a policy: figures of follow-up; what is left empty comes from the level above."""

from typing import Any

from wtforms import HiddenField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.core.forms import Form, line, options, paragraph
from tracker.core.i18n import _, _l
from tracker.territory.policies.calendar import MOST, read_day_off
from tracker.territory.rules import read_policy_value

_WEEKDAYS = (
    ("0", _l("Monday")),
    ("1", _l("Tuesday")),
    ("2", _l("Wednesday")),
    ("3", _l("Thursday")),
    ("4", _l("Friday")),
    ("5", _l("Saturday")),
    ("6", _l("Sunday")),
)
#: What each figure has to be, in words.
_WANTED = {
    "soon_days": _l("Give a whole number of days from 0 to 365."),
    "remind_days": _l("Give whole numbers of days with a comma between them, such as 14, 3."),
    "late_days": _l("Give three growing numbers of days, such as 1, 10, 30."),
    "repeat_days": _l("Give a whole number of days from 1 to 365."),
    "quiet_days": _l("Give a whole number of days from 0 to 365."),
    **dict.fromkeys(
        ("silence_days", "silence_least_days", "blocked_repeat_days", "undated_repeat_days"),
        _l("Give a whole number of days from 1 to 365."),
    ),
    **dict.fromkeys(("silence_before_due_days", "behind_days"), _l("Give a whole number of days from 0 to 365.")),
    **dict.fromkeys(("behind_points", "behind_share"), _l("Give a whole number from 0 to 100.")),
    "digest_hour": _l("Give a whole hour from 0 to 23."),
}


class Figure:
    """Validator: what is typed is such a figure, or nothing."""

    def __call__(self, _form: Any, field: Any) -> None:
        """Raise ValidationError for what is none."""
        if not field.data:
            return
        try:
            read_policy_value(field.name, field.data.replace(" ", ""))
        except ValueError as error:
            raise ValidationError(_WANTED[field.name]) from error


class PolicyForm(Form):
    """The figures that a level sets for itself."""

    #: Version of the setting when the page was opened; 0 where there was none.
    seen = HiddenField()
    soon_days = line(_l("Due soon, days before the due day"), 10, validators=[Figure()])
    remind_days = line(_l("Reminders, days before the due day"), 60, validators=[Figure()])
    late_days = line(_l("Notices when late, days after the due day"), 30, validators=[Figure()])
    repeat_days = line(_l("After that, again every so many days"), 10, validators=[Figure()])
    quiet_days = line(_l("What came in late rests so many days"), 10, validators=[Figure()])
    silence_days = line(_l("Silent after so many days without news"), 10, validators=[Figure()])
    silence_before_due_days = line(_l("Silent from so many days before the due day"), 10, validators=[Figure()])
    silence_least_days = line(_l("But never before so many days without news"), 10, validators=[Figure()])
    behind_points = line(_l("Too slow beyond so many percent points"), 10, validators=[Figure()])
    behind_share = line(_l("Never too slow before this percent of the time"), 10, validators=[Figure()])
    behind_days = line(_l("Nor before so many days after the start"), 10, validators=[Figure()])
    blocked_repeat_days = line(_l("An obstacle is told again every so many days"), 10, validators=[Figure()])
    undated_repeat_days = line(_l("Without a date it is asked for every so many days"), 10, validators=[Figure()])
    digest_hour = line(_l("Hour from which mails leave"), 10, validators=[Figure()])
    working_days = SelectMultipleField(
        _l("Days on which mails leave"),
        choices=options(_WEEKDAYS),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    holidays_off = SelectField(
        _l("Public holidays of the country"),
        choices=options(
            [("", _l("as in the level above")), ("yes", _l("no mails")), ("no", _l("mails leave as on other days"))]
        ),
        default="",
    )
    days_off = paragraph(_l("Further days without mails, one a line"), 3_000)

    def validate_days_off(self, field: Any) -> None:
        """Local holidays, and when the offices are closed."""
        lines = [text for text in (field.data or "").splitlines() if text.strip()]
        if len(lines) > MOST:
            raise ValidationError(_("At most %(count)s lines.", count=MOST))
        for text in lines:
            try:
                read_day_off(text)
            except ValueError as error:
                said = _(
                    "“%(said)s” is no day: write 24/12 for every year, 24/12/2026, or 20/12/2026 - 5/1/2027 "
                    "(two months at most).",
                    said=text[:60],
                )
                raise ValidationError(said) from error
