"""The link in each mail: what it shows and changes, for whom, and what it keeps to itself."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.notices.mailing import hand_over, mail_to, post, states_of, tell
from tests.support.apps import DbSession, only_sqlite
from tests.support.factories import make_place, make_user
from tests.support.pages import Client, form_of
from tracker.audit.models import AuditEntry
from tracker.core.db import db
from tracker.core.now import utc_now
from tracker.core.web import csrf
from tracker.notices.models import Digest, MailPreference, UnsubscribeLink
from tracker.notices.preferring import new_links, prefer, preference_of
from tracker.notices.rules import PREFERENCES, masked
from tracker.post.kinds import kind_called

MINE, OTHER = "obras@example.org", "salud@example.org"
ALL, NONE = dict.fromkeys(PREFERENCES, True), dict.fromkeys(PREFERENCES, False)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def tokens(session: DbSession) -> list[str]:
    """A link for each of two addresses."""
    tokens = new_links([MINE, OTHER], utc_now())
    session.commit()
    return tokens


def choices(address: str) -> dict[str, bool]:
    """What the database says of an address."""
    db.session.expire_all()
    return preference_of(address)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("obras@example.org", "o…s@example.org"),
        ("a@example.org", "a…@example.org"),
        ("ab@example.org", "a…@example.org"),
        ("abc@example.org", "a…c@example.org"),
    ],
)
def test_an_address_is_shown_to_who_knows_it(address: str, shown: str) -> None:
    assert masked(address).replace("\u2060", "") == shown


def test_it_shows_what_is_told_and_saves_what_is_chosen(
    client: Client, session: DbSession, tokens: list[str]
) -> None:
    prefer(MINE, ALL | {"copies": False}, utc_now())
    session.commit()
    page = client.get(f"/reminders/{tokens[0]}")
    assert page.status_code == 200
    assert masked(MINE) in page.text
    assert MINE not in page.text
    ticked = form_of(page.text, f"/reminders/{tokens[0]}").values
    assert set(PREFERENCES) & set(ticked) == {"early", "cleared"}
    answer = client.submit(f"/reminders/{tokens[0]}", {"copies": "y"}, f"/reminders/{tokens[0]}")
    assert (answer.status_code, answer.location) == (303, f"/reminders/{tokens[0]}")
    assert choices(MINE) == ALL
    assert choices(OTHER) == ALL


def test_a_link_changes_its_own_address_alone(client: Client, tokens: list[str]) -> None:
    form = form_of(client.get(f"/reminders/{tokens[0]}").text, f"/reminders/{tokens[0]}").values
    foreign = {"address": OTHER, "email": OTHER, "recipient": OTHER, "token": tokens[1], "link_id": "2"}
    kept = {name: value for name, value in form.items() if name not in PREFERENCES}
    assert client.post(f"/reminders/{tokens[0]}", data={**kept, **foreign}).status_code == 303
    assert choices(MINE) == NONE
    assert choices(OTHER) == ALL


def test_a_mail_program_turns_all_off_at_one_click(client: Client, tokens: list[str]) -> None:
    """No cookie, no token against forged requests, a body as RFC 8058 wants it; no redirect in answer."""
    answer = client.post(f"/reminders/{tokens[0]}/off", data=ONE_CLICK)
    assert answer.status_code == 200
    assert choices(MINE) == NONE
    assert choices(OTHER) == ALL
    again = client.post(f"/reminders/{tokens[0]}/off", data=ONE_CLICK, content_type="multipart/form-data")
    assert again.status_code == 200
    assert choices(MINE) == NONE


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "one-click"}, {"List-Unsubscribe": ""}])
def test_another_body_changes_nothing(client: Client, tokens: list[str], body: dict[str, str]) -> None:
    assert client.post(f"/reminders/{tokens[0]}/off", data=body).status_code == 400
    assert choices(MINE) == ALL


def test_opening_changes_nothing(client: Client, session: DbSession, tokens: list[str]) -> None:
    """Mail programs and their guards open every link beforehand."""
    page = client.get(f"/reminders/{tokens[0]}/off")
    client.get(f"/reminders/{tokens[0]}")
    assert session.scalars(select(MailPreference)).all() == []
    filled = form_of(page.text, f"/reminders/{tokens[0]}/off").values
    assert filled.items() >= ONE_CLICK.items()
    assert client.post(f"/reminders/{tokens[0]}/off", data=filled).status_code == 200
    assert choices(MINE) == NONE


def test_without_its_token_the_form_is_refused(client: Client, tokens: list[str]) -> None:
    assert client.post(f"/reminders/{tokens[0]}", data={"early": "y"}).status_code == 400
    assert choices(MINE) == ALL


def test_one_form_alone_needs_no_token(app: Flask) -> None:
    assert csrf._exempt_views == {"tracker.notices.views.reminders.turn_reminders_off"}
    assert not csrf._exempt_blueprints


def test_links_that_do_not_work_are_answered_alike(client: Client, session: DbSession, tokens: list[str]) -> None:
    old = utc_now() - timedelta(seconds=1)
    session.execute(update(UnsubscribeLink).where(UnsubscribeLink.address == MINE).values(expires_at=old))
    session.commit()
    expired, good = tokens
    for ending in ("", "/off"):
        bodies = set()
        for token in (expired, "A" * 43, good[:-1], good + "A", good.swapcase(), "x", "%00", "ñ" * 43):
            answer = client.get(f"/reminders/{token}{ending}", headers={"Accept-Language": "en"})
            assert answer.status_code == 404
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Robots-Tag"].startswith("noindex")
            bodies.add(re.sub(r'value="[^"]*"', "", answer.text))
        assert len(bodies) == 1
        assert "This link does not work any more" in bodies.pop()
    assert client.post(f"/reminders/{tokens[0]}/off", data=ONE_CLICK).status_code == 404
    assert choices(MINE) == ALL


@only_sqlite
def test_its_use_is_noted_without_token_or_address(
    client: Client, session: DbSession, tokens: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    client.get(f"/reminders/{tokens[0]}")
    client.post(f"/reminders/{tokens[0]}/off", data=ONE_CLICK)
    used = dict(session.execute(select(UnsubscribeLink.address, UnsubscribeLink.used_at)).all())
    assert used[MINE] is not None
    assert used[OTHER] is None
    said = capfd.readouterr().err
    assert said.count("link of a mail used") == 2
    assert tokens[0] not in said
    assert MINE not in said
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.verb == "choose_mails"))
    assert entry.subject.startswith("link:")
    assert entry.changes == {name: [True, False] for name in PREFERENCES}


def test_what_waits_already_is_left_out_too(session: DbSession, client: Client) -> None:
    """Who says no in the evening does not hear of it once more in the morning."""
    place = make_place()
    tell(place, MINE, 1, "due-14", facts={"preference": "early", "clock": "due_soon"})
    tell(place, MINE, 2)
    tell(place, OTHER, 1, "due-14", facts={"preference": "early", "clock": "due_soon"})
    (token,) = new_links([MINE], utc_now())
    session.commit()
    client.post(f"/reminders/{token}/off", data=ONE_CLICK)
    assert states_of(MINE) == [("cancelled", "unwanted"), ("waiting", "")]
    assert states_of(OTHER) == [("waiting", "")]


def test_the_link_of_a_real_mail_works(session: DbSession, client: Client) -> None:
    place = make_place()
    tell(place, MINE, 1, "due-14", facts={"preference": "early", "clock": "due_soon"})
    post(place)
    digest = session.scalars(select(Digest)).one()
    written = kind_called("digest").write([digest.id], utc_now())[digest.id]
    session.commit()
    path = written.one_click_url.removeprefix("http://localhost")
    assert path.endswith("/off")
    assert path.removesuffix("/off") in written.text
    assert client.post(path, data=ONE_CLICK).status_code == 200
    assert choices(MINE) == NONE
    assert hand_over(MINE, "sent", "250").state == "sent"
    assert mail_to(MINE).state == "sent"


def test_signed_in_one_chooses_for_oneself_and_reads_all_the_same(client: Client, session: DbSession) -> None:
    place = make_place()
    user = make_user("coordinator", place=place, email=MINE)
    client.enter_as(user.id)
    tell(place, MINE, 1, "due-14", facts={"preference": "early", "clock": "due_soon", "title": "Bomba"})
    session.commit()
    page = client.get("/inbox/choices")
    assert MINE in page.text
    kept = {"csrf_token": form_of(page.text, "/inbox/choices").values["csrf_token"]}
    assert client.post("/inbox/choices", data={**kept, "copies": "y"}).status_code == 303
    assert choices(MINE) == {"early": False, "copies": True, "cleared": False}
    assert states_of(MINE) == [("cancelled", "unwanted")]
    inbox = client.get("/inbox", headers={"Accept-Language": "en"}).text
    assert "/inbox/choices" in inbox
    assert "Bomba" in inbox
    assert "its reader chose to do without it" in inbox
