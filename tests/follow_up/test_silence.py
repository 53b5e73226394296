"""Without news, too slow: who hears when, what a report ends, and that slowness alone writes no mail."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_milestone, make_place, make_unit, make_user
from tracker.agenda.models import Commitment
from tracker.agenda.operations import complete_milestone, edit_milestone
from tracker.core.db import db
from tracker.follow_up.checks import Way, check_places
from tracker.follow_up.operations import Report, report_progress
from tracker.follow_up.operations.afresh import look_afresh
from tracker.notices.composing import compose_for
from tracker.notices.digest import settle_digest, write_digests
from tracker.notices.models import Digest, Notice
from tracker.notices.queries import unsent_count
from tracker.territory.models import Unit
from tracker.territory.policies.changing import set_policy
from tracker.territory.rules import Place

BOX, COORDINATOR = "box@example.org", "coord@example.org"


def on(number: int) -> date:
    return DAY + timedelta(days=number)


def told(place: Place, number: int) -> list[tuple[str, str]]:
    """(recipient, step) of what the check of that day raised; that a date is asked for is not the subject here."""
    found = check_places([place], on(number), act(on(number)).at).notices
    return [(n["recipient"], n["step"]) for n in found if not n["step"].startswith("undated")]


@pytest.fixture
def place(session: DbSession) -> Place:
    place = make_place()
    set_policy(act(), place.code, {"undated_repeat_days": 365})
    make_user("coordinator", place=place, email=COORDINATOR)
    return place


@pytest.fixture
def unit(place: Place) -> Unit:
    return make_unit(place, "Obras", mailbox=BOX)


def slow(place: Place, unit: Unit) -> Commitment:
    """Two milestones, the first of them due in five days; the whole in a year."""
    made = make_commitment(place, "Camino", on(365), unit=unit)
    make_milestone(place, made, on(5), title="Trazo")
    make_milestone(place, made, on(200), title="Obra")
    return made


def test_who_leads_hears_first_and_the_coordinator_as_many_days_later(place: Place, unit: Unit) -> None:
    make_commitment(place, "Sin fecha", unit=unit)
    heard = {number: found for number in range(400) if (found := told(place, number))}
    assert heard == {90: [(BOX, "silent+0")], 180: [(COORDINATOR, "silent+90")]}


def test_a_report_ends_what_waits_and_silence_counts_anew(place: Place, unit: Unit) -> None:
    made = make_commitment(place, "Sin fecha", unit=unit)
    assert told(place, 90) == [(BOX, "silent+0")]
    report_progress(act(on(91)), place, made.code, Report(text="Seguimos"))
    db.session.expire_all()
    fates = db.session.execute(select(Notice.state, Notice.reason)).all()
    assert [tuple(fate) for fate in fates] == [("cancelled", "news")]
    assert [number for number in range(91, 200) if told(place, number)] == [181]


def test_a_report_ends_what_waits_also_where_the_row_is_to_be_looked_at_afresh(place: Place, unit: Unit) -> None:
    made = make_commitment(place, "Sin fecha", unit=unit)
    told(place, 90)
    look_afresh(act(on(90)), place, unit.id)
    report_progress(act(on(91)), place, made.code, Report(text="Seguimos"))
    assert db.session.scalars(select(Notice.state)).all() == ["cancelled"]


def test_what_came_in_late_is_not_silent_before_its_rest_is_over(place: Place, unit: Unit) -> None:
    make_commitment(place, "Viejo", on(-200), unit=unit)
    steps = {number: [step for _who, step in told(place, number)] for number in range(50)}
    assert {number: found for number, found in steps.items() if any("silent" in step for step in found)} == {
        45: ["overdue+240", "silent+0"]
    }


def test_slowness_goes_along_and_never_writes_a_mail_of_its_own(place: Place, unit: Unit) -> None:
    slow(place, unit)
    found = told(place, 6)
    assert (BOX, "behind+0") in found
    db.session.execute(delete(Notice).where(Notice.step.like("overdue%")))
    assert compose_for([place], on(6), act(on(6)).at).digests == 0
    assert unsent_count(BOX) == 0
    make_commitment(place, "Otra cosa", on(9), unit=unit, day=on(6))
    assert (BOX, "due-3") in told(place, 6)
    assert compose_for([place], on(6), act(on(6)).at).as_json()["notices"] == 2
    [written] = write_digests([db.session.scalars(select(Digest.id)).one()], act(on(6)).at).values()
    assert "va lento: han vencido más hitos" in written.text
    assert "Camino" in written.html


@pytest.mark.parametrize("looked_on", [2, 29])
def test_slowness_that_a_plan_moves_into_the_past_is_told_whenever_it_was_looked_at(
    place: Place, unit: Unit, looked_on: int
) -> None:
    made = slow(place, unit)
    step = next(m for m in made.milestones if m.title == "Trazo")
    edit_milestone(act(on(1)), place, made.code, step.id, step.title, on(300), date_reason="Lluvia")
    check_places([place], on(looked_on), act(on(looked_on)).at, Way(everything=True))
    last = next(m for m in made.milestones if m.title == "Obra")
    edit_milestone(act(on(30)), place, made.code, last.id, last.title, on(20), date_reason="Antes")
    assert made.behind_from == on(21)
    assert (BOX, "behind+0") in told(place, 30)


def test_who_reports_on_what_is_slow_knows(place: Place, unit: Unit) -> None:
    made = make_commitment(place, "Camino", on(100), unit=unit, start_on=DAY)
    report_progress(act(on(60)), place, made.code, Report(text="Poco", progress=10))
    assert made.behind_from == on(26)
    assert not [step for number in range(60, 80) for _who, step in told(place, number) if step == "behind+0"]
    report_progress(act(on(80)), place, made.code, Report(text="Algo", progress=80))
    assert [number for number in range(80, 100) if (BOX, "behind+0") in told(place, number)] == [96]


def test_what_only_goes_along_waits_where_nothing_else_is_left(place: Place, unit: Unit) -> None:
    slow(place, unit)
    told(place, 6)
    compose_for([place], on(6), act(on(6)).at)
    digest = db.session.scalars(select(Digest.id)).one()
    db.session.execute(update(Notice).where(Notice.step != "behind+0").values(state="cancelled"))
    settle_digest(digest, "cancelled", "nothing left to say", on(6))
    rows = db.session.execute(select(Notice.state, Notice.digest_id).where(Notice.step == "behind+0")).all()
    assert [tuple(row) for row in rows] == [("waiting", None)]


def test_reaching_the_milestone_ends_the_slowness(place: Place, unit: Unit) -> None:
    made = slow(place, unit)
    told(place, 6)
    step = next(m for m in made.milestones if m.title == "Trazo")
    complete_milestone(act(on(7)), place, made.code, step.id, on(7))
    db.session.expire_all()
    assert made.behind_from == on(201)
    fate = db.session.execute(select(Notice.state, Notice.reason).where(Notice.step == "behind+0")).one()
    assert tuple(fate) == ("cancelled", "news")


def test_a_dry_run_tells_of_silence_without_a_date(place: Place, unit: Unit) -> None:
    make_commitment(place, "Sin fecha", unit=unit)
    [line] = check_places([place], on(95), act(on(95)).at, Way(dry_run=True)).notices
    assert (line["step"], line["due_on"], line["last_on"]) == ("silent+0", None, DAY.isoformat())
