"""The shape of what is typed about commitments and milestones."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, FormField, HiddenField, RadioField, SelectField

from tracker.agenda.filtering import LONGEST_SEARCH
from tracker.agenda.presenting import OUTCOME_WORDS, PRECISION_WORDS, SORTING_WORDS
from tracker.agenda.rules import OUTCOMES, PRECISIONS, SORTED, TITLE_LENGTH
from tracker.core.forms import AmountField, DayField, Form, Part, Rows, WholeField, line, options, paragraph
from tracker.core.i18n import _l
from tracker.territory.days import in_our_time

_PRECISION_CHOICES = options((name, PRECISION_WORDS[name]) for name in PRECISIONS)
_SORTING_CHOICES = options(
    [("", _l("— leave for later —")), *((name, SORTING_WORDS[name]) for name in SORTED)],
)


class PartyForm(Part):
    """One co-responsible or supporter: `unit-3` or `partner-5`, and its part."""

    who = SelectField(_l("Who"), default="")
    kind = SelectField(
        _l("As"),
        choices=options([("co_responsible", _l("co-responsible")), ("supporter", _l("supports it"))]),
        default="co_responsible",
    )
    part = line(_l("Its part"))


class BudgetForm(Part):
    """Money of one fiscal year from one source."""

    fiscal_year = WholeField(_l("Fiscal year"))
    source = line(_l("Source"), 200)
    currency = line(_l("Currency"), 3)
    amount = AmountField(_l("Assigned budget"))


class CommitmentForm(Form):
    """What a person may type about a commitment; only the title is needed."""

    version = HiddenField()
    title = line(_l("What is promised"), TITLE_LENGTH)
    lead = SelectField(_l("Who leads"), default="")
    new_unit = line(_l("A unit that is not in the list"))
    due_on = DayField(_l("Due date"))
    due_precision = SelectField(_l("How exact"), choices=_PRECISION_CHOICES, default="day")
    date_reason = line(_l("Why the date moves"), 1000)
    start_on = DayField(_l("Start"))
    evidence_required = BooleanField(_l("Only done once a photo, a document or a link shows it"))
    condition = line(_l("The date hangs on"), 300)
    condition_days = WholeField(_l("Due so many days after that"))
    promised_to = line(_l("Promised to"))
    description = paragraph(_l("Description"))
    action_id = SelectField(_l("Action of the plan"), default="")
    quantity = AmountField(_l("Promised quantity"))
    measure = line(_l("Of what"), 100)
    quantity_base = AmountField(_l("Starting from"))
    parties = Rows(FormField(PartyForm), min_entries=0, max_entries=40, label=_l("Who else takes part"))
    budgets = Rows(FormField(BudgetForm), min_entries=0, max_entries=40, label=_l("Money assigned"))
    precondition = paragraph(_l("What must be there first"), 2000)
    verification = paragraph(_l("What will show that it is done"), 2000)
    act_kind = line(_l("Signed act"), 100)
    act_number = line(_l("Number of the act"), 100)
    act_on = DayField(_l("Day of the act"))
    act_file = FileField(_l("The act as a file"))
    instrument = line(_l("Instrument it serves"))
    agreement_id = SelectField(_l("Under the agreement"), default="")
    public = BooleanField(_l("Open to the public"))

    def offer(
        self,
        leads: list[tuple[str, Any]],
        others: list[tuple[str, Any]],
        actions: list[tuple[str, Any]],
        agreements: list[tuple[str, Any]],
    ) -> None:
        """Fill the drop-downs of this municipality."""
        self.agreement_id.choices = options(agreements)
        self.lead.choices = options(leads)
        self.action_id.choices = options(actions)
        for entry in self.parties:
            entry.form.who.choices = options(others)


class AgreementForm(Form):
    """What a municipality and a partner agreed on."""

    version = HiddenField()
    title = line(_l("What was agreed"), TITLE_LENGTH)
    partner_id = SelectField(_l("With whom"), default="")
    new_partner = line(_l("A partner that is not in the list"))
    number = line(_l("Number of the agreement"), 100)
    from_on = DayField(_l("From"))
    until_on = DayField(_l("Until"))


class CompletionForm(Form):
    """How a commitment ended."""

    outcome = RadioField(
        _l("How did it end?"),
        choices=options((name, OUTCOME_WORDS[name]) for name in OUTCOMES),
        default="fulfilled",
    )
    completed_on = DayField(_l("Day it was done"))
    closing_note = paragraph(_l("In a sentence"), 2000)
    open_milestones = RadioField(
        _l("Milestones that are still open"),
        choices=options([("complete", _l("they were reached too")), ("cancel", _l("they are dropped"))]),
        default="",
        validate_choice=False,
    )


class ReasonForm(Form):
    """Why."""

    reason = paragraph(_l("Why?"), 1000)


class ConditionForm(Form):
    """Since when what the date hangs on is there."""

    on = DayField(_l("Day on which it was there"))


class SuspensionForm(Form):
    """From when to when nothing can be done, and why."""

    from_on = DayField(_l("First day, today at the latest"))
    until_on = DayField(_l("Last day"))
    reason = paragraph(_l("Why?"), 1000)


class MilestoneForm(Form):
    """A dated step."""

    #: Mark of what stood when the page was opened; empty on a new one.
    stood = HiddenField()
    title = line(_l("What is to be reached"), TITLE_LENGTH)
    due_on = DayField(_l("Due date"))
    due_precision = SelectField(_l("How exact"), choices=_PRECISION_CHOICES, default="day")
    weight = WholeField(_l("Weight"), default=1)
    date_reason = line(_l("Why the date moves"), 1000)


class DoneForm(Form):
    """When a milestone was reached."""

    completed_on = DayField(_l("Day it was reached"))


class SortingRow(Part):
    """What becomes of one row that came in late."""

    subject = HiddenField()
    ticked = BooleanField(_l("Choose"))
    how = SelectField(_l("What becomes of it"), choices=_SORTING_CHOICES, default="")
    on = DayField(_l("Day"), validators=[in_our_time])
    reason = line(_l("In a few words"), 1000)


class SortingForm(Form):
    """What becomes of rows that came in late: one by one, or the same for many."""

    how = SelectField(_l("What becomes of them"), choices=_SORTING_CHOICES, default="")
    on = DayField(_l("Day"), validators=[in_our_time])
    reason = line(_l("In a few words"), 1000)
    rows = Rows(FormField(SortingRow), min_entries=0, max_entries=100, label=_l("Row"))


class FilterForm(Part):
    """What of the agenda is shown; travels in the address."""

    q = line(_l("Words"), LONGEST_SEARCH)
    state = SelectField(_l("State"), validate_choice=False)
    unit = SelectField(_l("Unit"), validate_choice=False)
    line = SelectField(_l("Line"), validate_choice=False)
    sort = SelectField(_l("Sorted by"), validate_choice=False)
