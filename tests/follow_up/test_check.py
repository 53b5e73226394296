"""The check: what strikes on a day is raised once, to the right people, with the true days."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories import (
    DAY,
    act,
    be_patient,
    make_commitment,
    make_milestone,
    make_partner,
    make_person,
    make_place,
    make_unit,
    make_user,
)
from tracker.agenda.models import Commitment, Standing, Watch
from tracker.agenda.operations import (
    complete_commitment,
    complete_milestone,
    edit_commitment,
    reopen_commitment,
)
from tracker.agenda.operations.promise import PartyFacts, Promise
from tracker.core.db import NEVER, db
from tracker.follow_up.checked import Checked, list_states
from tracker.follow_up.checks import Way, check_places
from tracker.notices.models import Notice
from tracker.territory.rules import Place


def check(place: Place, day: date, **how: bool) -> Checked:
    """Check one place for a day."""
    return check_places([place], day, act(day).at, Way(**how))


def told() -> list[tuple[str, str, str]]:
    """(recipient, step, state) of every notice, in order."""
    rows = db.session.execute(select(Notice.recipient, Notice.step, Notice.state).order_by(Notice.id))
    return [(row[0], row[1], row[2]) for row in rows]


@pytest.fixture
def town(session: object) -> Place:
    """A municipality with a coordinator; what is silent has a file of its own."""
    place = make_place()
    be_patient(place)
    make_user("coordinator", place=place, email="coord@example.org")
    return place


@pytest.mark.parametrize(
    ("days_after_due", "expected"),
    [
        (-15, []),
        (-14, [("box@example.org", "due-14")]),
        (-4, [("box@example.org", "due-14")]),
        (-3, [("box@example.org", "due-3")]),
        (0, [("box@example.org", "due-3")]),
        (1, [("box@example.org", "overdue+1")]),
        (9, [("box@example.org", "overdue+1")]),
        (10, [("box@example.org", "overdue+10"), ("coord@example.org", "overdue+10")]),
        (29, [("box@example.org", "overdue+10"), ("coord@example.org", "overdue+10")]),
        (30, [("coord@example.org", "overdue+30")]),
        (59, [("coord@example.org", "overdue+30")]),
        (60, [("coord@example.org", "overdue+60")]),
        # By then nobody has said anything for more than a year.
        (400, [("coord@example.org", "overdue+390"), ("box@example.org", "silent+0")]),
    ],
)
def test_the_first_check_raises_the_current_step_alone(
    town: Place, days_after_due: int, expected: list[tuple[str, str]]
) -> None:
    unit = make_unit(town, mailbox="box@example.org")
    due_on = DAY + timedelta(days=100)
    make_commitment(town, due_on=due_on, unit=unit)

    done = check(town, due_on + timedelta(days=days_after_due))

    assert [(n["recipient"], n["step"]) for n in done.notices] == expected
    assert [(r, s) for r, s, state in told() if state == "waiting"] == expected


def test_a_second_check_of_the_day_raises_nothing_and_looks_at_nothing(town: Place) -> None:
    unit = make_unit(town, mailbox="box@example.org")
    make_commitment(town, due_on=DAY - timedelta(days=1), unit=unit, day=DAY - timedelta(days=50))

    first, second = check(town, DAY), check(town, DAY)

    assert (len(first.notices), first.looked_at) == (1, 1)
    assert (second.notices, second.looked_at) == ([], 0)
    assert check(town, DAY, everything=True).notices == []


def test_a_missed_run_catches_up_with_the_current_step_and_records_the_rest(town: Place) -> None:
    unit = make_unit(town, mailbox="box@example.org")
    due_on = DAY + timedelta(days=20)
    make_commitment(town, due_on=due_on, unit=unit)
    check(town, due_on - timedelta(days=14))

    check(town, due_on + timedelta(days=12))

    states = {(recipient, step): state for recipient, step, state in told()}
    assert states == {
        ("box@example.org", "due-14"): "cancelled",
        ("box@example.org", "due-3"): "cancelled",
        ("box@example.org", "overdue+1"): "cancelled",
        ("box@example.org", "overdue+10"): "waiting",
        ("coord@example.org", "overdue+10"): "waiting",
    }
    reasons = dict(db.session.execute(select(Notice.step, Notice.reason).where(Notice.state == "cancelled")).all())
    assert reasons == {"due-14": "overtaken", "due-3": "skipped", "overdue+1": "skipped"}


def test_what_came_in_late_is_told_once_to_both_and_then_rests(town: Place) -> None:
    unit = make_unit(town, mailbox="box@example.org")
    make_commitment(town, due_on=DAY - timedelta(days=200), unit=unit, day=DAY)

    assert {n["recipient"] for n in check(town, DAY).notices} == {"box@example.org", "coord@example.org"}
    for days in range(1, 45):
        assert check(town, DAY + timedelta(days=days)).notices == []
    assert [n["recipient"] for n in check(town, DAY + timedelta(days=45)).notices] == ["coord@example.org"]


def test_people_mailbox_and_officer_of_the_unit_each_once(town: Place) -> None:
    unit = make_unit(town, mailbox="Box@example.org")
    make_person(unit, email="ana@example.org")
    make_person(unit, email="BOX@example.org")
    make_person(unit)
    make_user("officer", place=town, unit=unit, email="officer@example.org")
    make_commitment(town, due_on=DAY + timedelta(days=3), unit=unit)

    done = check(town, DAY)

    assert sorted(n["recipient"] for n in done.notices) == [
        "ana@example.org",
        "box@example.org",
        "officer@example.org",
    ]


def test_the_coordinator_stands_in_where_nobody_of_the_unit_can_be_told(town: Place) -> None:
    make_commitment(town, due_on=DAY + timedelta(days=3), unit=make_unit(town))
    make_commitment(town, due_on=DAY + timedelta(days=3))

    done = check(town, DAY)

    assert [(n["recipient"], n["why"]) for n in done.notices] == [("coord@example.org", "stand_in")] * 2


def test_where_nobody_can_be_told_the_notice_says_so(session: object) -> None:
    place = make_place()
    make_commitment(place, due_on=DAY, unit=make_unit(place))

    check(place, DAY)

    assert told() == [("", "due-3", "nobody")]


def test_co_responsibles_are_copied_once_it_is_late_and_a_partner_leads_as_a_unit_does(town: Place) -> None:
    helper = make_unit(town, mailbox="helper@example.org")
    partner = make_partner(email="partner@example.org")
    promise = Promise(
        title="Juntos",
        partner_id=partner.id,
        due_on=DAY,
        parties=(
            PartyFacts("co_responsible", unit_id=helper.id),
            PartyFacts("supporter", unit_id=None, partner_id=partner.id),
        ),
    )
    make_commitment(town, **{f: getattr(promise, f) for f in ("title", "partner_id", "due_on", "parties")})

    assert [n["recipient"] for n in check(town, DAY).notices] == ["partner@example.org"]
    late = check(town, DAY + timedelta(days=1)).notices
    assert sorted(n["recipient"] for n in late) == ["helper@example.org", "partner@example.org"]


def test_a_late_milestone_is_told_as_itself_and_its_commitment_has_a_late_step(town: Place) -> None:
    unit = make_unit(town, mailbox="box@example.org")
    commitment = make_commitment(town, due_on=DAY + timedelta(days=90), unit=unit, day=DAY - timedelta(days=30))
    make_milestone(town, commitment, DAY - timedelta(days=1), title="Primer paso", day=DAY - timedelta(days=30))

    done = check(town, DAY)
    list_states(done, [town], DAY)

    assert [(n["milestone"], n["step"]) for n in done.notices] == [("Primer paso", "overdue+1")]
    assert [(line["commitment"], line["milestone"], line["days_late"]) for line in done.states["overdue"]] == [
        (commitment.code, "Primer paso", 1)
    ]
    standing = db.session.scalars(select(Standing).where(Standing.until_on == NEVER)).one()
    assert (standing.overdue_count, standing.late_step_count) == (0, 1)


def test_a_dry_run_says_what_would_be_told_and_writes_nothing(town: Place) -> None:
    make_commitment(town, due_on=DAY + timedelta(days=3), unit=make_unit(town, mailbox="box@example.org"))

    done = check(town, DAY + timedelta(days=300), dry_run=True)

    assert [n["step"] for n in done.notices] == ["overdue+270"]
    assert told() == []
    assert db.session.scalars(select(Commitment)).one().checked_on == date.min


def test_a_day_before_the_last_check_raises_nothing(town: Place) -> None:
    make_commitment(town, due_on=DAY + timedelta(days=90))
    check(town, DAY)
    make_commitment(town, due_on=DAY - timedelta(days=2), unit=make_unit(town, mailbox="box@example.org"))

    assert check(town, DAY - timedelta(days=1)).notices == []
    assert db.session.get(Watch, town.id).checked_on == DAY  # type: ignore[union-attr]
    assert len(check(town, DAY).notices) == 2


def test_a_moved_date_voids_what_waits_and_counts_anew(town: Place) -> None:
    unit = make_unit(town, mailbox="box@example.org")
    commitment = make_commitment(town, due_on=DAY + timedelta(days=3), unit=unit)
    check(town, DAY)
    later = Promise(title=commitment.title, unit_id=unit.id, due_on=DAY + timedelta(days=40))
    edit_commitment(act(DAY), town, commitment.code, later, commitment.version, "llegó tarde la obra")

    assert told() == [("box@example.org", "due-3", "cancelled")]
    assert check(town, DAY + timedelta(days=1)).notices == []
    assert [n["step"] for n in check(town, DAY + timedelta(days=26)).notices] == ["due-14"]


def test_done_before_it_left_is_not_said_and_reopened_it_is(town: Place) -> None:
    commitment = make_commitment(town, due_on=DAY, unit=make_unit(town, mailbox="box@example.org"))
    check(town, DAY)
    complete_commitment(act(DAY), town, commitment.code, DAY, "fulfilled", "Listo.")
    assert told() == [("box@example.org", "due-3", "cancelled")]

    reopen_commitment(act(DAY), town, commitment.code, "no era cierto")
    check(town, DAY)

    assert told() == [("box@example.org", "due-3", "waiting")]


def test_standing_follows_the_days_without_any_change_of_facts(town: Place) -> None:
    make_commitment(town, due_on=DAY + timedelta(days=20), unit=make_unit(town))
    for days in range(60):
        check(town, DAY + timedelta(days=days))
    rows = db.session.execute(
        select(Standing.from_on, Standing.due_soon_count, Standing.overdue_count).order_by(Standing.from_on)
    ).all()
    assert [((row[0] - DAY).days, row[1], row[2]) for row in rows] == [(0, 0, 0), (6, 1, 0), (21, 0, 1)]


def test_a_milestone_that_ends_leaves_its_commitments_own_steps_alone(town: Place) -> None:
    """Whoever joined the unit meanwhile is told with the next step, not with the one that was told already."""
    due = DAY + timedelta(days=14)
    unit = make_unit(town, "Obras", mailbox="box@example.org")
    promise = make_commitment(town, due_on=due, unit=unit, day=DAY - timedelta(days=60))
    step = make_milestone(town, promise, due + timedelta(days=60), day=DAY - timedelta(days=60))
    check(town, DAY)
    make_person(unit, email="new@example.org")
    db.session.expire_all()
    later = DAY + timedelta(days=6)
    complete_milestone(act(later), town, promise.code, step.id, later)
    check(town, later)
    assert [row for row in told() if row[0] == "new@example.org"] == []


def test_a_co_responsible_unit_without_anybody_is_stood_in_for(town: Place) -> None:
    lead, empty = make_unit(town, "Obras", mailbox="box@example.org"), make_unit(town, "Salud")
    shared = (PartyFacts("co_responsible", unit_id=empty.id),)
    make_commitment(town, due_on=DAY, unit=lead, day=DAY - timedelta(days=60), parties=shared)
    check(town, DAY + timedelta(days=1))
    told = select(Notice.recipient, Notice.audience).where(Notice.step == "overdue+1").order_by(Notice.recipient)
    assert [tuple(row) for row in db.session.execute(told)] == [
        ("box@example.org", "responsible"),
        ("coord@example.org", "stand_in"),
    ]
