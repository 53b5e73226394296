"""The loaded demo world: whole, true to its texts and alive for a year, on both databases."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.apps import new_app, settings_for
from tests.support.databases import drop_database, new_database
from tracker.accounts.models import Membership, User
from tracker.accounts.passwords import is_password
from tracker.agenda.models import Budget, Commitment, DateChange, Milestone, Party
from tracker.agenda.queries.standing import differences, standing_of
from tracker.agenda.rules import arrived_late
from tracker.audit.models import AuditEntry
from tracker.core.db import NEVER, db
from tracker.core.now import local_day
from tracker.demo.accounts import PASSWORD, all_accounts
from tracker.demo.loader import load_world
from tracker.demo.story import entered, on_day, promised
from tracker.demo.world_files import Json, world_codes, world_of
from tracker.follow_up.checks import check_places
from tracker.follow_up.models import ProgressUpdate
from tracker.plan.models import Action, Line, Plan
from tracker.territory.models import Municipality, Partner, State, Unit, UnitPerson
from tracker.territory.queries import place_by_code
from tracker.territory.rules import EVERYWHERE, Place

NOW = datetime.fromisoformat("2026-11-23T15:00:00+00:00")
#: The same day everywhere in the world of the demo.
TODAY = date(2026, 11, 23)


@pytest.fixture(
    scope="module",
    autouse=True,
    params=[
        pytest.param(name, marks=[getattr(pytest.mark, name), pytest.mark.xdist_group(f"demo-{name}")])
        for name in ("sqlite", "postgres")
    ],
)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The world, loaded once for these tests, which only read."""
    app = new_app(settings_for(new_database(request.param), tmp_path_factory.mktemp("demo")))
    with app.app_context():
        load_world(NOW)
        db.session.commit()
        db.session.remove()
        yield
        db.session.remove()
        db.engine.dispose()
    drop_database(app.config["DATABASE_URL"])


@pytest.fixture(autouse=True)
def _own_session(loaded: None) -> Iterator[None]:
    """Each test reads afresh."""
    yield
    db.session.remove()


def place_of(code: str) -> Place:
    """The municipality as a plain value."""
    place = place_by_code(code, EVERYWHERE)
    assert place is not None
    return place


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
        Milestone: sum(len(c["milestones"]) for c in promises),
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
    roles = {
        a.role for a in all_accounts() for u in db.session.scalars(select(ProgressUpdate.by)) if a.name == u
    }
    assert roles == {"coordinator", "officer"}


@pytest.mark.parametrize("code", world_codes())
def test_commitments_are_what_their_texts_say(code: str) -> None:
    """First promised dates are kept, moved ones are in the ledger, ends and progress are as told."""
    world, rows = world_of(code), commitments_of(code)
    today = local_day(NOW, place_of(code).zone)
    assert today == TODAY
    for facts in world["commitments"]:
        row, precision = rows[facts["code"]], facts["precision"]
        first, due = promised(facts), facts["due"]
        assert row.first_due_on == (None if first is None else on_day(today, first, precision))
        assert row.due_on == (None if due is None else on_day(today, due, precision))
        assert row.entered_on == on_day(today, entered(world, facts))
        assert (row.completed_on == NEVER) == (facts["completed"] is None)
        assert facts["completed"] is None or row.completed_on == on_day(today, facts["completed"])
        assert (row.outcome, row.closing_note) == (facts["outcome"], facts["closing_note"] or "")
        delivered = sum(update["delivered"] or 0 for update in facts["updates"])
        assert float(row.delivered) == pytest.approx(delivered)
        moved = (
            select(DateChange.new_due_on).where(DateChange.commitment_id == row.id).order_by(DateChange.id)
        )
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


def test_standings_are_what_the_rows_say() -> None:
    """Today's counts equal a live count."""
    assert differences() == (len(world_codes()), [])
    assert all(standing_of(place_of(code).id, TODAY) is not None for code in world_codes())


@pytest.mark.parametrize("code", world_codes())
def test_standings_of_past_days_read_true(code: str) -> None:
    """On any day of the last half year the standing is what was so on that day."""
    world, place = world_of(code), place_of(code)
    for day in range(-180, 1):
        standing = standing_of(place.id, TODAY + timedelta(days=day))
        assert standing is not None
        held = (
            standing.open_count,
            standing.overdue_count,
            standing.late_step_count,
            standing.completed_count,
        )
        assert held == counted(world, day), day


def counted(world: Json, day: int) -> tuple[int, int, int, int]:
    """(open, overdue, with a late step, completed) on a day, straight from the texts."""
    known = [c for c in world["commitments"] if entered(world, c) <= day]
    still = [c for c in known if c["completed"] is None or c["completed"] > day]
    late = [c for c in still if is_late(due_on(c, day), c["precision"], day)]
    steps = [c for c in still if c not in late and any(step_is_late(s, day) for s in c["milestones"])]
    return len(still), len(late), len(steps), len(known) - len(still)


def due_on(commitment: Json, day: int) -> int | None:
    """The due day as it stood on a day."""
    moves = [move["new_due"] for move in commitment.get("moves", ()) if move["day"] <= day]
    return moves[-1] if moves else promised(commitment)


def is_late(due: int | None, precision: str, day: int) -> bool:
    """Whether it was late on a day."""
    return due is not None and on_day(TODAY, due, precision) < TODAY + timedelta(days=day)


def step_is_late(step: Json, day: int) -> bool:
    """Whether an open milestone was late on a day."""
    is_open = step["completed"] is None or step["completed"] > day
    return is_open and is_late(step["due"], "day", day)


@pytest.mark.parametrize("code", world_codes())
def test_alive_for_a_year(code: str) -> None:
    """Without loading anew, on each day of a year something is late, something due soon, something done."""
    municipality_id = place_of(code).id
    clocks = [
        (row.soon_from, row.overdue_from, row.completed_on)
        for model in (Commitment, Milestone)
        for row in db.session.scalars(select(model).where(model.municipality_id == municipality_id))
    ]
    for day in (TODAY + timedelta(days=n) for n in range(367)):
        assert any(overdue <= day for _, overdue, _ in clocks), day
        assert any(soon <= day < overdue for soon, overdue, _ in clocks), day
        assert any(completed <= day for _, _, completed in clocks), day


def test_the_first_check_tells_somebody_everywhere() -> None:
    """Nobody is without an address, and every municipality has something to say."""
    places = [place_of(code) for code in world_codes()]
    checked = check_places(places, TODAY, NOW, dry_run=True)
    assert {notice["municipality"] for notice in checked.notices} == set(world_codes())
    assert all(notice["recipient"] for notice in checked.notices)
