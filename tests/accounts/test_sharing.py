"""Who monitors sees what was shared of the places looked after: a country, a state, an association, a workshop."""

from typing import Any

import pytest

from tests.support.factories import act, make_commitment, make_place, make_user
from tests.support.pages import Client
from tracker.accounts.models import Look, Membership
from tracker.accounts.queries import with_members
from tracker.accounts.rules import Role, scope_of
from tracker.core.db import begin_write, db
from tracker.core.errors import Refused
from tracker.monitoring.queries import count_not_shared, municipalities_with_standing, totals
from tracker.territory.models import Municipality, State
from tracker.territory.operations import share_agenda, stop_sharing
from tracker.territory.queries import in_scope, in_sight, place_by_code, within
from tracker.territory.registry.associations import add_members
from tracker.territory.registry.workshops import add_to_workshop
from tracker.territory.rules import EVERYWHERE, Place, Scope


def _seen(scope: Scope) -> set[str]:
    return {m.code for m in db.session.query(Municipality).filter(in_scope(scope))}


def _again(place: Place) -> Place:
    found = place_by_code(place.code, EVERYWHERE)
    assert found is not None
    return found


@pytest.fixture
def shared(session: Any) -> Place:
    return make_place(code="1")


@pytest.fixture
def hidden(session: Any) -> Place:
    return make_place(code="2", shared=False)


def test_a_monitor_sees_what_is_shared_and_the_name_of_the_rest(shared: Place, hidden: Place) -> None:
    elsewhere = make_place("CL", "3")
    mexico, region = scope_of((Role("monitor", country_code="MX"),)), scope_of((Role("monitor"),))
    assert _seen(mexico) == {shared.code}
    assert _seen(region) == {shared.code, elsewhere.code}
    names = {m.code for m in db.session.query(Municipality).filter(in_sight(mexico))}
    assert names == {shared.code, hidden.code}
    assert mexico.covers(_again(shared)) and not mexico.covers(_again(hidden))


def test_inside_nothing_has_to_be_shared(hidden: Place) -> None:
    own = scope_of((Role("coordinator", hidden.id),))
    assert _seen(own) == {hidden.code}
    assert own.covers(_again(hidden)) and own.is_inside(hidden)
    assert _seen(EVERYWHERE) == {hidden.code}


def test_sharing_is_dated_and_ends_at_once(hidden: Place) -> None:
    begin_write()
    region = scope_of((Role("monitor"),))
    assert share_agenda(act(), hidden.id) and not share_agenda(act(), hidden.id)
    assert _again(hidden).shared_on == act().day
    assert _seen(region) == {hidden.code}
    assert stop_sharing(act(), hidden.id) and not stop_sharing(act(), hidden.id)
    assert _seen(region) == set()


def test_state_association_and_workshop_bound_what_is_watched(shared: Place, hidden: Place) -> None:
    begin_write()
    third, union = make_place(code="4"), make_place(code="5", kind="association")
    state = State(country_code="MX", code="15", name="México")
    db.session.add(state)
    db.session.flush()
    db.session.get_one(Municipality, shared.id).state_id = state.id
    add_members(act(), union.id, [shared.id, hidden.id])
    workshop, new = add_to_workshop(act(), "Taller de Toluca", [third.id, hidden.id])
    assert new == 2 and add_to_workshop(act(), "taller  de TOLUCA", [third.id])[1] == 0
    roles = with_members(
        (
            Role("monitor", state_id=state.id),
            Role("monitor", municipality_id=union.id),
            Role("monitor", workshop_id=workshop.id),
        )
    )
    by_state, by_union, by_workshop = (scope_of((role,)) for role in roles)
    assert _seen(by_state) == {shared.code}
    assert _seen(by_union) == {shared.code, union.code}
    assert _seen(by_workshop) == {third.code}
    assert scope_of(roles).covers(_again(third)) and not by_state.covers(_again(third))
    ids = {row.id for row in db.session.query(Municipality.id).filter(within(by_union, Municipality.id))}
    assert ids == {shared.id, union.id}


def test_a_monitor_of_an_association_is_no_coordinator_of_it(shared: Place) -> None:
    begin_write()
    union = make_place(code="5", kind="association", shared=False)
    add_members(act(), union.id, [shared.id])
    (role,) = with_members((Role("monitor", municipality_id=union.id),))
    scope = scope_of((role,))
    assert not scope.municipality_ids and not scope.region and not scope.is_inside(union)
    assert _seen(scope) == {shared.code}


def test_an_association_does_not_belong_to_itself(session: Any) -> None:
    begin_write()
    union = make_place(kind="association")
    with pytest.raises(Refused):
        add_members(act(), union.id, [union.id])


def test_what_is_not_shared_stands_outside_every_figure(shared: Place, hidden: Place) -> None:
    begin_write()
    make_commitment(shared)
    make_commitment(hidden)
    make_commitment(hidden)
    scope = scope_of((Role("monitor", country_code="MX"),))
    assert totals(scope, None)["open"] == 1 and totals(scope, None)["municipalities"] == 1
    assert count_not_shared(scope, None) == 1 and count_not_shared(scope, "CL") == 0
    rows, _more = municipalities_with_standing(scope, None, "", "all", 1)
    assert {m.code: s is not None for m, s in rows} == {shared.code: True, hidden.code: False}
    rows, _more = municipalities_with_standing(scope, None, "", "not_shared", 1)
    assert [(m.code, s) for m, s in rows] == [(hidden.code, None)]
    assert totals(EVERYWHERE, None)["open"] == 3


def test_pages_follow_the_choice_at_the_next_click(client: Client, hidden: Place) -> None:
    begin_write()
    made = make_commitment(hidden, "⟦Pozo⟧")
    monitor, own = make_user("monitor", country="MX"), make_user(place=hidden)
    elsewhere = make_user("monitor", country="CL")
    db.session.commit()
    client.enter_as(monitor.id)
    pages = [f"/{hidden.code}/agenda", f"/{hidden.code}/agenda/{made.code}", f"/{hidden.code}/plan"]
    told = [client.get(url) for url in (*pages, f"/{hidden.code}/agenda/ZZZ")]
    assert [answer.status_code for answer in told] == [403] * 4
    assert len({answer.text.replace(answer.request.path, "") for answer in told}) == 1
    assert hidden.name in told[0].text and "⟦Pozo⟧" not in told[0].text
    assert client.post(pages[0]).status_code in (400, 403)
    assert client.get("/mx-99999/agenda").status_code == 404
    listed = client.get("/monitoring").text
    assert ">0 mun" not in listed
    page = client.get("/monitoring?show=not_shared").text
    assert hidden.name in page and f"/{hidden.code}/agenda" not in page and "⟦Pozo⟧" not in page
    client.enter_as(own.id)
    client.submit(f"/{hidden.code}/sharing", {}, f"/{hidden.code}/sharing")
    client.enter_as(monitor.id)
    assert client.get(pages[0]).status_code == 200
    client.enter_as(own.id)
    client.submit(f"/{hidden.code}/sharing", {}, f"/{hidden.code}/sharing")
    client.enter_as(monitor.id)
    assert client.get(pages[1]).status_code == 403
    client.enter_as(elsewhere.id)
    assert [client.get(url).status_code for url in pages] == [404] * 3


def test_looks_of_administrators_are_noted_once_an_hour(client: Client, hidden: Place) -> None:
    begin_write()
    made = make_commitment(hidden)
    administrator, own = make_user("administrator", name="Eva Manda"), make_user(place=hidden)
    db.session.commit()
    client.enter_as(administrator.id)
    for _ in range(3):
        assert client.get(f"/{hidden.code}/agenda/{made.code}").status_code == 200
    client.get(f"/{hidden.code}/agenda?q=x")
    client.get("/monitoring")
    client.enter_as(own.id)
    assert client.get(f"/{hidden.code}/agenda").status_code == 200
    assert sorted(look.path for look in db.session.query(Look)) == ["agenda", f"agenda/{made.code}"]
    page = client.get(f"/{hidden.code}/sharing").text
    assert page.count("Eva Manda") == 2 and made.code in page


def test_the_association_of_a_membership_is_read_with_the_session(client: Client, shared: Place) -> None:
    begin_write()
    union = make_place(code="5", kind="association")
    stranger = make_place(code="6")
    add_members(act(), union.id, [shared.id])
    monitor = make_user("monitor", country="CL")
    db.session.query(Membership).filter_by(user_id=monitor.id).update(
        {"country_code": None, "municipality_id": union.id}
    )
    db.session.commit()
    client.enter_as(monitor.id)
    codes = (shared.code, union.code, stranger.code)
    assert [client.get(f"/{code}/agenda").status_code for code in codes] == [200, 200, 404]
    assert client.get(f"/{shared.code}/agenda/new").status_code == 403
