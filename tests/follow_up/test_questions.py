"""Asking how several commitments go: who leads hears it once, news ends it, and it can be taken back."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.support.factories import DAY, act, make_commitment, make_place, make_unit, make_user
from tracker.agenda.operations import complete_commitment
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.follow_up.bulk.asking import ask_how_it_goes
from tracker.follow_up.bulk.undoing import undo_bulk
from tracker.follow_up.operations import Report, report_progress
from tracker.notices.composing import compose_for
from tracker.notices.digest import write_digests
from tracker.notices.models import Digest, Notice
from tracker.territory.rules import Place


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def told(kind: str) -> list[tuple[str, str, str]]:
    """(recipient, why, state) of what was said of a kind."""
    rows = db.session.scalars(select(Notice).where(Notice.step.like(f"{kind}+%")).order_by(Notice.id))
    return [(one.recipient, one.audience, one.state) for one in rows]


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
        ("es", "Respuestas y lo que dicen otros", "Eva pregunta cómo va: ¿Llegó el tubo?"),
        ("pt_BR", "Respostas e o que outros dizem", "Eva pergunta como vai: ¿Llegó el tubo?"),
        ("fr", "Réponses, et ce qu", "Eva demande où cela en est : ¿Llegó el tubo?"),
        ("en", "Answers, and what others say", "Eva asks how it goes: ¿Llegó el tubo?"),
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
    assert not mail.subject.startswith("0")
