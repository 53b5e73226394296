"""The page of mails that are held, its two buttons, and the flags that lead to it."""

import json

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.notices.mailing import NOW, crowd, tell
from tests.support.apps import DbSession
from tests.support.clock import at
from tests.support.factories import DAY, make_place, make_user
from tests.support.pages import Client, form_of
from tests.support.processes import run_flask
from tracker.audit.models import AuditEntry
from tracker.core.db import db
from tracker.notices.composing import compose_for
from tracker.notices.models import MassApproval, Notice
from tracker.territory.rules import Place

MONDAY, SATURDAY = "2026-11-23T15:20Z", "2026-11-28T15:20Z"


@pytest.fixture
def place(session: DbSession) -> Place:
    """A municipality in Mexico of which 101 people are to hear something."""
    place = make_place("MX", name="Aldea")
    crowd(place, 101)
    return place


class Person:
    """Somebody in front of a browser."""

    def __init__(self, app: Flask, moment: str, role: str, place: Place) -> None:
        client = app.test_client()
        assert isinstance(client, Client)
        self._client, self._moment = client, moment
        with at(moment):
            client.enter_as(make_user(role, place=None if role == "administrator" else place).id)

    def get(self, path: str) -> TestResponse:
        """A page in English."""
        with at(self._moment):
            return self._client.get(path, headers={"Accept-Language": "en"})

    def send(self, page: str, action: str, **typed: str) -> TestResponse:
        """The form of a page with that action, as offered but for what is typed."""
        filled = form_of(self.get(page).text, action).values
        return self.post(action, {**filled, **typed})

    def post(self, action: str, filled: dict[str, str]) -> TestResponse:
        """The same form once more."""
        with at(self._moment):
            return self._client.post(action, data=filled, headers={"Accept-Language": "en"})


def trail(session: DbSession) -> list[tuple[str, str | None]]:
    """(verb, reason) of what was decided about mails."""
    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject == "mails").order_by(AuditEntry.id))
    return [(entry.verb, entry.changes.get("reason", [None, None])[1]) for entry in entries]


def test_it_says_how_many_about_what_and_why(app: Flask, place: Place) -> None:
    page = Person(app, MONDAY, "coordinator", place).get(f"/{place.code}/mail/waiting").text
    assert "101 people would get a mail each" in page
    assert "today, about 101 things." in page
    assert "51 of the 101 notices are about things that were late already" in page
    assert page.count("to 1 person") == 40
    assert "And 61 more." in page
    assert "They leave today, one mail a person." in page


@pytest.mark.parametrize(
    ("role", "decides"), [("coordinator", True), ("administrator", True), ("authority", False)]
)
def test_flags_lead_there_and_only_who_may_decides(app: Flask, place: Place, role: str, decides: bool) -> None:
    person = Person(app, MONDAY, role, place)
    mails = person.get("/mail").text
    assert "101 mails are held" in mails
    assert f'href="/{place.code}/mail/waiting"' in mails
    assert ("Look and decide" in mails) is decides
    assert ("/mail/approval" in person.get(f"/{place.code}/mail/waiting").text) is decides
    if role == "coordinator":
        assert "101 mails are held until you say yes" in person.get("/").text


def test_a_hundred_raise_no_flag(app: Flask, session: DbSession) -> None:
    place = make_place("MX")
    crowd(place, 100)
    person = Person(app, MONDAY, "coordinator", place)
    assert "held" not in person.get("/").text
    assert "held" not in person.get("/mail").text
    assert "Nothing is held" in person.get(f"/{place.code}/mail/waiting").text


def test_a_yes_lets_them_leave_once(app: Flask, session: DbSession, place: Place) -> None:
    person, action = Person(app, MONDAY, "coordinator", place), f"/{place.code}/mail/approval"
    filled = form_of(person.get(f"/{place.code}/mail/waiting").text, action).values
    answers = [person.post(action, filled) for _ in range(2)]
    assert [(a.status_code, a.location) for a in answers] == [(303, "/mail")] * 2
    assert "They leave today." in person.get("/mail").text
    assert trail(session) == [("approve_mails", None)]
    assert compose_for([place], DAY, NOW).digests == 101


def test_a_yes_on_a_saturday_is_for_monday(app: Flask, session: DbSession, place: Place) -> None:
    person = Person(app, SATURDAY, "coordinator", place)
    page = person.get(f"/{place.code}/mail/waiting").text
    assert "on Monday, 30 November 2026, about 101 things." in page
    person.send(f"/{place.code}/mail/waiting", f"/{place.code}/mail/approval")
    assert session.scalars(select(MassApproval.day)).one().isoformat() == "2026-11-30"
    assert "held" not in person.get("/").text


def test_a_no_wants_a_reason_and_keeps_it(app: Flask, session: DbSession, place: Place) -> None:
    person, action = Person(app, MONDAY, "administrator", place), f"/{place.code}/mail/refusal"
    page = f"/{place.code}/mail/waiting"
    refused = person.send(page, action, reason="  ")
    assert refused.status_code == 422
    assert "Say in a few words why they are not sent." in refused.text
    assert trail(session) == []
    filled = form_of(person.get(page).text, action).values
    tell(place, "came-later@example.org", 900)
    again = person.post(action, {**filled, "reason": "hidden \u202e sign"})
    assert again.status_code == 422
    assert form_of(again.text, action).values["until"] == filled["until"], "what was seen stays what was seen"
    answers = [person.post(action, {**filled, "reason": "Fechas de 2019"}) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert "101 notices are not sent." in person.get("/mail").text
    assert trail(session) == [("decline_mails", "Fechas de 2019")]
    left = session.execute(select(Notice.state, Notice.reason, Notice.recipient).where(Notice.state != "cancelled"))
    assert [tuple(row) for row in left] == [("waiting", "", "came-later@example.org")]


def test_the_second_of_two_who_decide_is_told(app: Flask, session: DbSession, place: Place) -> None:
    one, other = (Person(app, MONDAY, role, place) for role in ("coordinator", "administrator"))
    page, action = f"/{place.code}/mail/waiting", f"/{place.code}/mail/refusal"
    late = form_of(other.get(page).text, action).values
    assert one.send(page, f"/{place.code}/mail/approval").status_code == 303
    answer = other.post(action, {**late, "reason": "Era un error"})
    assert answer.status_code == 409
    assert "Era un error" in answer.text
    assert trail(session) == [("approve_mails", None)]
    assert set(session.scalars(select(Notice.state))) == {"waiting"}


def test_a_command_says_the_same(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = make_place("MX")
        crowd(place, 101)
        db.session.commit()
    done = run_flask(fresh_app, "notices", "approve", "--municipality", place.code, "--format", "json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["municipality"], answer["mails"]) == (place.code, 101)
    with fresh_app.app_context():
        approved = db.session.scalars(select(MassApproval.day)).all()
        db.session.remove()
    assert [day.isoformat() for day in approved] == [answer["day"]]
