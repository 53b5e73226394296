"""Changing a password, forgetting it, and what dies with the old one."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.accounts.doors import IN, NEW, WRONG, browser, copy_of, is_in, link_in, mails
from tests.support.apps import DbSession, only_sqlite
from tests.support.clock import at
from tests.support.factories import PASSWORD, make_place, make_user
from tests.support.pages import Client
from tracker.accounts.models import PasswordReset, User
from tracker.accounts.passwords import is_password
from tracker.audit.models import AuditEntry
from tracker.post.models import OutboxMail

WHO = "ana@example.org"
NOON = "2026-11-23T18:00Z"


@pytest.fixture
def ana(session: DbSession) -> User:
    """A coordinator with a password, whose account is older than today."""
    with at("2026-11-20T12:00Z"):
        user = make_user(place=make_place(), email=WHO, password=PASSWORD)
    session.commit()
    return user


def test_a_new_password_counts_and_the_old_one_does_not(client: Client, app: Flask, ana: User) -> None:
    assert client.sign_in_as(WHO, PASSWORD).status_code == IN
    answer = client.submit("/account/password", {"password": PASSWORD, "new": NEW}, "/account/password")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert is_in(client)
    assert browser(app).sign_in_as(WHO, PASSWORD).status_code == WRONG
    assert browser(app).sign_in_as(WHO, NEW).status_code == IN


def test_a_copied_cookie_works_before_and_is_dead_after(
    client: Client, app: Flask, ana: User, session: DbSession
) -> None:
    client.sign_in_as(WHO, PASSWORD)
    copied, elsewhere = copy_of(client, app), browser(app)
    elsewhere.sign_in_as(WHO, PASSWORD)
    assert is_in(copied)
    client.submit("/account/password", {"password": PASSWORD, "new": NEW}, "/account/password")
    assert not is_in(copied)
    assert not is_in(elsewhere)
    again = copy_of(client, app)
    client.submit("/account", {}, "/sign-out")
    assert not is_in(again)
    said = session.scalars(select(AuditEntry.verb).where(AuditEntry.subject == f"user:{ana.id}")).all()
    assert "set_password" in said


@pytest.mark.parametrize(
    ("password", "new", "field"),
    [
        ("falsa y larga", NEW, "password"),
        (PASSWORD, "corta", "new"),
        (PASSWORD, "ana@example.org1", "new"),
        (PASSWORD, "1111111111111", "new"),
        (PASSWORD, "compromiso1", "new"),
    ],
)
@only_sqlite
def test_what_cannot_be_is_said_at_its_field(
    client: Client, ana: User, password: str, new: str, field: str
) -> None:
    client.enter_as(ana.id)
    answer = client.submit("/account/password", {"password": password, "new": new}, "/account/password")
    assert answer.status_code == WRONG
    assert f'id="{field}-error"' in answer.text
    assert new not in answer.text


def test_a_forgotten_password_is_set_anew_by_the_link_of_a_mail(
    client: Client, app: Flask, ana: User, mail_folder: Path, session: DbSession
) -> None:
    with at(NOON) as clock:
        signed_in = browser(app)
        signed_in.enter_as(ana.id)
        answer = client.submit("/password", {"email": WHO.upper()})
        assert (answer.status_code, answer.location) == (303, "/password/asked")
        link = link_in(mails(mail_folder)[-1], "/password/")
        kept = session.scalars(select(PasswordReset)).one()
        assert link.rpartition("/")[2] not in str(vars(kept).values())
        page = client.get(link)
        assert page.status_code == 200
        assert page.headers["Referrer-Policy"] == "no-referrer"
        clock.shift(3_000)
        assert client.submit(link, {"new": NEW}).status_code == 303
        assert not is_in(signed_in)
        assert browser(app).sign_in_as(WHO, NEW).status_code == IN
        assert client.get(link).status_code == 404, "it was used"


def test_links_die_with_time_with_use_and_with_the_password(
    client: Client, app: Flask, ana: User, mail_folder: Path, session: DbSession
) -> None:
    with at(NOON) as clock:
        client.submit("/password", {"email": WHO})
        clock.shift(5)
        client.submit("/password", {"email": WHO})
        mails(mail_folder)
        first, second = (link_in(mail, "/password/") for mail in mails(mail_folder))
        assert {client.get(first).status_code, client.get(second).status_code} == {200}
        assert client.submit(first, {"new": NEW}).status_code == 303
        assert client.get(second).status_code == 404, "dead with the change of the password"
        clock.shift(60)
        client.submit("/password", {"email": WHO})
        third = link_in(mails(mail_folder)[-1], "/password/")
        clock.shift(3_600)
        assert client.get(third).status_code == 404, "an hour has gone"
        for altered in (third[:-1] + ("A" if third[-1] != "A" else "B"), third[:-4], f"{third}x", "/password/á"):
            assert client.get(altered).status_code == 404


def test_nobody_learns_whether_there_is_an_account(
    client: Client, ana: User, mail_folder: Path, session: DbSession
) -> None:
    answers = [client.submit("/password", {"email": email}) for email in (WHO, "nadie@example.org")]
    assert len({(a.status_code, a.location, len(a.data)) for a in answers}) == 1
    assert len(mails(mail_folder)) == 1
    states = dict(session.execute(select(OutboxMail.address, OutboxMail.state)).all())
    assert states == {WHO: "sent", "nadie@example.org": "cancelled"}


def test_one_account_is_not_flooded_with_mails(
    client: Client, ana: User, mail_folder: Path, session: DbSession
) -> None:
    for _ in range(8):
        client.submit("/password", {"email": WHO})
    assert len(mails(mail_folder)) <= 5


@only_sqlite
def test_hashes_of_older_figures_are_made_anew_at_sign_in(client: Client, ana: User, session: DbSession) -> None:
    weak = "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
    assert not is_password(weak, PASSWORD)
    from argon2 import PasswordHasher

    ana.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    session.commit()
    old = ana.password_hash
    assert client.sign_in_as(WHO, PASSWORD).status_code == IN
    session.expire_all()
    assert ana.password_hash != old
    assert is_password(ana.password_hash, PASSWORD)
