"""Who stands behind an invitation and who may take it: proved addresses, nobody alone, roles that still hold."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from tests.accounts.doors import IN, NEW, browser
from tests.support.apps import DbSession
from tests.support.clock import at
from tests.support.factories import PASSWORD, act, make_place, make_user
from tests.support.pages import Client, form_of
from tests.support.processes import run_flask
from tracker.accounts.models import Invitation, Membership, User
from tracker.accounts.operations.addresses import PURPOSES, ask_change, confirm_change, waiting_change
from tracker.accounts.operations.invitations import Wish, accept_new, accept_own, invite, invite_again
from tracker.accounts.operations.resets import PURPOSE, ask_reset, use_reset
from tracker.accounts.operations.users import end_membership
from tracker.accounts.queries.invitations import LINK_PURPOSE
from tracker.accounts.rules import ROLES, Role
from tracker.audit.models import AuditEntry
from tracker.core.db import begin_write, db
from tracker.core.errors import NotHere, Refused
from tracker.core.tokens import link_token
from tracker.territory.rules import Place

NOON = "2026-11-23T18:00Z"
ROSA = "rosa@example.org"
TYPED = {"name": "Rosa Pérez", "language": "es", "new": NEW}


@pytest.fixture
def place(session: DbSession) -> Place:
    """A municipality."""
    return make_place(name="Ecatepec")


def invited(place: Place, boss: User, email: str = "", role: str = "authority") -> Invitation:
    """An invitation by mail or, without an address, on paper."""
    made = invite(act(user=boss), Wish(Role(role, place.id), "Rosa", email, "es", not email))
    db.session.commit()
    return made


def token_of(invitation: Invitation) -> str:
    """Of its link."""
    return link_token(LINK_PURPOSE, invitation.nonce)


def joined(invitation: Invitation, email: str = "") -> User:
    """Somebody new who took it."""
    taken = accept_new(token_of(invitation), act().at, email, "Rosa", "es", "-")
    assert taken is not None and taken[0] == "made"
    db.session.commit()
    return db.session.get_one(User, taken[1])


def post(client: Client, path: str) -> int:
    """Press a button that the page need not show."""
    token = form_of(client.get("/account").text).values["csrf_token"]
    return client.post(path, data={"csrf_token": token}).status_code


def test_a_slip_proves_no_address_and_the_mail_does(
    client: Client, app: Flask, session: DbSession, place: Place
) -> None:
    with at(NOON):
        boss = make_user(place=place)
        slip = f"/join/{token_of(invited(place, boss))}"
        assert client.submit(slip, {**TYPED, "email": "Rosa@example.org"}, slip).status_code == 303
        rosa = session.scalars(select(User).where(User.email == ROSA)).one()
        assert rosa.address_proved_at is None
        other = make_place(name="Zumpango")
        made = invited(other, make_user(place=other), ROSA)
        hers = browser(app)
        assert hers.sign_in_as(ROSA, NEW).status_code == IN
        page = hers.get("/account").text
        assert "Zumpango" not in page
        assert "Todavía no se ha confirmado" in page
        for end in ("acceptance", "refusal"):
            assert post(hers, f"/account/invitations/{made.id}/{end}") == 404
        session.expire_all()
        assert made.ended_how == ""
        link = f"/join/{token_of(made)}"
        assert hers.submit(link, {}, f"{link}/acceptance").status_code == 303
        session.expire_all()
        assert rosa.address_proved_at is not None
        assert "Todavía no se ha confirmado" not in hers.get("/account").text


def test_a_slip_sent_on_to_an_address_does_not_prove_it(client: Client, session: DbSession, place: Place) -> None:
    """Typing the own unproved address on a second slip makes it an invitation to that address, without a mail."""
    boss = make_user(place=place)
    rosa = joined(invited(place, boss), ROSA)
    other = make_place()
    second = invited(other, make_user(place=other))
    assert accept_new(token_of(second), act().at, ROSA, "Rosa", "es", "-") == ("waiting", None)
    session.commit()
    with at(NOON):
        client.enter_as(rosa.id)
        link = f"/join/{token_of(second)}"
        assert client.submit(link, {}, f"{link}/acceptance").status_code == 303
    session.expire_all()
    assert rosa.address_proved_at is None


def test_mailed_links_and_resets_and_changes_prove(session: DbSession, place: Place) -> None:
    boss = make_user(place=place)
    assert boss.address_proved_at is not None, "made by hand"
    assert joined(invited(place, boss, "mail@example.org")).address_proved_at is not None
    later = act().at.replace(hour=16)
    rosa = joined(invited(place, boss), ROSA)
    ask_reset(ROSA, later)
    nonce = session.execute(text("select nonce from password_reset")).scalar_one()
    assert use_reset(link_token(PURPOSE, nonce), "-", later) is rosa
    assert rosa.address_proved_at == later
    luis = joined(invited(place, boss), "luis@example.org")
    asked = act(user=luis)
    luis.keys_changed_at = datetime(2025, 1, 1, tzinfo=UTC)
    ask_change(asked, luis.id, "otro@example.org")
    change = waiting_change(luis.id, asked.at)
    assert change is not None
    for which in ("old", "new"):
        assert luis.address_proved_at is None
        confirm_change(link_token(PURPOSES[which], change.nonce), later)
    assert (luis.email, luis.address_proved_at) == ("otro@example.org", later)


def test_accounts_there_are_count_as_proved(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        boss = make_user(place=make_place())
        boss.address_proved_at = None
        db.session.commit()
        db.session.remove()
        downgrade(revision="0009")
        upgrade()
        user = db.session.scalars(select(User)).one()
        assert user.address_proved_at == user.created_at


def test_nobody_invites_oneself(client: Client, session: DbSession, place: Place) -> None:
    monitor = make_user("monitor", email="mara@example.org")
    session.commit()
    client.enter_as(monitor.id)
    path = f"/{place.code}/people"
    typed = {"name": "Mara", "how": "mail", "email": "MARA@example.org", "language": "es", "role": "coordinator"}
    answer = client.submit(path, typed, path)
    assert answer.status_code == 422
    assert "su propia dirección" in answer.text
    assert session.scalars(select(Invitation)).all() == []
    made = invited(place, make_user("administrator"), "mara@example.org", "coordinator")
    with pytest.raises(Refused):
        invite_again(act(user=monitor), made)


def test_nobody_takes_what_one_made(client: Client, session: DbSession, place: Place) -> None:
    """A slip of one's own, and an invitation to an address that has become one's own since."""
    monitor = make_user("monitor")
    slip, mail = invited(place, monitor, "", "coordinator"), invited(place, monitor, ROSA, "coordinator")
    monitor.email = ROSA
    session.commit()
    with at(NOON):
        client.enter_as(monitor.id)
        link = f"/join/{token_of(slip)}"
        answer = client.submit(link, {}, f"{link}/acceptance")
        assert answer.status_code == 422
        assert "Esta invitación la hizo usted" in answer.text
        assert post(client, f"/account/invitations/{mail.id}/acceptance") == 422
        assert client.submit(f"/join/{token_of(mail)}", {}, f"/join/{token_of(mail)}/acceptance").status_code == 422
    assert session.scalars(select(Membership.role).where(Membership.user_id == monitor.id)).all() == ["monitor"]


def test_what_the_remaining_roles_may_give_stays(session: DbSession, place: Place) -> None:
    other = make_place()
    ana = make_user(place=place, name="Ana")
    db.session.add(Membership(user_id=ana.id, role="coordinator", municipality_id=other.id))
    here, there = invited(place, ana, ROSA), invited(other, ana, ROSA)
    held = session.scalars(select(Membership.id).where(Membership.municipality_id == place.id)).one()
    begin_write()
    end_membership(act(), held, place.id, frozenset(ROLES))
    session.expire_all()
    assert (here.ended_how, there.ended_how) == ("revoked", "")
    told = select(AuditEntry.municipality_id).where(AuditEntry.verb == "revoke_invitation")
    assert session.scalars(told).all() == [place.id]


def test_a_role_of_the_whole_region_ends_with_its_invitations(fresh_app: Flask) -> None:
    """On the command line; the invitations of municipalities too."""
    with fresh_app.app_context():
        place = make_place()
        invited(place, make_user("monitor", email="mara@example.org"), ROSA, "coordinator")
        invited(place, make_user(place=place), ROSA)
        db.session.remove()
    gone = run_flask(fresh_app, "user", "remove", "mara@example.org", "--role", "monitor")
    assert gone.returncode == 0, gone.stderr
    with fresh_app.app_context():
        left = db.session.execute(select(Invitation.role, Invitation.ended_how).order_by(Invitation.id)).all()
        assert [tuple(row) for row in left] == [("coordinator", "revoked"), ("authority", "")]


def test_without_whoever_invited_it_counts_as_ended(client: Client, session: DbSession, place: Place) -> None:
    """However the role was lost, and even where nobody took the invitation back."""
    luis = make_user(place=make_place(), email="luis@example.org", password=PASSWORD)
    ana = make_user(place=place, name="Ana Jefa")
    mail, slip = invited(place, ana, "luis@example.org"), invited(place, ana)
    with at(NOON):
        client.enter_as(luis.id)
        assert "Ana Jefa" in client.get("/account").text
        ana.active = False
        session.commit()
        assert "Ana Jefa" not in client.get("/account").text
        for token in (token_of(mail), token_of(slip)):
            assert client.get(f"/join/{token}").status_code == 404
            assert post(client, f"/join/{token}/acceptance") == 404
        with pytest.raises(NotHere):
            accept_own(act(user=luis), mail.id, luis.email, 0)
        assert accept_new(token_of(slip), act().at, ROSA, "Rosa", "es", "-") is None
