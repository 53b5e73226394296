"""Taking an invitation: by mail, by slip, with an account or without, once."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.accounts.doors import IN, NEW, TOO_MANY, WRONG, browser, copy_of, is_in, link_in, mails
from tests.support.apps import DbSession, only_sqlite
from tests.support.clock import at
from tests.support.factories import PASSWORD, act, make_place, make_unit, make_user
from tests.support.pages import Client, form_of
from tests.support.together import at_once
from tracker.accounts.models import Invitation, Membership, User
from tracker.accounts.operations.invitations import Wish, accept_new, invite, revoke
from tracker.accounts.queries.invitations import LINK_PURPOSE, code_of
from tracker.accounts.rules import Role
from tracker.core.db import db
from tracker.core.now import utc_now
from tracker.core.tokens import CODE_SIGNS, link_token
from tracker.territory.rules import Place

NOON = "2026-11-23T18:00Z"
TYPED = {"name": "Rosa Pérez", "language": "es", "new": NEW}


@pytest.fixture
def place(session: DbSession) -> Place:
    """A municipality."""
    return make_place(name="Ecatepec")


def invited(place: Place, email: str = "", role: str = "authority", unit_id: int | None = None) -> Invitation:
    """An invitation of today, by mail or, without an address, on paper."""
    boss = make_user(place=place, name="Beatriz Jefa")
    wish = Wish(Role(role, place.id, unit_id), "Rosa", email, "es", not email)
    made = invite(act(user=boss), wish)
    db.session.commit()
    return made


def url_of(invitation: Invitation) -> str:
    """Its link."""
    return f"/join/{link_token(LINK_PURPOSE, invitation.nonce)}"


def test_from_the_mail_to_the_first_page(
    client: Client, session: DbSession, place: Place, mail_folder: Path
) -> None:
    with at(NOON):
        unit = make_unit(place, "Obras")
        wanted, unit_id = url_of(invited(place, "rosa@example.org", "officer", unit.id)), unit.id
        (mail,) = mails(mail_folder)
        assert "Beatriz Jefa" in mail
        link = link_in(mail, "/join/")
        assert link == wanted
        page = client.get(link)
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "Obras, Ecatepec" in page.text
        answer = client.submit(link, TYPED, link)
        assert answer.status_code == 303
        assert is_in(client)
        rosa = session.scalars(select(User).where(User.email == "rosa@example.org")).one()
        assert [(m.role, m.unit_id) for m in rosa.memberships] == [("officer", unit_id)]
        assert client.get(link).status_code == 404
        assert "ya fue aceptada" in client.get(link).text.lower()


def test_a_slip_lets_one_person_in(client: Client, app: Flask, session: DbSession, place: Place) -> None:
    with at(NOON) as clock:
        slip = invited(place)
        code = code_of(slip)
        assert len(code) == 12 and set(code) <= set(CODE_SIGNS)
        clock.shift(29 * 24 * 3600)
        typed = f"{code[:4]}-{code[4:8].lower()} {code[8:]}"
        answer = client.submit("/join", {"code": typed})
        assert answer.status_code == 303
        link = answer.location
        answer = client.submit(link, {**TYPED, "email": "Rosa@Example.org"}, link)
        assert answer.location.startswith("/sign-in")
        assert client.submit("/join", {"code": code}).status_code == WRONG, "used"
        assert browser(app).sign_in_as("rosa@example.org", NEW).status_code == IN


def test_an_address_with_an_account_gets_the_role_after_signing_in(
    client: Client, app: Flask, session: DbSession, place: Place
) -> None:
    luis = make_user(place=make_place(), email="luis@example.org", password=PASSWORD)
    with at(NOON):
        made = invited(place, "luis@example.org")
        page = client.get(url_of(made)).text
        assert "ya tiene una cuenta" in page
        assert 'name="new"' not in page
        client.submit("/sign-in?next=/account", {"email": "luis@example.org", "password": PASSWORD})
        copied = copy_of(client, app)
        answer = client.submit("/account", {}, f"/account/invitations/{made.id}/acceptance")
        assert answer.status_code == 303
        assert is_in(client)
        assert not is_in(copied), "the role is another one, so is the cookie"
        held = session.scalars(select(Membership.role).where(Membership.user_id == luis.id)).all()
        assert sorted(held) == ["authority", "coordinator"]
        assert len(session.scalars(select(User).where(User.email == "luis@example.org")).all()) == 1


def test_a_slip_tells_nobody_whether_an_address_has_an_account(
    client: Client, app: Flask, session: DbSession, place: Place
) -> None:
    make_user(place=make_place(), email="luis@example.org", password=PASSWORD)
    with at(NOON):
        answers = []
        for email in ("luis@example.org", "nueva@example.org"):
            link = url_of(invited(place))
            answers.append(client.submit(link, {**TYPED, "email": email}, link))
        assert len({(a.status_code, a.location, a.data) for a in answers}) == 1
        assert browser(app).sign_in_as("luis@example.org", NEW).status_code == WRONG
        owner = browser(app)
        owner.sign_in_as("luis@example.org", PASSWORD)
        assert "Beatriz Jefa" in owner.get("/account").text, "it waits for its owner"


def test_a_slip_can_be_taken_with_the_account_one_has(client: Client, session: DbSession, place: Place) -> None:
    luis = make_user(place=make_place())
    with at(NOON):
        link = url_of(invited(place))
        client.enter_as(luis.id)
        assert client.submit(link, {}, f"{link}/acceptance").status_code == 303
        assert len(session.scalars(select(Membership).where(Membership.user_id == luis.id)).all()) == 2
        token = form_of(client.get("/account").text).values["csrf_token"]
        assert client.post(f"{link}/acceptance", data={"csrf_token": token}).status_code == 404


def test_wrong_old_used_foreign_and_revoked_links_are_told(
    client: Client, session: DbSession, place: Place
) -> None:
    with at(NOON) as clock:
        old, gone = invited(place, "a@example.org"), invited(place, "b@example.org")
        revoke(act(), gone)
        session.commit()
        assert "la retiró" in client.get(url_of(gone)).text.lower()
        for altered in (url_of(old)[:-2], url_of(old) + "A", "/join/" + "x" * 43, "/join/%00", "/join/ñ"):
            answer = client.get(altered)
            assert answer.status_code == 404
            assert "<h1>" in answer.text
        mara = make_user(place=place)
        session.commit()
        client.enter_as(mara.id)
        answer = client.get(url_of(old))
        assert answer.status_code == 403
        assert "otra dirección" in answer.text
        client.submit("/account", {}, "/sign-out")
        clock.shift(timedelta(days=13, hours=20).total_seconds())
        assert client.get(url_of(old)).status_code in (200, 404)
        clock.shift(timedelta(days=1).total_seconds())
        assert client.get(url_of(old)).status_code == 404


def test_of_two_at_once_one_wins(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        token = url_of(invited(make_place(), "")).rpartition("/")[2]
        db.session.remove()
    came: list[object] = []

    def take(email: str) -> None:
        came.append(accept_new(token, act().at, email, "Rosa", "es", "-"))

    assert at_once(fresh_app, lambda: take("a@example.org"), lambda: take("b@example.org")) == [None, None]
    assert sum(taken is not None for taken in came) == 1
    with fresh_app.app_context():
        assert (
            len(db.session.scalars(select(User).where(User.email.in_(("a@example.org", "b@example.org")))).all())
            == 1
        )


def test_codes_are_not_to_be_guessed(client: Client) -> None:
    values = form_of(client.get("/join").text).values
    got = [client.post("/join", data={**values, "code": f"AAAA-BBBB-{n:04d}"}).status_code for n in range(52)]
    assert got == [WRONG] * 50 + [TOO_MANY] * 2


@only_sqlite
def test_what_cannot_be_is_said_at_its_field(client: Client, session: DbSession, place: Place) -> None:
    with at(NOON):
        link = url_of(invited(place))
        for typed, field in (
            ({"name": ""}, "name"),
            ({"email": "no es"}, "email"),
            ({"new": "corta"}, "new"),
            ({"new": "rosa perez"}, "new"),
            ({"language": "xx"}, "language"),
        ):
            answer = client.submit(link, {**TYPED, "email": "rosa@example.org", **typed}, link)
            assert answer.status_code == WRONG, typed
            assert f'id="{field}-error"' in answer.text, typed
        assert session.scalars(select(User).where(User.email == "rosa@example.org")).all() == []


@only_sqlite
def test_declining_ends_it(client: Client, session: DbSession, place: Place) -> None:
    luis = make_user(place=make_place(), email="luis@example.org")
    with at(NOON):
        made = invited(place, "luis@example.org")
        client.enter_as(luis.id)
        assert client.submit("/account", {}, f"/account/invitations/{made.id}/refusal").status_code == 303
        session.expire_all()
        assert made.ended_how == "declined"
        assert utc_now()
