"""From the form to the mail: a date asked for and refused, a verdict and the reply to it, as people see them."""

from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.apps import DbSession
from tests.support.clock import at
from tests.support.factories import DAY, make_commitment, make_partner, make_place, make_unit, make_user
from tests.support.pages import Client
from tracker.agenda.operations.promise import PartyFacts
from tracker.follow_up.models import Assessment, DateRequest
from tracker.follow_up.ticks import compose_due
from tracker.notices.models import Notice
from tracker.post.models import OutboxMail

MOMENT = "2026-11-23T15:20Z"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def browser(app: Flask, session: DbSession) -> "Browser":
    return Browser(app)


class Browser:
    """A municipality with who leads, who coordinates and a partner; each has a browser of the own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        place, partner = make_place(), make_partner("Fundación Agua")
        unit = make_unit(place, "Obras", mailbox="obras@example.org")
        parties = (PartyFacts("supporter", partner_id=partner.id),)
        made = make_commitment(place, "Diez pozos", DAY + timedelta(days=60), unit=unit, parties=parties)
        self.url = f"/{place.code}/agenda/{made.code}"
        self.people = {
            "luis": make_user("officer", unit=unit, email="luis@example.org", name="Luis", locale="en").id,
            "eva": make_user("coordinator", place=place, email="eva@example.org", name="Eva", locale="en").id,
            "ana": make_user("partner", partner=partner, email="ana@example.org", name="Ana", locale="en").id,
        }
        self._clients: dict[str, Client] = {}

    def client(self, who: str) -> Client:
        """Somebody signed in."""
        if who not in self._clients:
            client = self.app.test_client()
            assert isinstance(client, Client)
            client.enter_as(self.people[who])
            self._clients[who] = client
        return self._clients[who]

    def send(self, who: str, page: str, values: dict[str, str], action: str) -> None:
        """Fill in a form of the commitment; it is taken in."""
        with at(MOMENT):
            answer = self.client(who).submit(f"{self.url}{page}", values, f"{self.url}{action}")
        assert answer.status_code == 303, answer.text

    def read(self, who: str, page: str) -> str:
        """What somebody reads there."""
        with at(MOMENT):
            answer = self.client(who).get(page, headers=ENGLISH)
        assert answer.status_code == 200
        return unescape(answer.text)


def recipients(session: DbSession) -> list[tuple[str, str]]:
    """(step without number, recipient) of all notices."""
    rows = session.scalars(select(Notice).order_by(Notice.id))
    return [(notice.step.partition("+")[0], notice.recipient) for notice in rows]


def test_who_asked_reads_the_answer_in_the_inbox_and_who_coordinates_sees_who_was_told(
    browser: Browser, session: DbSession
) -> None:
    asked = {"due_on": "2027-03-31", "due_precision": "day", "reason": "Lluvias"}
    with at(MOMENT):
        browser.send("luis", "/dates/new", asked, "/dates")
        assert "No notices" in browser.read("luis", "/inbox")
        request_id = session.scalars(select(DateRequest.id)).one()
        answer = {"answer": "refused", "reason": "Hay gente esperando"}
        browser.send("eva", f"/dates/{request_id}", answer, f"/dates/{request_id}")
    said = "Eva did not grant the new date that Luis asked for, 31 Mar 2027: Hay gente esperando"
    inbox = browser.read("luis", "/inbox")
    assert said in inbox
    assert "told to you who asked for it" in inbox
    assert browser.url in inbox
    assert "· </p>" not in inbox, "no date hangs at its end"
    told = browser.read("eva", browser.url)
    assert said in told
    assert "leaves with the next digest" in told
    assert recipients(session) == [("answer", "luis@example.org")]
    with at(MOMENT):
        compose_due()
    mail_id = session.scalars(select(OutboxMail.id)).one()
    assert said in browser.read("eva", f"/mail/{mail_id}")


def test_who_decides_at_once_is_told_nothing(browser: Browser, session: DbSession) -> None:
    asked = {"due_on": "2027-03-31", "due_precision": "day", "reason": "Lluvias"}
    browser.send("eva", "/dates/new", asked, "/dates")
    assert recipients(session) == []


def test_who_leads_reads_the_verdict_and_who_gave_it_the_reply(browser: Browser, session: DbSession) -> None:
    verdict = {"verdict": "limited", "remark": "Falta la caseta"}
    browser.send("ana", "/assessments/new", verdict, "/assessments")
    assert recipients(session) == [("verdict", "luis@example.org"), ("verdict", "obras@example.org")]
    said = "Fundación Agua (Ana) says how far it is: limited progress. Falta la caseta"
    assert said in browser.read("luis", "/inbox")
    found = session.scalars(select(Assessment.id)).one()
    reply = f"/assessments/{found}/reply"
    browser.send("luis", reply, {"text": "Ya está"}, reply)
    inbox = browser.read("ana", "/inbox")
    assert "Luis replied to “limited progress”: Ya está" in inbox
    assert "told to you who said how far it is" in inbox
    assert browser.read("ana", browser.url)
