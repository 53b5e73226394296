"""The shape of a new date that is asked for, and of the answer."""

from collections.abc import Sequence

from wtforms import RadioField, SelectField

from tracker.agenda.presenting import PRECISION_WORDS
from tracker.agenda.rules import PRECISIONS
from tracker.core.forms import DayField, Form, options, paragraph
from tracker.core.i18n import _l


class NewDateForm(Form):
    """Whose date, which one, and why."""

    of = SelectField(_l("What needs a new date"), default="")
    due_on = DayField(_l("New date"))
    due_precision = SelectField(
        _l("How exact"), choices=options((name, PRECISION_WORDS[name]) for name in PRECISIONS), default="day"
    )
    reason = paragraph(_l("Why the date moves"), 1000)

    def offer(self, whole: str, steps: Sequence[tuple[int, str]]) -> None:
        """The commitment itself, then its open milestones."""
        self.of.choices = options([("", whole), *((str(number), title) for number, title in steps)])


class AnswerForm(Form):
    """Granted, or refused with a reason."""

    answer = RadioField(
        _l("Your answer"),
        choices=options([("granted", _l("The date moves")), ("refused", _l("The date stands"))]),
        default="",
        validate_choice=False,
    )
    reason = paragraph(_l("Why, if the date stands"), 1000)
