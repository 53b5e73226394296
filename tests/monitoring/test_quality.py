"""The page of quality: each figure leads to as many rows, by role, and where there is nothing."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest

from tests.agenda.keeping import live_through, make_kept
from tests.support.apps import DbSession
from tests.support.factories import make_commitment, make_partner, make_place, make_unit, make_user
from tests.support.pages import Client
from tracker.core.now import today
from tracker.territory.rules import Place

LINK = re.compile(r'<a [^>]*href="([^"]*/agenda\?[^"]*)"[^>]*>\s*(?:<b>)?(\d+)<')
HEADING = re.compile(r"<h2>Commitments <small>(\d+)</small></h2>")


def quality(client: Client, place: Place) -> str:
    """What stands on the page."""
    answer = client.get(f"/{place.code}/quality", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.text.partition("<main")[2].partition("</main>")[0]


def words(html: str) -> str:
    """The text without marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(html)).split())


def figures(html: str) -> Iterator[tuple[str, int]]:
    """(address, count) of each count that is a link."""
    for address, count in LINK.findall(html):
        yield unescape(address), int(count)


@pytest.mark.parametrize("seed", [11, 12])
def test_each_figure_is_the_number_of_rows_it_leads_to(client: Client, session: DbSession, seed: int) -> None:
    place, partner = make_place(), make_partner()
    leads = [make_unit(place, "Obras"), make_unit(place, "Salud"), partner, None]
    live_through(session, seed, place, leads, today(place.zone), steps=70)
    session.commit()
    client.enter_as(make_user("coordinator", place=place, locale="en").id)
    found = dict(figures(quality(client, place)))
    assert len(found) > 25
    for address, count in found.items():
        heading = HEADING.search(client.get(address, headers={"Accept-Language": "en"}).text)
        assert heading and int(heading[1]) == count, address


def test_units_stand_by_name_whatever_their_figures(client: Client, session: DbSession) -> None:
    place = make_place()
    day = today(place.zone) - timedelta(days=20)
    for name, late in (("Zoológico", 0), ("Ámbito Rural", 5), ("Obras", 0)):
        make_kept(place, make_unit(place, name), day, day + timedelta(days=late))
    session.commit()
    client.enter_as(make_user("coordinator", place=place, locale="en").id)
    page = quality(client, place)
    assert re.findall(r'<th scope="row">([^<]*)</th>', page) == ["Ámbito Rural", "Obras", "Zoológico"]
    assert "The first promised date of 3 commitments has passed: 2 were kept on time" in words(page)
    assert "67%" in page


def test_a_unit_without_commitments_has_no_data(client: Client, session: DbSession) -> None:
    place = make_place()
    make_unit(place, "Obras")
    session.commit()
    client.enter_as(make_user("coordinator", place=place, locale="en").id)
    page = quality(client, place)
    row = page.partition('<th scope="row">Obras</th>')[2].partition("</tr>")[0]
    assert words(row).split("no data") == ["", *[" "] * 4, ""]
    assert not re.search(r"\d+%", page)
    assert "No first promised date has passed yet" in page


def test_a_municipality_with_nothing_is_told_what_will_be_here(client: Client, session: DbSession) -> None:
    place = make_place()
    session.commit()
    client.enter_as(make_user("coordinator", place=place, locale="en").id)
    page = quality(client, place)
    assert "No figures yet" in page and "<table" not in page


def test_partners_are_counted_apart_and_do_not_see_the_page(client: Client, session: DbSession) -> None:
    place, partner = make_place(), make_partner("Fundación")
    make_commitment(place, due_on=today(place.zone) - timedelta(days=3), partner_id=partner.id)
    session.commit()
    client.enter_as(make_user("partner", partner=partner, locale="en").id)
    assert client.get(f"/{place.code}/quality").status_code == 403
    agenda = client.get(f"/{place.code}/agenda").text
    assert f"/{place.code}/quality" not in agenda
    client.enter_as(make_user("authority", place=place, locale="en").id)
    page = quality(client, place)
    assert "No first promised date has passed yet" in page, "not the municipality's fault"
    assert "0% · 0 of 1" in words(page.partition("Led by partners")[2])


@pytest.mark.parametrize("role", ["coordinator", "authority", "officer", "monitor", "administrator"])
def test_who_sees_the_whole_agenda_finds_the_page_there(client: Client, session: DbSession, role: str) -> None:
    place, hidden = make_place(), make_place(shared=False)
    unit = make_unit(place)
    session.commit()
    is_local = role in ("coordinator", "authority")
    user = make_user(role, place=place if is_local else None, unit=unit if role == "officer" else None)
    client.enter_as(user.id)
    assert f'href="/{place.code}/quality"' in client.get(f"/{place.code}/agenda").text
    assert client.get(f"/{place.code}/quality").status_code == 200
    seen = client.get(f"/{hidden.code}/quality").status_code
    assert seen == {"administrator": 200, "monitor": 403}.get(role, 404), "not shared"


def test_what_a_figure_asked_for_is_named_and_can_be_taken_away(client: Client, session: DbSession) -> None:
    place = make_place()
    day = today(place.zone) - timedelta(days=20)
    make_kept(place, make_unit(place), day, day)
    session.commit()
    client.enter_as(make_user("coordinator", place=place, locale="en").id)
    page = client.get(f"/{place.code}/agenda?state=all&unit=own&kept=on_time").text
    assert '<input type="hidden" name="kept" value="on_time">' in page
    taken_away = re.search(r'href="([^"]*)"><span class="visually-hidden">Remove the filter', page)
    assert taken_away and "kept" not in taken_away[1] and "unit=own" in taken_away[1]
    assert "kept=on_time" in page.partition("This list as a sheet")[2], "the sheet holds the same rows"
    assert HEADING.search(client.get(f"/{place.code}/agenda?kept=nonsense&date=1&state=all").text)
