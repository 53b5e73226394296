"""The pages of mails: who sees which, and of each only what concerns the own municipality; sending again."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.notices.mailing import NOW, REFUSED, failed_mail, hand_over, mail_to, post, states_of, tell
from tests.support.apps import DbSession, only_sqlite
from tests.support.clock import at
from tests.support.factories import DAY, make_place, make_unit, make_user
from tests.support.pages import Client, form_of
from tracker.accounts.models import Membership
from tracker.audit.models import AuditEntry, AuditName
from tracker.notices.operations import void
from tracker.notices.presenting import KIND_WORDS
from tracker.post.models import MailTry, OutboxMail
from tracker.territory.rules import Place

WHO = "rosa@example.org"
MOMENT = "2026-11-23T15:20Z"


def entered(app: Flask, user_id: int) -> Client:
    """A browser in which this person is signed in."""
    client = app.test_client()
    assert isinstance(client, Client)
    with at(MOMENT):
        client.enter_as(user_id)
    return client


def get(client: Client, path: str) -> TestResponse:
    """A page at the moment at which these tests happen."""
    with at(MOMENT):
        return client.get(path, headers={"Accept-Language": "en"})


@pytest.fixture
def places(session: DbSession) -> tuple[Place, Place]:
    """Two municipalities of two countries."""
    return make_place("MX", name="Aldea"), make_place("CL", name="Bahía")


def test_a_mail_of_two_municipalities_shows_each_its_own_part(
    app: Flask, session: DbSession, places: tuple[Place, Place]
) -> None:
    here, there = places
    tell(here, WHO, 1)
    tell(there, WHO, 2)
    tell(there, "solo@example.org", 3)
    post(here, there)
    mine, theirs = (make_user("coordinator", place=place).id for place in places)
    whole = make_user("administrator").id
    mail_id = mail_to(WHO).id
    seen = {}
    for who, user_id in (("mine", mine), ("theirs", theirs), ("whole", whole)):
        client = entered(app, user_id)
        seen[who] = get(client, "/mail").text, get(client, f"/mail/{mail_id}").text
    assert "daily mail · 1 notice<" in seen["mine"][0]
    assert "solo@example.org" not in seen["mine"][0]
    assert "Promesa C-001" in seen["mine"][1]
    assert "Promesa C-002" not in seen["mine"][1]
    assert "Bahía" not in seen["mine"][1]
    assert there.code not in seen["mine"][1]
    assert "Promesa C-002" in seen["theirs"][1]
    assert "Promesa C-001" not in seen["theirs"][1]
    assert "solo@example.org" in seen["theirs"][0]
    assert "daily mail · 2 notices<" in seen["whole"][0]
    assert "Promesa C-001" in seen["whole"][1]
    assert "Promesa C-002" in seen["whole"][1]


def test_a_mail_out_of_scope_is_like_one_that_is_not_there(
    app: Flask, session: DbSession, places: tuple[Place, Place]
) -> None:
    here, there = places
    failed = failed_mail(there, WHO)
    failed_id = failed.id
    strangers = (
        make_user("coordinator", place=here),
        make_user("authority", place=here),
        make_user("monitor", country="MX"),
    )
    for user_id in [user.id for user in strangers]:
        client = entered(app, user_id)
        theirs, missing = get(client, f"/mail/{failed_id}"), get(client, f"/mail/{failed_id + 999}")
        assert (theirs.status_code, theirs.text) == (404, missing.text)
        assert WHO not in get(client, "/mail").text
    client = entered(app, make_user("coordinator", place=here).id)
    assert _send(client, failed_id).status_code == 404
    assert states_of(WHO) == [("failed", REFUSED)]


def test_another_role_elsewhere_opens_nothing(app: Flask, session: DbSession, places: tuple[Place, Place]) -> None:
    """A coordinator here who is an officer there sees no mails of there; an authority there may not send."""
    here, there = places
    failed_id = failed_mail(there, WHO).id
    unit = make_unit(there)
    officer = make_user("coordinator", place=here)
    session.add(Membership(user_id=officer.id, role="officer", municipality_id=there.id, unit_id=unit.id))
    authority = make_user("coordinator", place=here)
    session.add(Membership(user_id=authority.id, role="authority", municipality_id=there.id))
    session.flush()
    assert get(entered(app, officer.id), f"/mail/{failed_id}").status_code == 404
    client = entered(app, authority.id)
    page = get(client, f"/mail/{failed_id}")
    assert page.status_code == 200
    assert "/sending" not in page.text
    assert _send(client, failed_id).status_code == 403
    assert states_of(WHO) == [("failed", REFUSED)]


def _send(client: Client, mail_id: int) -> TestResponse:
    with at(MOMENT):
        token = form_of(client.get("/inbox").text).values["csrf_token"]
        return client.post(f"/mail/{mail_id}/sending", data={"csrf_token": token})


def test_each_part_of_a_mail_says_what_became_of_it(
    app: Flask, session: DbSession, places: tuple[Place, Place]
) -> None:
    here, _there = places
    tell(here, WHO, 1)
    dropped = tell(here, WHO, 2)
    post(here)
    void(here.id, dropped, "changed", DAY)
    hand_over(WHO, "doubt", "no answer in time")
    mail_id = hand_over(WHO, "sent", "250 queued as <b>X</b>", NOW + timedelta(minutes=5)).id
    client = entered(app, make_user("coordinator", place=here).id)
    page = get(client, f"/mail/{mail_id}").text
    told, _, left_out = page.partition("Left out")
    assert "Promesa C-001" in told
    assert "Promesa C-002" in left_out
    assert "the date or the lead changed before it left" in left_out
    assert "in doubt: it may have arrived twice" in page
    assert "the mail server gave no answer in time" in page
    assert "250 queued as &lt;b&gt;X&lt;/b&gt;" in page
    assert "23 Nov 2026, 09:05" in page, "instants are the municipality's own"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"rosa", "ana", "eva", "ida"}),
        ("?state=failed", {"rosa"}),
        ("?state=sent", {"ana"}),
        ("?state=waiting", {"eva", "ida"}),
        ("?state=doubt", {"ana"}),
        ("?state=cancelled", set()),
        ("?state=nonsense", {"rosa", "ana", "eva", "ida"}),
        ("?q=ROSA", {"rosa"}),
        ("?q=%25", set()),
        ("?place=aldea", {"rosa", "ana", "eva"}),
        ("?place=bah", {"ida"}),
        ("?place=nowhere", set()),
        ("?state=waiting&place=ald", {"eva"}),
        ("?before=²", {"rosa", "ana", "eva", "ida"}),
        ("?before=0", set()),
    ],
)
@only_sqlite
def test_filters_of_the_address(
    app: Flask, session: DbSession, places: tuple[Place, Place], query: str, shown: set[str]
) -> None:
    here, there = places
    for name in ("rosa", "ana", "eva"):
        tell(here, f"{name}@example.org")
    tell(there, "ida@example.org")
    post(here, there)
    hand_over("rosa@example.org", "failed", REFUSED)
    hand_over("ana@example.org", "doubt", "cut")
    hand_over("ana@example.org", "sent", "250", NOW + timedelta(minutes=5))
    page = get(entered(app, make_user("administrator").id), f"/mail{query}").text
    assert {name for name in ("rosa", "ana", "eva", "ida") if f"{name}@example.org" in page} == shown
    assert "1 mail could not be delivered" in page
    assert "2 are waiting to leave" in page


def test_pages_go_on_where_the_last_one_ended(app: Flask, session: DbSession, places: tuple[Place, Place]) -> None:
    here, _there = places
    for number in range(61):
        tell(here, f"p{number:02d}@example.org", number)
    post(here)
    client = entered(app, make_user("coordinator", place=here).id)
    first = get(client, "/mail").text
    last_id = sorted(session.scalars(select(OutboxMail.id)))[-50]
    assert f"/mail?before={last_id}" in first
    second = get(client, f"/mail?before={last_id}").text
    assert (first.count("@example.org</a>"), second.count("@example.org</a>")) == (50, 11)


def test_a_button_sends_it_again_once(app: Flask, session: DbSession, places: tuple[Place, Place]) -> None:
    here, _there = places
    mail_id = failed_mail(here, WHO).id
    user_id = make_user("coordinator", place=here, name="Ana Coordina").id
    client = entered(app, user_id)
    filled = form_of(get(client, f"/mail/{mail_id}").text, f"/mail/{mail_id}/sending").values
    with at(MOMENT):
        answers = [client.post(f"/mail/{mail_id}/sending", data=filled) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, f"/mail/{mail_id}")] * 2
    assert states_of(WHO) == [("composed", "")]
    again = select(func.count()).where(MailTry.outcome == "again")
    assert session.scalar(again) == 1
    entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "send_mail_again")).one()
    who = session.scalar(select(AuditName.user_id).where(AuditName.who == entry.who))
    assert (entry.municipality_id, who, entry.door) == (here.id, user_id, "page")
    page = get(client, f"/mail/{mail_id}").text
    assert "Ana Coordina had it sent again" in page
    assert "/sending" not in page


def test_what_did_not_fail_is_refused_in_words(app: Flask, session: DbSession, places: tuple[Place, Place]) -> None:
    here, _there = places
    tell(here, WHO)
    post(here)
    mail_id = hand_over(WHO, "sent", "250 ok").id
    client = entered(app, make_user("administrator").id)
    answer = _send(client, mail_id)
    assert answer.status_code == 409
    assert "<h1>" in answer.text
    assert states_of(WHO) == [("sent", "")]
    trail = select(func.count()).where(AuditEntry.verb == "send_mail_again")
    assert session.scalar(trail) == 0


def test_a_mail_about_no_municipality_is_the_administrators_alone(app: Flask, session: DbSession) -> None:
    """Mails of other kinds, and digests whose notices are gone, speak of no place."""
    mail = OutboxMail(
        kind="digest", ref_id=10**6, address=WHO, state="sent", created_at=NOW, not_before=NOW, sent_at=NOW
    )
    session.add(mail)
    session.flush()
    mail_id = mail.id
    page = get(entered(app, make_user("administrator").id), f"/mail/{mail_id}")
    assert page.status_code == 200
    assert "(UTC)" in page.text
    monitor = entered(app, make_user("monitor").id)
    assert get(monitor, f"/mail/{mail_id}").status_code == 404
    assert WHO not in get(monitor, "/mail").text


def test_every_kind_of_mail_has_words(app: Flask) -> None:
    assert set(app.extensions["mail_kinds"]) == set(KIND_WORDS)
