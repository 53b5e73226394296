"""A row as it comes in, what may be made for it, and what came of it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Incoming:
    """One row, each value checked by itself. An absent column leaves what is there; see `given`."""

    #: Number in the sheet, from 1.
    row: int
    #: Fields the sheet has a column for, or a constant.
    given: frozenset[str]
    title: str
    code: str = ""
    #: What it is a milestone of: a code, or the `row_key` of a commitment without one; empty for a commitment.
    milestone_of: str = ""
    #: The milestone it is about, where the row carries its name; else it is found by code, title and date.
    milestone_id: int | None = None
    #: Which one this is among rows of the same title and unit, from 0, where the sheet may repeat them.
    ordinal: int = 0
    description: str = ""
    unit: str = ""
    unit_email: str = ""
    co_units: tuple[str, ...] = ()
    responsible: str = ""
    responsible_email: str = ""
    partners: tuple[str, ...] = ()
    line: str = ""
    action: str = ""
    start_on: date | None = None
    #: The last day of its period.
    due_on: date | None = None
    due_precision: str = "day"
    #: One of STAGES where the row says so, else None.
    stage: str | None = None
    completed_on: date | None = None
    outcome: str | None = None
    closing_note: str = ""
    #: Percent 0-100, None where no figure stands.
    progress: int | None = None
    quantity: Decimal | None = None
    measure: str = ""
    delivered: Decimal | None = None
    weight: int | None = None
    #: Assigned; this and the next three in whole units of the currency, not cents.
    budget: Decimal | None = None
    budget_current: Decimal | None = None
    budget_executed: Decimal | None = None
    budget_paid: Decimal | None = None
    #: The year whose money it is; None where the row does not say.
    fiscal_year: int | None = None
    currency: str = ""
    source_of_funds: str = ""
    verification: str = ""
    public: bool = False


def row_key(row: int) -> str:
    """What milestones name a commitment of their sheet by that has no code of its own; never a code itself."""
    return f"row:{row}"


@dataclass(frozen=True)
class Terms:
    """On what terms rows are taken in."""

    #: Units that nobody knows yet may be made.
    create_units: bool = False
    #: Mailbox for units that are made without one, with `{slug}` for their name; None gives none.
    unit_mailbox: str | None = None
    #: The day the sheet reports on; None is the day of the act.
    as_of: date | None = None
    #: Where the rows come from, as a person would say it; names a plan that has to be made.
    source: str = ""


@dataclass(frozen=True)
class Fault:
    """Why a row cannot come in; `reason` may be lazy text."""

    row: int
    field: str
    value: str
    reason: object
    #: What may be meant, as a person would type it.
    suggestion: str | None = None


@dataclass
class Taken:
    """What came of it, in rows; nothing was written when there are faults."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    units_created: int = 0
    #: Units that got a mailbox made of their name.
    mailboxes: int = 0
    faults: list[Fault] = field(default_factory=list)
    #: Row number → `created`, `updated` or `unchanged`.
    fates: dict[int, str] = field(default_factory=dict)
