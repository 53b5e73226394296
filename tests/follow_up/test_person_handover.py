"""Somebody hands over to somebody else: roles, places in units, what waits; nothing is lost or told twice."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.support.apps import DbSession
from tests.support.factories import (
    DAY,
    act,
    be_patient,
    make_commitment,
    make_person,
    make_place,
    make_unit,
    make_user,
)
from tracker.accounts.models import AccountNews, Invitation, LoginSession, Membership, User
from tracker.accounts.operations import add_roles
from tracker.accounts.operations.invitations import accept_new
from tracker.accounts.queries.giving import backed
from tracker.accounts.rules import Role
from tracker.agenda.models import Commitment
from tracker.agenda.queries.counting import live_counts
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.core.storage import StoredFile
from tracker.core.tokens import link_token
from tracker.follow_up.checks import check_places
from tracker.follow_up.handing.leaving import handover_of, leaving_at
from tracker.follow_up.handing.moving import Successor, hand_over
from tracker.notices.models import Notice
from tracker.territory.models import Unit, UnitPerson
from tracker.territory.rules import Place

ALL = frozenset({"coordinator", "officer", "authority"})
LETTER = StoredFile("carta-1.pdf", "carta.pdf", "application/pdf", 10, "0" * 64)
NEW = Successor(None, "Lucía Sol", "lucia@example.org", "es")


@dataclass(frozen=True)
class Town:
    """A municipality with a coordinator and an officer whose unit is late with something."""

    place: Place
    unit: Unit
    ana: User
    rosa: User
    late: Commitment


def make_town() -> Town:
    place = make_place()
    be_patient(place)
    unit = make_unit(place, "Obras")
    ana = make_user(role="coordinator", place=place, name="Ana Coordina")
    rosa = make_user(role="officer", unit=unit, name="Rosa Campos")
    late = make_commitment(place, "Puente", DAY - timedelta(days=1), unit=unit, day=DAY - timedelta(days=60))
    return Town(place, unit, ana, rosa, late)


def notices(place: Place, *states: str) -> dict[str, str]:
    """Recipient → state of what was raised and not skipped."""
    own = Notice.municipality_id == place.id, Notice.reason != "skipped"
    rows = db.session.scalars(select(Notice).where(*own, Notice.state.in_(states)))
    return {notice.recipient: notice.state for notice in rows}


def test_an_officer_is_replaced_by_somebody_who_is_there(session: DbSession) -> None:
    town = make_town()
    eva = make_user(role="authority", place=town.place, name="Eva Luna")
    make_person(town.unit, "Rosa Campos", town.rosa.email)
    make_commitment(town.place, "Aula", DAY - timedelta(days=1), unit=town.unit, day=DAY - timedelta(days=60))
    check_places([town.place], DAY, act().at)
    assert notices(town.place, "waiting") == {town.rosa.email: "waiting"}
    made = hand_over(act(user=town.ana), town.place, town.rosa.id, ALL, "coordinator", Successor(eva.id))
    assert (made.leaving, made.successor, made.facts["open"], made.facts["late"]) == (
        "Rosa Campos",
        "Eva Luna",
        2,
        2,
    )
    held = session.scalars(select(Membership).where(Membership.user_id == eva.id)).all()
    assert {(one.role, one.unit_id) for one in held} == {("authority", None), ("officer", town.unit.id)}
    assert session.scalar(select(Membership.id).where(Membership.user_id == town.rosa.id)) is None
    people = session.scalars(select(UnitPerson).where(UnitPerson.unit_id == town.unit.id)).all()
    assert [(one.name, one.email, one.phone) for one in people] == [("Eva Luna", eva.email, "")]
    session.expire_all()
    assert notices(town.place, "waiting", "cancelled") == {town.rosa.email: "cancelled"}
    check_places([town.place], DAY, act().at)
    assert notices(town.place, "waiting") == {eva.email: "waiting"}
    news = session.scalars(select(AccountNews).where(AccountNews.user_id == town.rosa.id)).all()
    assert [one.what for one in news] == ["handed_over"]


def test_what_was_told_is_not_told_again(session: DbSession) -> None:
    town = make_town()
    check_places([town.place], DAY, act().at)
    for notice in session.scalars(select(Notice).where(Notice.recipient == town.rosa.email)):
        notice.state = "sent"
    hand_over(act(), town.place, town.rosa.id, ALL, "administrator", NEW)
    check_places([town.place], DAY, act().at)
    assert notices(town.place, "waiting", "nobody") == {}


def test_the_last_coordinator_hands_over_to_somebody_invited(session: DbSession) -> None:
    town = make_town()
    made = hand_over(act(user=town.ana), town.place, town.ana.id, ALL, "self", NEW)
    invitation = session.scalars(select(Invitation).where(Invitation.municipality_id == town.place.id)).one()
    assert (invitation.role, invitation.email, invitation.ended_how) == ("coordinator", "lucia@example.org", "")
    assert backed([invitation]) == [invitation], "it stands by itself: who made it has no role any more"
    assert session.scalar(select(LoginSession.id).where(LoginSession.user_id == town.ana.id)) is None
    token = link_token("invitation", invitation.nonce)
    assert accept_new(token, act().at, "lucia@example.org", "Lucía Sol", "es", "x") is not None
    coordinators = select(User.name).join(Membership, Membership.user_id == User.id)
    held = coordinators.where(Membership.municipality_id == town.place.id, Membership.role == "coordinator")
    assert session.scalars(held).all() == ["Lucía Sol"]
    assert handover_of(town.place.id, made.id).facts["roles"] == ["coordinator"]
    with pytest.raises(NotHere):
        handover_of(make_place().id, made.id)


@pytest.mark.parametrize("how", ["self", "coordinator"])
def test_who_leaves_by_the_page_of_people_leaves_an_invitation_that_stands(session: DbSession, how: str) -> None:
    town = make_town()
    hand_over(act(user=town.ana), town.place, town.ana.id, ALL, how, NEW)
    [invitation] = session.scalars(select(Invitation)).all()
    session.refresh(invitation)
    assert (invitation.ended_how, backed([invitation])) == ("", [invitation])


@pytest.mark.parametrize(("how", "role"), [("coordinator", "coordinator"), ("administrator", "administrator")])
def test_who_hands_another_over_answers_for_it_and_not_to_the_own_address(
    session: DbSession, how: str, role: str
) -> None:
    town = make_town()
    giver = make_user(role=role, place=town.place if role == "coordinator" else None, name="Gil Ayala")
    with pytest.raises(Refused) as refused:
        own = Successor(None, "Otro Nombre", giver.email.upper())
        hand_over(act(user=giver), town.place, town.rosa.id, ALL, how, own)
    assert list(refused.value.fields) == ["email"]
    hand_over(act(user=giver), town.place, town.rosa.id, ALL, how, NEW)
    [invitation] = session.scalars(select(Invitation)).all()
    assert (invitation.by_user_id, backed([invitation])) == (giver.id, [invitation])


def test_a_slip_for_who_has_no_address(session: DbSession) -> None:
    town = make_town()
    make_person(town.unit, "Rosa Campos", town.rosa.email)
    hand_over(act(), town.place, town.rosa.id, ALL, "administrator", Successor(None, "Eva", "", "es"))
    invitation = session.scalars(select(Invitation).where(Invitation.municipality_id == town.place.id)).one()
    assert invitation.on_paper and invitation.unit_id == town.unit.id
    people = session.scalars(select(UnitPerson).where(UnitPerson.unit_id == town.unit.id)).all()
    assert [(one.name, one.email) for one in people] == [("Eva", None)]


def test_what_another_municipality_waits_for_stays(session: DbSession) -> None:
    town, other = make_town(), make_town()
    make_person(other.unit, "Rosa Campos", town.rosa.email)
    check_places([town.place, other.place], DAY, act().at)
    before = notices(other.place, "waiting")
    hand_over(act(), town.place, town.rosa.id, ALL, "administrator", NEW)
    session.expire_all()
    assert notices(other.place, "waiting") == before
    assert town.rosa.email in before


def test_what_cannot_be_is_refused(session: DbSession) -> None:
    town = make_town()
    stranger = make_user(role="coordinator", place=make_place(), name="Otra")
    wrong = [
        ("administrator", Successor(stranger.id), None, "successor"),
        ("administrator", Successor(town.rosa.id), None, "successor"),
        ("administrator", Successor(None, " ", "x@example.org"), None, "name"),
        ("administrator", Successor(None, "Rosa", town.rosa.email.upper()), None, "email"),
        ("monitor", NEW, None, "letter"),
    ]
    for how, successor, letter, field in wrong:
        with pytest.raises(Refused) as refused:
            hand_over(act(), town.place, town.rosa.id, ALL, how, successor, letter)
        assert list(refused.value.fields) == [field]
    for user_id, roles in ((stranger.id, ALL), (town.rosa.id, frozenset({"coordinator"})), (999_999, ALL)):
        with pytest.raises(NotHere):
            hand_over(act(), town.place, user_id, roles, "monitor", NEW, LETTER)
    assert session.scalar(select(func.count()).select_from(Invitation)) == 0
    assert leaving_at(town.place, town.rosa.id, ALL, DAY).roles == ("officer",)


def test_a_monitor_moves_the_coordination_alone(session: DbSession) -> None:
    town = make_town()
    add_roles(act(), town.ana, [Role("officer", town.place.id, town.unit.id)])
    made = hand_over(act(), town.place, town.ana.id, frozenset({"coordinator"}), "monitor", NEW, LETTER)
    assert made.stored_name == "carta-1.pdf"
    held = session.scalars(select(Membership.role).where(Membership.user_id == town.ana.id)).all()
    assert held == ["officer"]


def test_nobody_hands_a_role_over_to_oneself(session: DbSession) -> None:
    town = make_town()
    mona = make_user(role="monitor", country="MX")
    own = Successor(None, "Otro Nombre", mona.email, "es")
    with pytest.raises(Refused) as refused:
        hand_over(act(user=mona), town.place, town.ana.id, frozenset({"coordinator"}), "monitor", own, LETTER)
    assert list(refused.value.fields) == ["email"]
    with pytest.raises(Refused) as refused:
        hand_over(act(user=town.ana), town.place, town.rosa.id, ALL, "coordinator", Successor(town.ana.id))
    assert list(refused.value.fields) == ["successor"]
    hand_over(act(user=mona), town.place, town.ana.id, frozenset({"coordinator"}), "monitor", NEW, LETTER)
    [invitation] = session.scalars(select(Invitation)).all()
    assert (invitation.by_user_id, backed([invitation])) == (mona.id, [invitation])


def test_who_keeps_a_unit_goes_on_hearing_of_it(session: DbSession) -> None:
    town = make_town()
    add_roles(act(), town.ana, [Role("officer", town.place.id, town.unit.id)])
    make_person(town.unit, "Ana Coordina", town.ana.email)
    check_places([town.place], DAY, act().at)
    before = notices(town.place, "waiting")
    assert town.ana.email in before
    hand_over(act(), town.place, town.ana.id, frozenset({"coordinator"}), "monitor", NEW, LETTER)
    session.expire_all()
    assert notices(town.place, "waiting") == before
    people = session.scalars(select(UnitPerson.email).where(UnitPerson.unit_id == town.unit.id)).all()
    assert people == [town.ana.email]


def test_an_own_address_as_mailbox_is_the_successors_now(session: DbSession) -> None:
    town = make_town()
    town.unit.mailbox = town.rosa.email
    check_places([town.place], DAY, act().at)
    hand_over(act(), town.place, town.rosa.id, ALL, "administrator", NEW)
    assert town.unit.mailbox == "lucia@example.org"
    check_places([town.place], DAY, act().at)
    assert notices(town.place, "waiting") == {"lucia@example.org": "waiting"}


@contextmanager
def undone() -> Iterator[None]:
    nested = db.session.begin_nested()
    yield
    nested.rollback()


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    dues=st.lists(st.integers(-40, 20), max_size=5),
    in_units=st.integers(0, 2),
    by_mail=st.booleans(),
    told=st.booleans(),
)
def test_counts_before_and_after_agree(
    app: Flask, dues: list[int], in_units: int, by_mail: bool, told: bool
) -> None:
    """What is open and late stays so; every notice that waited is told to who is there now."""
    with app.app_context(), undone():
        place = make_place()
        units = [make_unit(place, name) for name in ("Obras", "Salud")]
        make_user(role="coordinator", place=place, name="Ana")
        rosa = make_user(role="officer", unit=units[0], name="Rosa")
        for unit in units[:in_units]:
            make_person(unit, "Rosa", rosa.email)
        for number, days in enumerate(dues):
            make_commitment(
                place,
                f"P{number}",
                DAY + timedelta(days=days),
                unit=units[number % 2],
                day=DAY - timedelta(days=90),
            )
        if told:
            check_places([place], DAY, act().at)
        before, waited = live_counts({place.id: DAY})[place.id], Counter[str]()
        about = select(Notice.subject).where(Notice.municipality_id == place.id, Notice.state == "waiting")
        for subject in db.session.scalars(about.where(Notice.recipient == rosa.email)):
            waited[subject] += 1
        successor = NEW if by_mail else Successor(None, "Eva", "", "es")
        made = hand_over(act(), place, rosa.id, ALL, "administrator", successor)
        assert made.facts["notices"] == sum(waited.values())
        assert live_counts({place.id: DAY})[place.id] == before
        db.session.expire_all()
        gone = Notice.recipient == rosa.email, Notice.state.in_(("waiting", "composed", "nobody"))
        assert db.session.scalar(select(func.count()).select_from(Notice).where(*gone)) == 0
        check_places([place], DAY, act().at)
        assert set(waited) <= set(db.session.scalars(about)), "what waited is told to who is there now"
        own = UnitPerson.municipality_id == place.id, UnitPerson.email == rosa.email
        assert db.session.scalar(select(func.count()).select_from(UnitPerson).where(*own)) == 0
        assert db.session.scalar(select(func.count()).select_from(UnitPerson)) == in_units
