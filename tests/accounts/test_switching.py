"""One person in three municipalities changes place from any page, without signing out."""

import re

import pytest

from tests.support.apps import DbSession
from tests.support.factories import act, make_place, make_user
from tests.support.pages import Client
from tracker.accounts.operations import add_roles
from tracker.accounts.rules import Role
from tracker.territory.rules import Place


@pytest.fixture
def places(session: DbSession, client: Client) -> list[Place]:
    """A coordinator of two, who reads a third one and looks after the members of an association."""
    own, other, read, association = (make_place(name=name) for name in ("Toluca", "Lerma", "Metepec", "Unión"))
    ana = make_user("coordinator", place=own)
    more = [Role("coordinator", other.id), Role("authority", read.id), Role("monitor", association.id)]
    add_roles(act(), ana, more)
    session.commit()
    client.enter_as(ana.id)
    return [own, other, read]


def ways(client: Client, page: str) -> dict[str, str]:
    """Name and address of the places that the bar of a page offers."""
    answer = client.get(page)
    assert answer.status_code == 200, page
    menu = re.search(r'<details class="switch">.*?</details>', answer.text, re.S)
    assert menu, f"nothing to choose on {page}"
    return {name: url for url, name in re.findall(r'<li><a href="([^"]+)">([^<]+)</a>', menu[0])}


def test_the_same_page_of_the_other_place(client: Client, places: list[Place]) -> None:
    own, other, read = (place.code for place in places)
    assert ways(client, f"/{own}/plan") == {"Lerma": f"/{other}/plan", "Metepec": f"/{read}/plan"}
    assert ways(client, f"/?place={own}") == {"Lerma": f"/?place={other}", "Metepec": f"/?place={read}"}
    assert ways(client, f"/{own}/terms") == {"Lerma": f"/{other}/terms", "Metepec": f"/{read}/terms"}


def test_where_there_is_none_such_it_leads_to_the_agenda(client: Client, places: list[Place]) -> None:
    own, other, read = (place.code for place in places)
    assert ways(client, f"/{own}/people") == {"Lerma": f"/{other}/people", "Metepec": f"/{read}/agenda"}
    assert ways(client, "/inbox") == {
        "Lerma": f"/{other}/agenda",
        "Metepec": f"/{read}/agenda",
        "Toluca": f"/{own}/agenda",
    }
    for url in ways(client, f"/{own}/people").values():
        assert client.get(url).status_code == 200


def test_who_has_one_place_has_nothing_to_choose(client: Client, session: DbSession) -> None:
    place = make_place()
    client.enter_as(make_user("coordinator", place=place).id)
    assert '<details class="switch">' not in client.get(f"/{place.code}/agenda").text
