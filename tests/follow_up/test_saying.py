"""What one person says to another: told once, to whom it concerns; answers, verdicts, replies, questions."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.factories import DAY, act, make_commitment, make_partner, make_place, make_unit, make_user
from tracker.agenda.operations import complete_commitment
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import in_language
from tracker.follow_up.bulk.asking import ask_how_it_goes
from tracker.follow_up.bulk.undoing import undo_bulk
from tracker.follow_up.operations import Report, report_progress
from tracker.follow_up.operations.assessing import assess_commitment, reply_to_assessment
from tracker.follow_up.operations.dates import (
    NewDate,
    ask_new_date,
    grant_new_date,
    refuse_new_date,
    withdraw_date_request,
)
from tracker.notices.composing import compose_for
from tracker.notices.digest import write_digests
from tracker.notices.models import Digest, Notice
from tracker.notices.presenting import what_words
from tracker.territory.rules import Place

WANTED = NewDate(DAY + timedelta(days=80), "day", "Faltan materiales")


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def told(kind: str) -> list[tuple[str, str, str]]:
    """(recipient, why, state) of what was said of a kind."""
    rows = db.session.scalars(select(Notice).where(Notice.step.like(f"{kind}+%")).order_by(Notice.id))
    return [(one.recipient, one.audience, one.state) for one in rows]


@pytest.mark.parametrize("answer", ["granted", "refused"])
def test_who_asked_for_a_date_hears_the_answer_even_when_it_is_closed_after(place: Place, answer: str) -> None:
    officer, coordinator = make_user("officer", unit=make_unit(place)), make_user(place=place)
    made = make_commitment(place, due_on=DAY + timedelta(days=20))
    asked = ask_new_date(act(user=officer), place, made.code, WANTED)
    if answer == "granted":
        grant_new_date(act(user=coordinator), place, made.code, asked.id)
    else:
        refuse_new_date(act(user=coordinator), place, made.code, asked.id, "Urge")
    complete_commitment(act(), place, made.code, DAY, "fulfilled", "Ya")
    assert told("answered") == [(officer.email, "asker", "waiting")]
    notice = db.session.scalars(select(Notice).where(Notice.step.like("answered+%"))).one()
    with in_language("es", "MX"):
        said = what_words(notice)
    assert coordinator.name in said and ("11 feb 2027" if answer == "granted" else "Urge") in said


def test_nobody_is_told_of_the_own_answer_nor_who_has_left(place: Place) -> None:
    coordinator, gone = make_user(place=place), make_user("officer", unit=make_unit(place))
    first, second, third = (make_commitment(place, due_on=DAY + timedelta(days=20)) for _ in range(3))
    ask_new_date(act(user=coordinator), place, first.code, WANTED, decides=True)
    asked = ask_new_date(act(user=gone), place, second.code, WANTED)
    withdrawn = ask_new_date(act(user=gone), place, third.code, WANTED)
    withdraw_date_request(act(user=gone), place, third.code, withdrawn.id)
    gone.active = False
    db.session.flush()
    grant_new_date(act(user=coordinator), place, second.code, asked.id)
    assert told("answered") == []


def test_a_verdict_reaches_who_leads_and_the_reply_who_gave_it(place: Place) -> None:
    partner = make_partner()
    judge, coordinator = make_user("partner", partner=partner), make_user(place=place)
    made = make_commitment(place, unit=make_unit(place, "Obras", "obras@example.org"))
    seen = assess_commitment(act(user=judge), place, made.code, "limited", "Falta pintar", partner.id)
    assert told("judged") == [("obras@example.org", "responsible", "waiting")]
    assess_commitment(act(user=coordinator), place, made.code, "complete", "")
    assert len(told("judged")) == 2, "the word of one does not take the place of another's"
    reply_to_assessment(act(name="Luis"), place, made.code, seen.id, "Ya se pintó")
    assert told("replied") == [(judge.email, "judge", "waiting")]


def test_a_verdict_of_the_only_coordinator_on_what_nobody_leads_is_told_to_nobody(place: Place) -> None:
    coordinator = make_user(place=place)
    made = make_commitment(place)
    assess_commitment(act(user=coordinator), place, made.code, "complete", "")
    assert told("judged") == []


def test_a_question_reaches_who_leads_and_ends_with_news(place: Place) -> None:
    works, health = make_unit(place, "Obras", "obras@example.org"), make_unit(place, "Salud", "salud@example.org")
    first, second, third = (make_commitment(place, unit=unit) for unit in (works, works, health))
    ask_how_it_goes(act(), place, [row.code for row in (first, second, third)], "¿Llegó?")
    assert [one[0] for one in told("asked")] == ["obras@example.org", "obras@example.org", "salud@example.org"]
    report_progress(act(), place, first.code, Report("Va"))
    complete_commitment(act(), place, second.code, DAY, "fulfilled", "Ya")
    assert [one[2] for one in told("asked")] == ["cancelled", "cancelled", "waiting"]
    assert third.last_sign_on is None


def test_a_question_nobody_can_hear_is_refused_by_name(place: Place) -> None:
    coordinator = make_user(place=place)
    heard, unheard = make_commitment(place, unit=make_unit(place, "Obras", "o@example.org")), make_commitment(place)
    with pytest.raises(Refused) as refused:
        ask_how_it_goes(act(user=coordinator), place, [heard.code, unheard.code], "")
    said = str(refused.value.fields["codes"])
    assert unheard.code in said and heard.code not in said


def test_a_question_can_be_taken_back_until_it_is_read(place: Place) -> None:
    unit = make_unit(place, "Obras", "o@example.org")
    read, unread = make_commitment(place, unit=unit), make_commitment(place, unit=unit)
    change = ask_how_it_goes(act(), place, [read.code, unread.code], "")
    notice = db.session.scalars(select(Notice).where(Notice.subject == read.subject)).one()
    notice.state = "sent"
    done = undo_bulk(act(), place, change.id)
    assert (done.back, done.left) == ([unread.code], [read.code])
    assert [one[2] for one in told("asked")] == ["sent", "cancelled"]


@pytest.mark.parametrize(
    ("locale", "title", "said"),
    [
        ("es", "Dicho y preguntado", "Eva pregunta cómo va: ¿Llegó el tubo?"),
        ("pt_BR", "Dito e perguntado", "Eva pergunta como vai: ¿Llegó el tubo?"),
        ("fr", "Dit et demandé", "Eva demande où cela en est : ¿Llegó el tubo?"),
        ("en", "Said and asked", "Eva asks how it goes: ¿Llegó el tubo?"),
    ],
)
def test_a_question_alone_is_a_mail_in_its_readers_language(
    place: Place, locale: str, title: str, said: str
) -> None:
    unit = make_unit(place, "Obras")
    make_user("officer", unit=unit, locale=locale)
    made = make_commitment(place, "Pozo norte", unit=unit)
    ask_how_it_goes(act(name="Eva"), place, [made.code], "¿Llegó el tubo?")
    assert compose_for([place], DAY, act().at).digests == 1
    (mail,) = write_digests(list(db.session.scalars(select(Digest.id))), act().at).values()
    for body in (mail.text, mail.html):
        assert title in body and said in body.replace("\u202f", " ").replace("\xa0", " ")
    assert "0" not in mail.subject
