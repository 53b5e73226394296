"""Two voices: what others say stands beside what the municipality reports, and nobody verifies the own word."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.factories import DAY, act, make_commitment, make_partner, make_place, make_unit, make_user
from tests.support.together import at_once
from tracker.accounts.models import User
from tracker.agenda.operations import cancel_commitment, complete_commitment, reopen_commitment
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.follow_up.models import Assessment, ProgressUpdate
from tracker.follow_up.operations import Report, report_progress
from tracker.follow_up.operations.assessing import assess_commitment, reply_to_assessment
from tracker.follow_up.queries.assessments import ANSWER_DAYS, assessments_of, verdicts_unanswered
from tracker.follow_up.rules import is_link, is_verified
from tracker.territory.rules import Place


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


@pytest.fixture
def closer(place: Place) -> User:
    return make_user("coordinator", place=place)


def test_a_verdict_changes_no_clock_and_is_answered_once(place: Place) -> None:
    made = make_commitment(place, due_on=DAY + timedelta(days=30))
    before = (made.silent_from, made.progress, made.last_sign_on, made.version)
    said = assess_commitment(act(name="Eva"), place, made.code, "limited", "Falta la caseta", make_partner().id)
    assert (made.silent_from, made.progress, made.last_sign_on, made.version) == before
    reply_to_assessment(act(DAY + timedelta(days=1), name="Ana"), place, made.code, said.id, "Ya está")
    assert (said.verdict, said.reply, said.reply_by, said.reply_on) == (
        "limited",
        "Ya está",
        "Ana",
        DAY + timedelta(days=1),
    )
    with pytest.raises(Refused):
        reply_to_assessment(act(), place, made.code, said.id, "Otra vez")
    assess_commitment(act(), place, made.code, "complete", "", said.partner_id)
    assert [one.verdict for one in assessments_of(made)] == ["complete", "limited"], "appended, newest first"


def test_nobody_verifies_what_they_closed_and_who_leads_is_no_second_voice(place: Place, closer: User) -> None:
    partner = make_partner()
    made = make_commitment(place, partner_id=partner.id)
    with pytest.raises(Refused):
        assess_commitment(act(), place, made.code, "complete", "", partner.id)
    complete_commitment(act(user=closer), place, made.code, DAY, "fulfilled", "Listo")
    with pytest.raises(Refused):
        assess_commitment(act(user=closer), place, made.code, "complete", "")
    other = make_user("coordinator", place=place)
    assess_commitment(act(user=other), place, made.code, "complete", "")
    said = [(one.partner_id, one.verdict, one.at, one.by_user_id) for one in assessments_of(made)]
    assert is_verified(made.closed_at, made.closed_by_user_id, said)
    reopen_commitment(act(DAY + timedelta(days=1)), place, made.code, "No era cierto")
    assert not is_verified(made.closed_at, made.closed_by_user_id, said)
    complete_commitment(act(DAY + timedelta(days=2), user=closer), place, made.code, DAY, "fulfilled", "Ahora sí")
    assert not is_verified(made.closed_at, made.closed_by_user_id, said), "said before it was closed anew"


def test_the_newest_word_of_an_organisation_counts(place: Place, closer: User) -> None:
    made, partner = make_commitment(place), make_partner()
    complete_commitment(act(user=closer), place, made.code, DAY, "fulfilled", "Listo")
    for verdict, verified in (("complete", True), ("limited", False), ("complete", True)):
        assess_commitment(act(), place, made.code, verdict, "Así lo vi", partner.id)
        said = [(one.partner_id, one.verdict, one.at, one.by_user_id) for one in assessments_of(made)]
        assert is_verified(made.closed_at, made.closed_by_user_id, said) is verified


def test_the_word_of_who_closed_it_does_not_count() -> None:
    said = [(None, "complete", act().at, 7)]
    assert (is_verified(act().at, 7, said), is_verified(act().at, 8, said)) == (False, True)
    assert not is_verified(None, 8, said)


def test_nobody_judges_the_own_report_or_answers_the_own_words(place: Place, closer: User) -> None:
    made = make_commitment(place)
    report_progress(act(user=closer), place, made.code, Report(text="Avanza"))
    with pytest.raises(Refused):
        assess_commitment(act(user=closer), place, made.code, "complete", "")
    other = make_user("coordinator", place=place)
    said = assess_commitment(act(user=other), place, made.code, "limited", "Poco")
    with pytest.raises(Refused):
        reply_to_assessment(act(user=other), place, made.code, said.id, "Es mucho")
    reply_to_assessment(act(user=closer), place, made.code, said.id, "Es mucho")


@pytest.mark.parametrize(
    ("verdict", "remark", "field"),
    [
        ("verified", "x", "verdict"),
        ("", "x", "verdict"),
        ("limited", " ", "remark"),
        ("complete", "x" * 10_001, "remark"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(place: Place, verdict: str, remark: str, field: str) -> None:
    made = make_commitment(place)
    with pytest.raises(Refused) as refused:
        assess_commitment(act(), place, made.code, verdict, remark)
    assert list(refused.value.fields) == [field]


def test_of_another_or_dropped_it_is_refused(place: Place) -> None:
    made, second = make_commitment(place), make_commitment(place)
    said = assess_commitment(act(), place, second.code, "complete", "")
    with pytest.raises(NotHere):
        reply_to_assessment(act(), place, made.code, said.id, "Ya está")
    cancel_commitment(act(), place, made.code, "Sin fondos")
    with pytest.raises(Refused):
        assess_commitment(act(), place, made.code, "complete", "")


def test_of_two_answers_at_once_one_stands(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = make_place()
        code = make_commitment(place).code
        said = assess_commitment(act(), place, code, "complete", "").id
        db.session.commit()
    results = at_once(
        fresh_app, *[lambda: reply_to_assessment(act(), place, code, said, "Ya está") and None for _ in range(2)]
    )
    assert sum(isinstance(one, Refused) for one in results) == 1
    with fresh_app.app_context():
        assert db.session.scalars(select(Assessment.reply)).all() == ["Ya está"]


def test_what_asks_for_evidence_is_done_once_something_shows_it(place: Place) -> None:
    made = make_commitment(place, evidence_required=True)
    with pytest.raises(Refused):
        complete_commitment(act(), place, made.code, DAY, "fulfilled", "Listo")
    with pytest.raises(Refused):
        report_progress(act(), place, made.code, Report(text="Listo", happened="finished"))
    with pytest.raises(Refused) as refused:
        report_progress(act(), place, made.code, Report(link="javascript:alert(1)"))
    assert list(refused.value.fields) == ["link"]
    report_progress(act(), place, made.code, Report(link="https://example.org/acta"))
    assert "https://example.org/acta" in db.session.scalars(select(ProgressUpdate.link)).all()
    complete_commitment(act(), place, made.code, DAY, "fulfilled", "Listo")
    assert made.closed_at is not None


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("https://example.org/acta?n=1", True),
        ("http://example.org", True),
        ("ftp://example.org", False),
        ("https://", False),
        ("https://[", False),
        ("//example.org", False),
        ("https://exa mple.org", False),
        ("https://example.org/" + "x" * 500, False),
    ],
)
def test_a_link_is_the_address_of_a_page(text: str, fits: bool) -> None:
    assert is_link(text) is fits


def test_what_others_say_waits_for_an_answer_of_who_leads(place: Place) -> None:
    works, health, partner = make_unit(place, "Obras"), make_unit(place, "Salud"), make_partner()
    eva = make_user(place=place)
    mine, other = make_commitment(place, unit=works), make_commitment(place, unit=health)
    dropped = make_commitment(place)
    first = assess_commitment(act(), place, mine.code, "limited", "Falta", partner.id)
    newer = assess_commitment(act(), place, mine.code, "no_evidence", "No se ve", partner.id)
    own = assess_commitment(act(user=eva), place, other.code, "limited", "Falta pintar")
    assess_commitment(act(), place, other.code, "complete", "", partner.id)
    assess_commitment(act(), place, dropped.code, "limited", "Falta", partner.id)
    cancel_commitment(act(), place, dropped.code, "Sin fondos")

    def waiting(day: date = DAY, user_id: int = 0, units: frozenset[int] | None = None) -> list[int]:
        return [said.id for said, _of in verdicts_unanswered(place.id, day, user_id, units)]

    assert waiting() == [newer.id, own.id] and first.id not in waiting()
    assert waiting(user_id=eva.id) == [newer.id], "one's own word is not for oneself to answer"
    assert waiting(units=frozenset({health.id})) == [own.id]
    assert waiting(DAY + timedelta(days=ANSWER_DAYS)) == [newer.id, own.id]
    assert waiting(DAY + timedelta(days=ANSWER_DAYS + 1)) == []
    reply_to_assessment(act(name="Luis"), place, mine.code, newer.id, "Ya está")
    assert waiting() == [own.id]
    assert verdicts_unanswered(make_place().id, DAY, 0) == []
