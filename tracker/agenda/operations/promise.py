"""What a person may type about a commitment, as one value, and what of it cannot stand."""

from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal

from tracker.agenda import rules
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.territory.rules import FIRST_DAY, LAST_DAY


@dataclass(frozen=True)
class PartyFacts:
    """A co-responsible or supporter: a unit, a partner or a member of the association, and its part in words."""

    kind: str
    unit_id: int | None = None
    partner_id: int | None = None
    part: str = ""
    member_id: int | None = None


@dataclass(frozen=True)
class BudgetFacts:
    """Money of a fiscal year from one source: minor units of an ISO 4217 currency; None is not known."""

    fiscal_year: int
    source: str
    currency: str
    assigned_minor: int
    current_minor: int | None = None
    executed_minor: int | None = None
    paid_minor: int | None = None

    @property
    def figures(self) -> tuple[int | None, ...]:
        """What is known of assigned, current, executed and paid, in minor units."""
        return self.assigned_minor, self.current_minor, self.executed_minor, self.paid_minor


@dataclass(frozen=True)
class Promise:
    """What a person may type about a commitment; only the title is needed."""

    title: str
    description: str = ""
    unit_id: int | None = None
    partner_id: int | None = None
    promised_to: str = ""
    action_id: int | None = None
    start_on: date | None = None
    due_on: date | None = None
    due_precision: str = "day"
    quantity: Decimal | None = None
    measure: str = ""
    quantity_base: Decimal | None = None
    precondition: str = ""
    verification: str = ""
    act_kind: str = ""
    act_number: str = ""
    act_on: date | None = None
    instrument: str = ""
    public: bool = False
    agreement_id: int | None = None
    #: What the date hangs on, and how many days after that it is due.
    condition: str = ""
    condition_days: int | None = None
    evidence_required: bool = False
    parties: tuple[PartyFacts, ...] = field(default=())
    #: None leaves the money as it is.
    budgets: tuple[BudgetFacts, ...] | None = field(default=())

    def settled(self) -> "Promise":
        """The same, title stripped, with the due date at the end of the period its precision names."""
        title = self.title.strip()
        if self.due_on is None:
            return replace(self, title=title, due_precision="day")
        if self.due_precision not in rules.PRECISIONS:
            return self
        return replace(self, title=title, due_on=rules.end_of_period(self.due_on, self.due_precision))


#: Amounts of money below this fit the database, in minor units.
MOST_MINOR = 2**63
#: Days after a condition, at most.
LONGEST_WAIT = 3_650
#: Longest texts, in characters.
LENGTHS = {
    "promised_to": 300,
    "measure": 100,
    "act_kind": 100,
    "act_number": 100,
    "instrument": 300,
    "condition": 300,
    "description": rules.TEXT_LENGTH,
    "precondition": rules.TEXT_LENGTH,
    "verification": rules.TEXT_LENGTH,
}
PLAIN = tuple(f.name for f in fields(Promise) if f.name not in ("parties", "budgets"))


def check_promise(promise: Promise) -> None:
    """Raise Refused with every field that cannot stand."""
    wrong: dict[str, object] = {}
    if not promise.title.strip():
        wrong["title"] = _l("Write what is promised.")
    elif len(promise.title) > rules.TITLE_LENGTH:
        wrong["title"] = _l(
            "At most %(count)s characters; the rest fits into the description.", count=rules.TITLE_LENGTH
        )
    for name in ("start_on", "due_on", "act_on"):
        day = getattr(promise, name)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            wrong[name] = _l("Give a day between 1990 and 2100.")
    if promise.start_on and promise.due_on and promise.due_on < promise.start_on and "due_on" not in wrong:
        wrong["due_on"] = _l("The due date is before the start.")
    wrong |= _wrong_amounts(promise)
    if promise.due_precision not in rules.PRECISIONS:
        wrong["due_precision"] = _l("Choose one of the list.")
    for name, longest in LENGTHS.items():
        if len(getattr(promise, name)) > longest:
            wrong[name] = _l("At most %(count)s characters.", count=longest)
    if promise.unit_id and promise.partner_id:
        wrong["partner_id"] = _l("Choose a unit or a partner as lead, not both; others can be co-responsible.")
    wrong |= _wrong_condition(promise)
    if wrong:
        raise Refused(fields=wrong)


def _wrong_condition(promise: Promise) -> dict[str, object]:
    if promise.condition_days is None:
        said = promise.condition.strip()
        return {"condition": _l("Say beside it how many days after that it is due.")} if said else {}
    if not 0 <= promise.condition_days <= LONGEST_WAIT:
        return {"condition_days": _l("Give a whole number of days from 0 to %(most)s.", most=LONGEST_WAIT)}
    return {} if promise.condition.strip() else {"condition": _l("Say what the date hangs on.")}


def _wrong_amounts(promise: Promise) -> dict[str, object]:
    wrong: dict[str, object] = {}
    if promise.quantity is not None and not Decimal("0.001") <= promise.quantity < 10**12:
        wrong["quantity"] = _l("Give an amount above 0.")
    if promise.quantity_base is not None and not 0 <= promise.quantity_base < 10**12:
        wrong["quantity_base"] = _l("Give an amount of 0 or more.")
    figures = [figure for budget in promise.budgets or () for figure in budget.figures if figure is not None]
    if any(not 0 <= figure < MOST_MINOR for figure in figures):
        wrong["budgets"] = _l("Give a smaller amount.")
    return wrong
