"""The loaded demo world is whole and true to its texts, on both databases."""

from collections import Counter

import pytest
from sqlalchemy import select

from tests.demo.loaded import NOW, TODAY, place_of
from tracker.accounts.models import Membership, User
from tracker.accounts.passwords import is_password
from tracker.agenda.models import Budget, Commitment, DateChange, Milestone, Party
from tracker.agenda.rules import arrived_late
from tracker.audit.models import AuditEntry
from tracker.core.db import NEVER, db
from tracker.core.now import local_day
from tracker.demo.accounts import PASSWORD, all_accounts
from tracker.demo.story import entered, occurrences, on_day, promised
from tracker.demo.world_files import world_codes, world_of
from tracker.follow_up.models import ProgressUpdate
from tracker.plan.models import Action, Line, Plan
from tracker.territory.models import Municipality, Partner, State, Unit, UnitPerson

pytestmark = pytest.mark.usefixtures("world")


def commitments_of(code: str) -> dict[str, Commitment]:
    """Commitments of a municipality by code."""
    rows = db.session.scalars(select(Commitment).where(Commitment.municipality_id == place_of(code).id))
    return {row.code: row for row in rows}


def test_everything_is_there() -> None:
    """As many rows as the texts say."""
    worlds = [world_of(code) for code in world_codes()]
    promises = [c for world in worlds for c in world["commitments"]]
    units = [unit for world in worlds for unit in world["units"]]
    lines = [line for world in worlds for line in world["plan"]["lines"]]
    states = {(w["municipality"]["country"], w["municipality"]["admin1_code"]) for w in worlds}
    expected = {
        Municipality: len(worlds),
        State: len(states),
        Unit: len(units),
        UnitPerson: sum(len(unit["people"]) for unit in units),
        Partner: sum(len(world["partners"]) for world in worlds),
        Plan: len(worlds),
        Line: len(lines),
        Action: sum(len(line["actions"]) for line in lines),
        Commitment: len(promises),
        Milestone: sum(len(c["milestones"]) + len(occurrences(c)) for c in promises),
        Party: sum(len(c["co"]) for c in promises),
        Budget: sum(c["budget"] is not None for c in promises),
        ProgressUpdate: sum(len(c["updates"]) for c in promises),
        DateChange: sum(len(c.get("moves", ())) for c in promises),
        User: len(all_accounts()),
        Membership: len(all_accounts()),
    }
    assert {model: db.session.query(model).count() for model in expected} == expected
    per_place = Counter(db.session.scalars(select(Commitment.municipality_id)))
    assert len(per_place) == len(worlds) and min(per_place.values()) >= 12


def test_accounts_share_the_password() -> None:
    """Hashed once; those who act are people with accounts."""
    hashes = set(db.session.scalars(select(User.password_hash)))
    assert len(hashes) == 1 and is_password(hashes.pop(), PASSWORD)
    locales = Counter(db.session.scalars(select(User.locale)))
    assert locales == {"es": len(all_accounts()) - 1, None: 1}
    users = set(db.session.scalars(select(User.id)))
    assert set(db.session.scalars(select(ProgressUpdate.by_user_id))) <= users
    roles = {a.role for a in all_accounts() for u in db.session.scalars(select(ProgressUpdate.by)) if a.name == u}
    assert roles == {"coordinator", "officer"}


@pytest.mark.parametrize("code", world_codes())
def test_commitments_are_what_their_texts_say(code: str) -> None:
    """First promised dates are kept, moved ones are in the ledger, ends and progress are as told."""
    texts, rows = world_of(code), commitments_of(code)
    today = local_day(NOW, place_of(code).zone)
    assert today == TODAY
    for facts in texts["commitments"]:
        row, precision = rows[facts["code"]], facts["precision"]
        first, due = promised(facts), facts["due"]
        assert row.first_due_on == (None if first is None else on_day(today, first, precision))
        assert row.due_on == (None if due is None else on_day(today, due, precision))
        assert row.entered_on == on_day(today, entered(texts, facts))
        assert (row.completed_on == NEVER) == (facts["completed"] is None)
        assert facts["completed"] is None or row.completed_on == on_day(today, facts["completed"])
        assert (row.outcome, row.closing_note) == (facts["outcome"], facts["closing_note"] or "")
        delivered = sum(update["delivered"] or 0 for update in facts["updates"])
        assert float(row.delivered) == pytest.approx(delivered)
        moved = select(DateChange.new_due_on).where(DateChange.commitment_id == row.id).order_by(DateChange.id)
        moves = [on_day(today, move["new_due"], precision) for move in facts.get("moves", ())]
        assert db.session.scalars(moved).all() == moves


def test_nothing_arrived_late() -> None:
    """No quiet start: whatever is late now came in when it was not."""
    rows = [*db.session.scalars(select(Commitment)), *db.session.scalars(select(Milestone))]
    assert [(row.title, row.due_on, row.entered_on) for row in rows if arrived_late(row.date_facts)] == []


def test_the_trail_goes_forward() -> None:
    """Entries of a municipality are in the order of their days, all through the door of the demo."""
    for code in world_codes():
        statement = select(AuditEntry).where(AuditEntry.municipality_id == place_of(code).id)
        entries = db.session.scalars(statement.order_by(AuditEntry.id)).all()
        assert [entry.day for entry in entries] == sorted(entry.day for entry in entries)
        assert {entry.door for entry in entries} == {"demo"}
        assert all(entry.at < NOW and entry.day < TODAY for entry in entries)
