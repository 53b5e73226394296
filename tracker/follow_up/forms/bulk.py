"""The shape of what is done to several commitments in one go."""

from typing import Any

from wtforms import FormField, HiddenField, RadioField, SelectField, SelectMultipleField

from tracker.agenda.presenting import OUTCOME_WORDS, PRECISION_WORDS
from tracker.agenda.rules import OUTCOMES, PRECISIONS
from tracker.core.forms import DayField, Form, Part, Rows, WholeField, line, options, paragraph
from tracker.core.i18n import _l
from tracker.territory.days import in_our_time


class SeveralForm(Form):
    """Which commitments: their codes."""

    codes = SelectMultipleField(_l("Commitments"), validate_choice=False)


class LeadForm(SeveralForm):
    """Who leads them from now on."""

    lead = SelectField(_l("Who leads them"), default="")

    def offer(self, leads: list[tuple[str, Any]]) -> None:
        """Fill the drop-down of this municipality."""
        self.lead.choices = options(leads)


class DateRow(Part):
    """The new date of one commitment, and why it moves."""

    code = HiddenField()
    due_on = DayField(_l("New date"), validators=[in_our_time])
    reason = line(_l("Why the date moves"), 1000)


class DatesForm(SeveralForm):
    """New dates: one for each, or the same for all."""

    by_days = WholeField(_l("All so many days later"))
    due_on = DayField(_l("All to this date"), validators=[in_our_time])
    reason = line(_l("Why the dates move"), 1000)
    due_precision = SelectField(
        _l("How exact"), choices=options((name, PRECISION_WORDS[name]) for name in PRECISIONS), default="day"
    )
    rows = Rows(FormField(DateRow), min_entries=0, max_entries=200, label=_l("Row"))


class ClosingForm(SeveralForm):
    """How they ended."""

    outcome = RadioField(
        _l("How did they end?"),
        choices=options((name, OUTCOME_WORDS[name]) for name in OUTCOMES),
        default="fulfilled",
    )
    completed_on = DayField(_l("Day they were done"))
    closing_note = paragraph(_l("In a sentence"), 2000)
    open_milestones = RadioField(
        _l("Milestones that are still open"),
        choices=options([("complete", _l("they were reached too")), ("cancel", _l("they are dropped"))]),
        default="",
        validate_choice=False,
    )


class AskingForm(SeveralForm):
    """What is asked of those who lead."""

    question = line(_l("What do you want to know?"), 500)
