"""People of a municipality: who invites whom, sends again, takes back, ends a role."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.accounts.doors import browser, is_in
from tests.support.apps import DbSession, only_sqlite
from tests.support.factories import act, make_place, make_unit, make_user
from tests.support.pages import Client, form_of
from tests.support.together import at_once
from tracker.accounts.models import Invitation, Membership, User
from tracker.accounts.operations.users import end_membership
from tracker.accounts.rules import ROLES
from tracker.audit.models import AuditEntry
from tracker.core.db import begin_write, db
from tracker.core.errors import Refused
from tracker.territory.rules import Place

ASKED = {"name": "Rosa", "how": "mail", "email": "rosa@example.org", "language": "es"}


@pytest.fixture
def place(session: DbSession) -> Place:
    """A municipality."""
    return make_place(name="Ecatepec")


def enter(client: Client, session: DbSession, user: User) -> Client:
    """Be this person."""
    session.commit()
    client.enter_as(user.id)
    return client


def invitations(session: DbSession) -> list[Invitation]:
    """All there are, oldest first."""
    session.expire_all()
    return list(session.scalars(select(Invitation).order_by(Invitation.id)))


@pytest.mark.parametrize(
    ("who", "role", "status"),
    [
        ("coordinator", "authority", 303),
        ("coordinator", "officer", 303),
        ("coordinator", "coordinator", 422),
        ("coordinator", "administrator", 422),
        ("coordinator", "monitor", 422),
        ("monitor", "coordinator", 303),
        ("monitor", "officer", 422),
        ("administrator", "coordinator", 303),
        ("administrator", "authority", 303),
        ("administrator", "administrator", 422),
    ],
)
def test_only_roles_that_one_may_give(
    client: Client, session: DbSession, place: Place, who: str, role: str, status: int
) -> None:
    unit = make_unit(place)
    enter(client, session, make_user(who, place=place if who == "coordinator" else None))
    path = f"/{place.code}/people"
    more = {"unit": str(unit.id)} if role == "officer" else {}
    answer = client.submit(path, {**ASKED, "role": role, **more}, path)
    assert answer.status_code == status
    assert [i.role for i in invitations(session)] == ([role] if status == 303 else [])
    if status == 422:
        assert "rosa@example.org" in answer.text, "what was typed is kept"


@pytest.mark.parametrize(("who", "status"), [("officer", 403), ("authority", 403)])
@only_sqlite
def test_others_do_not_invite(client: Client, session: DbSession, place: Place, who: str, status: int) -> None:
    unit = make_unit(place)
    enter(client, session, make_user(who, place=place, unit=unit if who == "officer" else None))
    assert client.get(f"/{place.code}/people").status_code == status
    assert client.get("/people").status_code == 403


def test_twice_is_told_and_sending_again_kills_the_first_link(
    client: Client, session: DbSession, place: Place
) -> None:
    enter(client, session, make_user(place=place))
    path = f"/{place.code}/people"
    assert client.submit(path, {**ASKED, "role": "authority"}, path).status_code == 303
    answer = client.submit(path, {**ASKED, "role": "authority"}, path)
    assert answer.status_code == 422
    assert "ya fue invitada" in answer.text
    first = invitations(session)[0]
    assert client.submit(path, {}, f"{path}/invitations/{first.id}/again").status_code == 303
    old, new = invitations(session)
    assert (old.ended_how, new.ended_how) == ("replaced", "")
    assert old.token_hash != new.token_hash
    assert client.submit(path, {}, f"{path}/invitations/{new.id}/revocation").status_code == 303
    assert invitations(session)[1].ended_how == "revoked"
    said = session.scalars(select(AuditEntry.verb).where(AuditEntry.municipality_id == place.id)).all()
    assert {"invite", "invite_again", "revoke_invitation"} <= set(said)


def test_who_has_the_role_here_is_told_and_an_account_elsewhere_is_not(
    client: Client, session: DbSession, place: Place
) -> None:
    make_user("authority", place=place, email="aqui@example.org")
    make_user("authority", place=make_place(), email="otra@example.org")
    enter(client, session, make_user(place=place))
    path = f"/{place.code}/people"
    answers = {
        email: client.submit(path, {**ASKED, "role": "authority", "email": email}, path)
        for email in ("aqui@example.org", "otra@example.org", "nadie@example.org")
    }
    assert [answer.status_code for answer in answers.values()] == [422, 303, 303]
    assert answers["otra@example.org"].data == answers["nadie@example.org"].data


def test_slips_are_printed_several_a_page(client: Client, session: DbSession, place: Place) -> None:
    enter(client, session, make_user(place=place))
    path = f"/{place.code}/people"
    for name in ("Curso de marzo", "Regidora Ana"):
        typed = {"role": "authority", "how": "slip", "name": name, "email": "", "language": "es"}
        assert client.submit(path, typed, path).location == f"{path}/slips"
    page = client.get(f"{path}/slips").text
    assert page.count('class="slip-code"') == 2
    assert "Curso de marzo" in page
    kept = invitations(session)[0]
    assert kept.code_hash and kept.code_hash not in page
    other = browser(client.application)
    other.enter_as(make_user(place=make_place()).id)
    assert other.get(f"{path}/slips").status_code == 404


def test_a_role_ends_with_its_sessions_and_its_invitations(
    client: Client, app: Flask, session: DbSession, place: Place
) -> None:
    boss = make_user("administrator")
    ana = make_user(place=place, name="Ana")
    hers = enter(browser(app), session, ana)
    path = f"/{place.code}/people"
    hers.submit(path, {**ASKED, "role": "authority"}, path)
    held = session.scalars(select(Membership.id).where(Membership.user_id == ana.id)).one()
    answer = hers.submit(path, {}, f"{path}/invitations/{invitations(session)[0].id}/again")
    assert answer.status_code == 303
    token = hers.get(path).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert hers.post(f"{path}/{held}/end", data={"csrf_token": token}).status_code == 422, "not one's own to take"
    enter(client, session, boss)
    assert client.submit(path, {}, f"{path}/{held}/end").status_code == 303
    assert not is_in(hers)
    assert invitations(session)[-1].ended_how == "revoked"
    assert session.scalars(select(AuditEntry.verb).where(AuditEntry.verb == "end_role")).all() == ["end_role"]


@only_sqlite
def test_what_belongs_to_another_municipality_is_not_there(
    client: Client, session: DbSession, place: Place
) -> None:
    other = make_place()
    theirs = enter(browser(client.application), session, make_user(place=other))
    theirs.submit(f"/{other.code}/people", {**ASKED, "role": "authority"}, f"/{other.code}/people")
    held = session.scalars(select(Membership.id).where(Membership.municipality_id == other.id)).first()
    enter(client, session, make_user(place=place))
    path = f"/{place.code}/people"
    token = client.get(path).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    invited = invitations(session)[0].id
    for end in (f"invitations/{invited}/again", f"invitations/{invited}/revocation", f"{held}/end"):
        assert client.post(f"{path}/{end}", data={"csrf_token": token}).status_code == 404
    assert "rosa@example.org" not in client.get(path).text


def test_the_last_administrator_stays(client: Client, session: DbSession) -> None:
    ana = make_user("administrator", name="Ana")
    enter(client, session, ana)
    held = session.scalars(select(Membership.id).where(Membership.user_id == ana.id)).one()
    answer = client.submit("/people", {}, f"/people/{held}/end")
    assert answer.status_code == 422
    assert "último administrador" in answer.text
    luis = make_user("administrator", name="Luis")
    session.commit()
    theirs = session.scalars(select(Membership.id).where(Membership.user_id == luis.id)).one()
    assert client.submit("/people", {}, f"/people/{theirs}/end").status_code == 303
    assert session.scalars(select(Membership.user_id).where(Membership.role == "administrator")).all() == [ana.id]


def test_two_administrators_who_end_each_other_at_once_leave_one(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        for name in ("Ana", "Luis"):
            make_user("administrator", name=name)
        db.session.commit()
        held = list(db.session.scalars(select(Membership.id)))
        db.session.remove()

    def end(membership_id: int) -> None:
        begin_write()
        end_membership(act(), membership_id, None, frozenset(ROLES))

    raised = at_once(fresh_app, lambda: end(held[0]), lambda: end(held[1]))
    assert sorted(type(error) for error in raised if error) == [Refused]
    with fresh_app.app_context():
        assert len(db.session.scalars(select(Membership.id)).all()) == 1


def test_an_administrator_invites_beyond_municipalities(client: Client, session: DbSession) -> None:
    enter(client, session, make_user("administrator"))
    for role, more in (
        ("administrator", {}),
        ("monitor", {"country": "MX"}),
        ("partner", {"partner": "Cruz Roja"}),
    ):
        typed = {**ASKED, "role": role, "email": f"{role}@example.org", "country": "", "partner": "", **more}
        assert client.submit("/people", typed, "/people").status_code == 303
    admin, monitor, partner = invitations(session)
    assert (admin.country_code, monitor.country_code) == (None, "MX")
    assert partner.partner_id
    typed = {**ASKED, "role": "partner", "email": "p@example.org", "country": "", "partner": ""}
    assert client.submit("/people", typed, "/people").status_code == 422


def test_a_double_click_invites_once(client: Client, session: DbSession, place: Place) -> None:
    enter(client, session, make_user(place=place))
    path = f"/{place.code}/people"
    filled = {**form_of(client.get(path).text, path).values, **ASKED, "role": "authority"}
    answers = [client.post(path, data=filled) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, path)] * 2
    assert len(invitations(session)) == 1
