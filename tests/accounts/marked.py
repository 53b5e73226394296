"""Two municipalities in which every text and file says whose it is and what: `⟦A joint.title⟧`."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.support.factories import act, make_milestone, make_partner, make_person, make_place, make_unit, make_user
from tracker.agenda.models import Commitment
from tracker.agenda.operations import (
    attach,
    cancel_commitment,
    cancel_milestone,
    complete_commitment,
    create_commitment,
    edit_commitment,
)
from tracker.agenda.operations.agreements import Agreed, add_agreement
from tracker.agenda.operations.promise import BudgetFacts, PartyFacts, Promise
from tracker.core.db import db
from tracker.core.storage import store
from tracker.follow_up.checks import check_places
from tracker.follow_up.operations import Report, add_note, report_progress
from tracker.notices.composing import compose_for
from tracker.plan.operations import add_action, add_line, create_plan
from tracker.territory.rules import Place

#: Whoever signs in, by what they are.
PEOPLE = ("coordinator", "officer", "authority", "partner")


@dataclass(frozen=True)
class Marked:
    """One of the two, and the ids of its people by role."""

    place: Place
    users: dict[str, int]


def make_marked(letter: str, country: str, day: date, uploads: Path) -> Marked:
    """Everything a municipality can hold, as of `day`; commits nothing."""

    def mark(what: str) -> str:
        return f"⟦{letter} {what}⟧"

    place = make_place(country, f"7{letter.lower()}", name=mark("municipality.name"))
    unit = make_unit(place, mark("unit.name"), f"{letter}.unit@example.org")
    other = make_unit(place, mark("co.name"))
    make_person(unit, mark("person.name"), f"{letter}.person@example.org")
    partner = make_partner(mark("partner.name"))
    before = act(day - timedelta(days=60), name=mark("author.name"))
    plan = create_plan(before, place, mark("plan.title"), from_on=day, workshop=mark("plan.workshop"))
    line = add_line(before, place, plan.id, mark("line.title"), code="L1")
    action = add_action(before, place, line.id, mark("action.title"), code="A1")
    agreement = add_agreement(before, place, Agreed(mark("agreement.title"), partner.id, mark("agreement.number")))

    def promise(kind: str, due_on: date, **more: Any) -> Promise:
        return Promise(
            mark(f"{kind}.title"),
            mark(f"{kind}.description"),
            unit_id=unit.id,
            promised_to=mark(f"{kind}.promised_to"),
            action_id=action.id,
            due_on=due_on,
            quantity=Decimal(4),
            measure=mark(f"{kind}.measure"),
            precondition=mark(f"{kind}.precondition"),
            verification=mark(f"{kind}.verification"),
            act_kind=mark(f"{kind}.act_kind"),
            act_number=mark(f"{kind}.act_number"),
            instrument=mark(f"{kind}.instrument"),
            budgets=(BudgetFacts(day.year, mark(f"{kind}.source"), place.currency, 100),),
            **more,
        )

    parties = (
        PartyFacts("supporter", partner_id=partner.id, part=mark("joint.part")),
        PartyFacts("co_responsible", unit_id=other.id),
    )
    now = act(day - timedelta(days=1), name=mark("author.name"))
    for kind, extra in (("joint", {"parties": parties}), ("own", {}), ("under", {"agreement_id": agreement.id})):
        made = create_commitment(before, place, promise(kind, day - timedelta(days=3), **extra))
        moved = promise(kind, day - timedelta(days=2), **extra)
        edit_commitment(now, place, made.code, moved, 1, mark(f"{kind}.moved"))
        _fill(place, made, kind, letter, day, uploads)
    for kind in ("closed", "dropped"):
        made = create_commitment(before, place, promise(kind, day + timedelta(days=30)))
        if kind == "closed":
            complete_commitment(now, place, made.code, now.day, "fulfilled", mark("closed.note"))
        else:
            cancel_commitment(now, place, made.code, mark("dropped.reason"))
    create_commitment(before, place, promise("draft", day, parties=parties), draft=True)
    users = {
        "coordinator": make_user(place=place, name=mark("coordinator.name"), email=f"{letter}.c@example.org").id,
        "officer": make_user("officer", unit=unit, name=mark("officer.name"), email=f"{letter}.o@example.org").id,
        "authority": make_user("authority", place=place, email=f"{letter}.a@example.org").id,
        "partner": make_user("partner", partner=partner, email=f"{letter}.p@example.org").id,
    }
    check_places([place], day, act(day).at)
    compose_for([place], day, act(day).at)
    db.session.flush()
    return Marked(place, users)


def _fill(place: Place, made: Commitment, kind: str, letter: str, day: date, uploads: Path) -> None:
    """What hangs on a commitment: a milestone, a report with a file, the act, a note for ourselves."""

    def mark(what: str) -> str:
        return f"⟦{letter} {kind}.{what}⟧"

    before, now = act(day - timedelta(days=50)), act(day - timedelta(days=1), name=f"⟦{letter} author.name⟧")
    make_milestone(place, made, day - timedelta(days=1), title=mark("milestone"), day=before.day)
    lost = make_milestone(place, made, day + timedelta(days=9), title=mark("lost_milestone"), day=before.day)
    cancel_milestone(now, place, made.code, lost.id, mark("lost_reason"))
    pdf = f"%PDF-1.4\n{mark('file_content')}\n%%EOF\n".encode()
    shown = store(uploads, f"{mark('file_name')}.pdf", pdf)
    report_progress(now, place, made.code, Report(mark("update"), told_by=mark("told_by"), files=(shown,)))
    attach(now, made, "act", store(uploads, f"{mark('act_name')}.pdf", pdf))
    add_note(now, place, made.code, mark("note"))
