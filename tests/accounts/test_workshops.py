"""Workshops: who sees them, who came, and inviting a hundred coordinators at once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_place, make_user
from tests.support.pages import Client, form_of
from tracker.accounts.models import Invitation, Membership
from tracker.accounts.operations.invitations import Wish, accept_new, invite
from tracker.accounts.operations.starting import invite_coordinators
from tracker.accounts.queries.giving import backed
from tracker.accounts.queries.starting import slips_of_workshop, starts_of
from tracker.accounts.rules import Role, Visitor, gives_at
from tracker.accounts.views.workshops import starting
from tracker.core.db import begin_write
from tracker.core.errors import EditConflict, NotHere, Refused
from tracker.core.tokens import link_token
from tracker.post.models import OutboxMail
from tracker.territory.models import Municipality, State
from tracker.territory.operations import stop_sharing
from tracker.territory.queries import place_by_code
from tracker.territory.registry.associations import add_members
from tracker.territory.registry.naming import municipalities_named
from tracker.territory.registry.workshops import (
    Attendance,
    Course,
    Session,
    came_to,
    edit_workshop,
    note_came,
    note_did_not_come,
    workshop_in_sight,
    workshops_in_sight,
    write_workshop,
)
from tracker.territory.rules import EVERYWHERE, Place, Scope, contains_itself


def wish(place: Place, email: str = "") -> Wish:
    return Wish(Role("coordinator", place.id), f"Coordina {place.name}", email, "es", not email)


def invitations(session: DbSession) -> int:
    return session.scalar(select(func.count()).select_from(Invitation)) or 0


def test_a_hundred_at_once_by_mail_and_on_slips(session: DbSession) -> None:
    places = [make_place("MX", f"{n:03}") for n in range(100)]
    workshop = write_workshop(act(), Course("Taller"))
    assert note_came(act(), workshop, [place.id for place in places]) == 100
    made = invite_coordinators(act(), [wish(p, f"c{n}@example.org" if n % 3 else "") for n, p in enumerate(places)])
    assert len(made) == 100
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 66
    slips = slips_of_workshop(workshop.id, act().at)
    assert len(slips) == 34
    assert len({slip.code_hash for slip in slips}) == 34
    starts = starts_of([place.id for place in places], act().at)
    assert not any(start.is_free for start in starts.values())


def test_the_second_of_two_who_invite_at_once_invites_nobody_twice(session: DbSession) -> None:
    here, there = make_place(), make_place()
    make_user(role="coordinator", place=here, email="ya@example.org")
    assert len(invite_coordinators(act(), [wish(here), wish(there)])) == 1
    assert invite_coordinators(act(), [wish(here), wish(there)]) == []
    assert invitations(session) == 1


def test_all_or_nothing_names_the_row(session: DbSession) -> None:
    places = [make_place() for _n in range(3)]
    me = make_user(role="administrator", email="yo@example.org")
    mine = act()
    mine = type(mine)(me.id, me.name, mine.door, mine.at, mine.day)
    with pytest.raises(Refused) as refused:
        invite_coordinators(mine, [wish(places[2]), wish(places[0], "yo@example.org"), wish(places[1])])
    assert list(refused.value.fields) == ["starts-1"]


def test_who_looks_after_invites_the_first_coordinator_of_what_is_not_shared_yet(session: DbSession) -> None:
    place = make_place("MX", "077")
    stop_sharing(act(), place.id)
    hidden = place_by_code(place.code, EVERYWHERE)
    assert hidden is not None and hidden.shared_on is None
    monitor = Role("monitor", country_code="MX")
    visitor = Visitor(1, 1, "M", "m@example.org", None, (monitor,))
    assert gives_at(visitor, hidden) == {"coordinator"}
    stranger = Visitor(1, 1, "M", "m@example.org", None, (Role("monitor", country_code="CL"),))
    assert gives_at(stranger, hidden) == set()
    user = make_user(role="monitor", country="MX", email="mon@example.org")
    mine = act()
    [made] = invite_coordinators(type(mine)(user.id, user.name, "page", mine.at, mine.day), [wish(hidden)])
    assert backed([made]) == [made]
    come = accept_new(link_token("invitation", made.nonce), act().at, "rosa@example.org", "Rosa", "es", "x")
    assert come is not None and come[0] == "made"
    held = session.scalars(select(Membership).where(Membership.municipality_id == hidden.id)).all()
    assert [membership.role for membership in held] == ["coordinator"]


def test_who_sees_which_workshop(session: DbSession) -> None:
    here, there = make_place("MX", "001"), make_place("CL", "001")
    both, empty = write_workshop(act(), Course("Uno")), write_workshop(act(), Course("Dos"))
    note_came(act(), both, [here.id, there.id])
    mexico = Scope(country_codes=frozenset({"MX"}))
    assert [(line.workshop.id, line.came) for line in workshops_in_sight(mexico, [], 0, 9)] == [(both.id, 1)]
    assert {line.workshop.id for line in workshops_in_sight(EVERYWHERE, [], 0, 9)} == {both.id, empty.id}
    assert [line.workshop.id for line in workshops_in_sight(Scope(), [empty.id], 0, 9)] == [empty.id]
    assert [row.id for row in session.scalars(came_to(both.id, mexico))] == [here.id]
    with pytest.raises(NotHere):
        workshop_in_sight(both.id, Scope(country_codes=frozenset({"PE"})), [])
    note_did_not_come(act(), both, here.id)
    with pytest.raises(NotHere):
        note_did_not_come(act(), both, here.id)


def test_what_a_workshop_was_is_kept_and_corrected(session: DbSession) -> None:
    first = Course(
        "Curso de Mérida",
        "course",
        "Mérida",
        "MX",
        date(2026, 3, 2),
        date(2026, 3, 6),
        (Session(date(2026, 3, 2), "Diálogo"),),
        (Attendance("MX", "Gobierno", 12, 11, 1),),
    )
    made = write_workshop(act(), first)
    with pytest.raises(Refused) as refused:
        write_workshop(act(), Course("curso de  merida"))
    assert list(refused.value.fields) == ["name"]
    for course in (Course("…"), Course("X", country_code="XX"), Course("Y", attendance=(Attendance("", "", -1),))):
        with pytest.raises(Refused):
            write_workshop(act(), course)
    with pytest.raises(Refused) as refused:
        write_workshop(act(), Course("Z", starts_on=DAY, ends_on=DAY - timedelta(days=1)))
    assert list(refused.value.fields) == ["ends_on"]
    edit_workshop(act(), made.id, Course("Curso de Mérida", starts_on=DAY, ends_on=DAY), made.version)
    assert (made.sessions, made.attendance, made.venue) == ([], [], "")
    with pytest.raises(EditConflict):
        edit_workshop(act(), made.id, first, 1)


def test_municipalities_by_code_name_and_state(session: DbSession) -> None:
    state = State(country_code="MX", code="15", name="México")
    session.add(state)
    session.flush()
    juan, rio = make_place("MX", "15001", name="San Juan"), make_place("MX", "22016", name="San Juan")
    luz = make_place("CL", "05101", name="Luz")
    session.get_one(Municipality, juan.id).state_id = state.id
    session.flush()
    said = municipalities_named(["MX-22016", "san juan", "luz", "mx-15", "Nada", "LÚZ"], EVERYWHERE)
    assert [name.ids for name in said] == [(rio.id,), (), (luz.id,), (juan.id,), (), (luz.id,)]
    assert said[1].choices == ("mx-15001", "mx-22016")
    assert [n.ids for n in municipalities_named(["Luz"], EVERYWHERE, "MX")] == [()]
    assert [n.ids for n in municipalities_named(["Luz"], Scope(country_codes=frozenset({"MX"})))] == [()]


def test_an_association_never_contains_itself(session: DbSession) -> None:
    a, b, c = (make_place(kind="association") for _n in range(3))
    town = make_place()
    assert add_members(act(), a.id, [b.id, town.id]) == 2
    assert add_members(act(), b.id, [c.id, town.id]) == 2
    for outer, inner in ((c, a), (c, b), (a, a), (b, a)):
        with pytest.raises(Refused):
            add_members(act(), outer.id, [inner.id])
    assert not contains_itself([(1, 2), (1, 3), (2, 4), (3, 4)])
    assert contains_itself([(1, 2), (2, 3), (3, 1)])


def test_a_slip_that_was_taken_is_not_printed_again(session: DbSession) -> None:
    place = make_place()
    workshop = write_workshop(act(), Course("Taller"))
    note_came(act(), workshop, [place.id])
    made = invite(act(), wish(place))
    assert slips_of_workshop(workshop.id, act().at) == [made]
    accept_new(link_token("invitation", made.nonce), act().at, "eva@example.org", "Eva", "es", "x")
    assert slips_of_workshop(workshop.id, act().at) == []
    assert starts_of([place.id], act().at)[place.id].coordinators == ("Eva",)


def test_it_says_how_many_are_really_invited(session: DbSession, client: Client) -> None:
    here, there = make_place("MX", "001"), make_place("MX", "002")
    workshop = write_workshop(act(), Course("Taller"))
    note_came(act(), workshop, [here.id, there.id])
    client.enter_as(make_user(role="administrator", locale="es").id)
    url = f"/workshops/{workshop.id}/invitations"
    values = form_of(client.get(url).text, url).values
    # Meanwhile somebody else invites to one of the two.
    begin_write()
    invite(act(), wish(here))
    answer = client.post(url, data=values)
    assert answer.status_code == 303
    assert "1 municipio quedó invitado" in client.get(answer.location).text
    assert invitations(session) == 2


def test_what_nobody_is_invited_to_takes_no_place_of_others(
    session: DbSession, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "AT_ONCE", 2)
    places = [make_place("MX", f"{number:03}", name=f"Valle {number}") for number in range(5)]
    workshop = write_workshop(act(), Course("Taller"))
    note_came(act(), workshop, [place.id for place in places])
    session.get_one(Municipality, places[0].id).valid_until = DAY - timedelta(days=900)
    make_user(role="coordinator", place=places[1])
    client.enter_as(make_user(role="monitor", country="MX", locale="es").id)
    text = client.get(f"/workshops/{workshop.id}/invitations").text
    assert [place.name in text for place in places] == [False, False, True, True, False]
    assert "sigue 1 más" in text
    url = f"/workshops/{workshop.id}/invitations"
    values = {**form_of(text, url).values, "starts-0-municipality": str(places[0].id)}
    assert client.post(url, data=values).status_code == 404
    assert invitations(session) == 0
