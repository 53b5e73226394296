"""Another mail address: confirmed at both, refused by either, and everything that hangs on the old one follows."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.accounts.doors import IN, NEW, WRONG, browser, copy_of, is_in, link_in, mails
from tests.notices.mailing import NOW, tell
from tests.support.apps import DbSession, only_sqlite
from tests.support.clock import at
from tests.support.factories import DAY, PASSWORD, make_place, make_user
from tests.support.pages import Client
from tracker.accounts.models import AddressChange, User
from tracker.accounts.operations.resets import ask_reset
from tracker.core.db import begin_write
from tracker.core.now import utc_now
from tracker.notices.composing import compose_for
from tracker.notices.models import Digest, MailPreference, Notice, UnsubscribeLink
from tracker.notices.moving import move_address
from tracker.notices.preferring import link_of, new_links, prefer, preference_of
from tracker.notices.rules import PREFERENCES
from tracker.post.models import OutboxMail
from tracker.territory.rules import Place

OLD, WISHED = "ana@example.org", "ana.nueva@example.org"
NOON = "2026-11-23T18:00Z"
PAGE = "/account/address"


@pytest.fixture
def place(session: DbSession) -> Place:
    """A municipality."""
    return make_place()


@pytest.fixture
def ana(session: DbSession, place: Place) -> int:
    """Its coordinator, with an account older than today."""
    with at("2026-11-20T12:00Z"):
        user = make_user(place=place, email=OLD, password=PASSWORD)
    user.created_at = user.keys_changed_at = utc_now().replace(year=2025)
    session.commit()
    return user.id


def own_address(session: DbSession) -> str | None:
    """Where the account stands now."""
    return session.scalar(select(User.email).where(User.email.in_((OLD, WISHED))))


def asked(client: Client, ana: int, folder: Path, wished: str = WISHED) -> dict[str, str]:
    """Ask for another address; the links by who got them."""
    client.enter_as(ana)
    answer = client.submit(PAGE, {"email": wished, "password": PASSWORD}, PAGE)
    assert answer.status_code == 303, answer.text
    found = {}
    for mail in mails(folder):
        if "/address/" in mail:
            found[mail.partition("To: ")[2].partition("\n")[0].strip()] = link_in(mail, "/address/")
    return found


def test_both_say_yes_and_everything_follows(
    client: Client, app: Flask, session: DbSession, ana: int, place: Place, mail_folder: Path
) -> None:
    with at(NOON):
        begin_write()
        prefer(OLD, dict.fromkeys(PREFERENCES, False), utc_now())
        (token,) = new_links([OLD], utc_now())
        tell(place, OLD, 1)
        compose_for([place], DAY, NOW)
        tell(place, OLD, 2)
        session.commit()
        links = asked(client, ana, mail_folder)
        assert set(links) == {OLD, WISHED}
        copied = copy_of(client, app)
        assert own_address(session) == OLD
        first = client.submit(links[OLD], {}, links[OLD])
        assert first.status_code == 303
        assert "Falta la otra" in client.get(links[OLD]).text
        assert own_address(session) == OLD, "one yes is not enough"
        assert browser(app).submit(links[WISHED], {}, links[WISHED]).location == "/sign-in"
        assert own_address(session) == WISHED
        assert not is_in(copied)
        assert browser(app).sign_in_as(OLD, PASSWORD).status_code == WRONG
        assert browser(app).sign_in_as(WISHED, PASSWORD).status_code == IN
        notices = session.scalars(select(Notice)).all()
        assert {n.recipient for n in notices} == {WISHED}
        assert all(n.key.endswith(WISHED) for n in notices)
        assert preference_of(WISHED) == dict.fromkeys(PREFERENCES, False)
        assert session.get(MailPreference, OLD) is None
        link = link_of(token, utc_now())
        assert link is not None and link.address == WISHED
        assert set(session.scalars(select(Digest.recipient))) == {WISHED}
        assert any("Su dirección de correo cambió" in mail for mail in mails(mail_folder))


@pytest.mark.parametrize("who", [OLD, WISHED])
def test_either_may_refuse(client: Client, session: DbSession, ana: int, mail_folder: Path, who: str) -> None:
    with at(NOON):
        links = asked(client, ana, mail_folder)
        other = WISHED if who == OLD else OLD
        client.submit(links[other], {}, links[other])
        answer = client.submit(links[who], {}, f"{links[who]}/refusal")
        assert answer.location == "/address/refused"
        assert [client.get(link).status_code for link in links.values()] == [404, 404]
        assert own_address(session) == OLD


def test_links_die_with_a_day_with_the_password_and_with_a_new_wish(
    client: Client, app: Flask, session: DbSession, ana: int, mail_folder: Path
) -> None:
    with at(NOON) as clock:
        first = asked(client, ana, mail_folder)
        clock.shift(10)
        second = asked(client, ana, mail_folder, "otra@example.org")
        assert client.get(first[WISHED]).status_code == 404, "asked for anew"
        assert client.get(second["otra@example.org"]).status_code == 200
        client.submit("/account/password", {"password": PASSWORD, "new": NEW}, "/account/password")
        assert client.get(second["otra@example.org"]).status_code == 404, "the password is another one"
    with at(NOON) as clock:
        change = session.scalars(select(AddressChange).order_by(AddressChange.id.desc())).first()
        assert change is not None
        session.execute(update(User).values(keys_changed_at=change.created_at.replace(year=2025)))
        session.commit()
        assert client.get(second["otra@example.org"]).status_code == 200
        clock.shift(24 * 3600 + 10)
        assert client.get(second["otra@example.org"]).status_code == 404, "a day has gone"


def test_an_address_of_another_account_is_told_to_nobody(
    client: Client, session: DbSession, ana: int, mail_folder: Path
) -> None:
    make_user(place=make_place(), email="luis@example.org")
    session.commit()
    with at(NOON):
        links = asked(client, ana, mail_folder, "luis@example.org")
        assert set(links) == {OLD}, "nothing is written to the other account"
        client.submit(links[OLD], {}, links[OLD])
        states = dict(session.execute(select(OutboxMail.kind, OutboxMail.state)).all())
        assert states["address_new"] == "cancelled"


def test_a_reset_dies_with_the_address(client: Client, session: DbSession, ana: int, mail_folder: Path) -> None:
    with at(NOON):
        ask_reset(OLD, utc_now())
        session.commit()
        reset = link_in(mails(mail_folder)[0], "/password/")
        assert client.get(reset).status_code == 200
        links = asked(client, ana, mail_folder)
        for link in links.values():
            client.submit(link, {}, link)
        assert client.get(reset).status_code == 404


def test_what_the_new_address_knows_already_stays(session: DbSession, place: Place) -> None:
    for address in (OLD, WISHED):
        tell(place, address, 1)
    tell(place, OLD, 2)
    new_links([OLD], NOW)
    session.commit()
    begin_write()
    move_address(OLD, WISHED)
    session.commit()
    found = session.execute(select(Notice.recipient, Notice.state, Notice.reason).order_by(Notice.id)).all()
    assert [tuple(row) for row in found] == [
        (OLD, "cancelled", "overtaken"),
        (WISHED, "waiting", ""),
        (WISHED, "waiting", ""),
    ]
    assert session.scalars(select(UnsubscribeLink.address)).all() == [WISHED]


@only_sqlite
def test_what_cannot_be_is_said_at_its_field(client: Client, ana: int) -> None:
    client.enter_as(ana)
    for typed, field in (
        ({"email": "no es", "password": PASSWORD}, "email"),
        ({"email": OLD, "password": PASSWORD}, "email"),
        ({"email": WISHED, "password": "no es esta"}, "password"),
        ({"email": WISHED, "password": ""}, "password"),
    ):
        answer = client.submit(PAGE, typed, PAGE)
        assert answer.status_code == WRONG
        assert f'id="{field}-error"' in answer.text
