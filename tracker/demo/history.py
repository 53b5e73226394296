"""Writes the story of a municipality with the operations of agenda and follow-up, event by event."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations import (
    add_milestone,
    complete_commitment,
    complete_milestone,
    create_commitment,
    edit_commitment,
    recount,
)
from tracker.agenda.operations.promise import BudgetFacts, PartyFacts, Promise
from tracker.agenda.recurring.making import make_occurrences, not_held
from tracker.agenda.rules import Pattern
from tracker.audit.models import Act
from tracker.core.db import db
from tracker.core.i18n import minor_digits
from tracker.core.now import zone
from tracker.demo.story import Event, events_of, on_day, promised
from tracker.demo.world_files import Json
from tracker.follow_up.operations import Report, report_progress
from tracker.territory.queries import policy_for
from tracker.territory.rules import Place

#: When the office opens, and how long it takes until the next thing is written down.
OPENS, NEXT = time(9, 0), timedelta(minutes=4)


def at_hour(day: date, zone_name: str, after: timedelta = timedelta(0)) -> datetime:
    """An instant of office hours of a local day."""
    return datetime.combine(day, OPENS, zone(zone_name)) + after


@dataclass
class Writer:
    """What the events of one municipality need: ids by name, and who writes."""

    place: Place
    today: date
    units: dict[str, int]
    partners: dict[str, int]
    actions: dict[str, int]
    #: (id, name) of the user who enters what people tell.
    coordinator: tuple[int, str]
    #: (id, name) by unit id: they enter what nobody told the coordinator.
    officers: dict[int, tuple[int, str]]
    promises: dict[str, Promise] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    #: By commitment and title.
    steps: dict[tuple[str, str], int] = field(default_factory=dict)
    #: By commitment and the day on which it recurs.
    occurrences: dict[tuple[str, date], int] = field(default_factory=dict)


def replay(world: Json, writer: Writer) -> None:
    """Let everything happen in its order; ends with the standing of today."""
    write: dict[str, Callable[[Writer, Act, Event], None]] = {
        "enter": _enter,
        "add_step": _add_step,
        "recur": _recur,
        "hold": _hold,
        "miss": _miss,
        "move": _move,
        "report": _report,
        "reach_step": _reach_step,
        "complete": _complete,
        "count": _count,
    }
    day, minutes = None, timedelta(0)
    for event in events_of(world, writer.today, policy_for(writer.place).soon_days):
        minutes = minutes + NEXT if event.day == day else timedelta(0)
        day = event.day
        local = on_day(writer.today, event.day)
        user_id, name = _who(writer, event)
        act = Act(user_id, name, "demo", at_hour(local, writer.place.zone, minutes), local)
        write[event.kind](writer, act, event)


def promise_of(writer: Writer, facts: Json) -> Promise:
    """The commitment as it was first promised."""
    due, quantity, budget = promised(facts), facts["quantity"], facts["budget"]
    start_on = on_day(writer.today, facts["start"])
    return Promise(
        title=facts["title"],
        description=facts["description"],
        unit_id=writer.units[facts["unit"]] if facts["unit"] else None,
        partner_id=writer.partners[facts["partner"]] if facts["partner"] else None,
        promised_to=facts["promised_to"],
        action_id=writer.actions[facts["action"]] if facts["action"] else None,
        start_on=start_on,
        due_on=None if due is None else on_day(writer.today, due),
        due_precision=facts["precision"] if due is not None else "day",
        quantity=Decimal(str(quantity["amount"])) if quantity else None,
        measure=quantity["measure"] if quantity else "",
        parties=tuple(_party(writer, co) for co in facts["co"]),
        budgets=(_budget(budget, start_on.year),) if budget else (),
    ).settled()


def _who(writer: Writer, event: Event) -> tuple[int, str]:
    """Who enters it: the coordinator, or the officer of the unit where an update was told by nobody."""
    if event.kind == "report" and not event.facts["told_by"]:
        return writer.officers.get(writer.promises[event.code].unit_id or 0, writer.coordinator)
    return writer.coordinator


def _enter(writer: Writer, act: Act, event: Event) -> None:
    promise = promise_of(writer, event.facts)
    writer.promises[event.code] = promise
    writer.versions[event.code] = create_commitment(act, writer.place, promise, event.code).version


def _add_step(writer: Writer, act: Act, event: Event) -> None:
    step, due_on = event.facts, on_day(writer.today, event.facts["due"])
    milestone = add_milestone(act, writer.place, event.code, step["title"], due_on, weight=step["weight"])
    writer.steps[event.code, step["title"]] = milestone.id


def _recur(writer: Writer, act: Act, event: Event) -> None:
    facts = event.facts
    due_on = on_day(writer.today, facts["due"])
    pattern = Pattern("week", facts["recurs"]["weeks"], act.day.isoweekday(), act.day, due_on)
    make_occurrences(act, writer.place, event.code, pattern, facts["recurs"]["title"])
    rows = db.session.scalars(
        select(Milestone)
        .join(Commitment, Commitment.id == Milestone.commitment_id)
        .where(Commitment.municipality_id == writer.place.id, Commitment.code == event.code)
        .where(Milestone.occurs_on.is_not(None))
    )
    writer.occurrences |= {(event.code, row.occurs_on): row.id for row in rows if row.occurs_on}


def _hold(writer: Writer, act: Act, event: Event) -> None:
    complete_milestone(act, writer.place, event.code, writer.occurrences[event.code, act.day], act.day)


def _miss(writer: Writer, act: Act, event: Event) -> None:
    not_held(act, writer.place, event.code, writer.occurrences[event.code, act.day], event.facts["reason"])


def _move(writer: Writer, act: Act, event: Event) -> None:
    promise = replace(writer.promises[event.code], due_on=on_day(writer.today, event.facts["new_due"]))
    version = writer.versions[event.code]
    commitment = edit_commitment(act, writer.place, event.code, promise, version, event.facts["reason"])
    writer.promises[event.code], writer.versions[event.code] = promise, commitment.version


def _report(writer: Writer, act: Act, event: Event) -> None:
    facts = event.facts
    report = Report(
        text=facts["text"],
        progress=facts["progress"],
        delivered=None if facts["delivered"] is None else Decimal(str(facts["delivered"])),
        told_by=facts["told_by"] or "",
        told_how=facts["how"] or "",
    )
    report_progress(act, writer.place, event.code, report)


def _reach_step(writer: Writer, act: Act, event: Event) -> None:
    complete_milestone(act, writer.place, event.code, writer.steps[event.code, event.facts["title"]], act.day)


def _complete(writer: Writer, act: Act, event: Event) -> None:
    outcome, note = event.facts["outcome"], event.facts["closing_note"]
    complete_commitment(act, writer.place, event.code, act.day, outcome, note)


def _count(writer: Writer, act: Act, _event: Event) -> None:
    recount(writer.place.id, act.day)


def _party(writer: Writer, co: Json) -> PartyFacts:
    return PartyFacts(
        "co_responsible",
        unit_id=writer.units[co["unit"]] if "unit" in co else None,
        partner_id=writer.partners[co["partner"]] if "partner" in co else None,
        part=co["part"],
    )


def _budget(facts: Json, year: int) -> BudgetFacts:
    minor = Decimal(facts["amount"]).scaleb(minor_digits(facts["currency"]))
    return BudgetFacts(year, facts["source"], facts["currency"], int(minor))
