"""Searching: without accents, in any order, and never beyond what one may see."""

import pytest

from tests.support.apps import DbSession
from tests.support.factories import (
    DAY,
    act,
    make_commitment,
    make_partner,
    make_person,
    make_place,
    make_unit,
    make_user,
)
from tests.support.pages import Client
from tracker.agenda.operations.commitments import create_commitment
from tracker.agenda.operations.promise import PartyFacts, Promise
from tracker.core.folding import folded
from tracker.territory.operations import share_agenda, stop_sharing
from tracker.territory.rules import Place


@pytest.fixture
def place(session: DbSession) -> Place:
    """A municipality with units, people and commitments; its neighbour has the same."""
    first = []
    for name in ("Ñuñoa", "Nuñoa Alta"):
        place = make_place(name=name)
        first.append(place)
        unit = make_unit(place, "Educación y Niñez")
        make_person(unit, f"José Peña de {name}")
        make_commitment(place, f"Ampliar el jardín de niños de {name}", DAY, unit=unit)
        make_commitment(place, f"Pavimentar 100% de la calle_real de {name}", DAY)
        create_commitment(act(), place, Promise(f"Jardín botánico de {name}"), draft=True)
    session.commit()
    return first[0]


def found(client: Client, place: Place | None, text: str) -> str:
    """The page's text below the form."""
    answer = client.get(f"/{place.code}/search" if place else "/search", query_string={"q": text})
    assert answer.status_code == 200
    return answer.text.partition("<main")[2].partition("</form>")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    "text", ["JARDIN", "niños jardín", "ninos", "educacion", "jard niñ", "C-001", "c-001 ampliar"]
)
def test_commitments_by_words_code_and_unit_without_accents(client: Client, place: Place, text: str) -> None:
    client.enter_as(make_user("coordinator", place=place).id)
    page = found(client, place, text)
    assert "Ampliar el jardín de niños de Ñuñoa" in page
    assert "Nuñoa Alta" not in page
    assert "botánico" not in page, "drafts are listed where drafts are"


@pytest.mark.parametrize(
    ("text", "fits"), [("100%", True), ("calle_real", True), ("calle%real", False), ("1__", False)]
)
def test_signs_stand_for_themselves(client: Client, place: Place, text: str, fits: bool) -> None:
    client.enter_as(make_user("coordinator", place=place).id)
    assert ("Pavimentar" in found(client, place, text)) is fits


def test_names_by_how_they_begin_and_only_of_ones_own(client: Client, place: Place) -> None:
    client.enter_as(make_user("coordinator", place=place, name="Ana Peñalosa").id)
    page = found(client, None, "peñ")
    assert "José Peña de Ñuñoa" in page and "Ana Peñalosa" in page
    assert "Nuñoa Alta" not in page
    assert "José" in found(client, None, "jose") and "José" not in found(client, None, "osé")
    units = found(client, place, "edu")
    assert units.count("Educación y Niñez</a>") == 1
    assert "Ñuñoa" in found(client, None, "nuno")


def test_who_monitors_finds_what_is_shared_and_no_people(client: Client, session: DbSession, place: Place) -> None:
    client.enter_as(make_user("monitor").id)
    stop_sharing(act(), place.id)
    session.commit()
    assert "Ñuñoa" not in found(client, None, "ñuñ")
    share_agenda(act(), place.id)
    session.commit()
    assert "Ñuñoa" in found(client, None, "ñuñ")
    page = found(client, place, "jardin")
    assert "Ampliar el jardín" in page and "botánico" not in page
    assert "José" not in found(client, place, "jose")


def test_a_partner_finds_its_part(client: Client, session: DbSession, place: Place) -> None:
    partner = make_partner("Red")
    parts = (PartyFacts("supporter", partner_id=partner.id),)
    make_commitment(place, "Jardín con socio", DAY, parties=parts)
    client.enter_as(make_user("partner", partner=partner).id)
    page = found(client, place, "jardin")
    assert "Jardín con socio" in page and "niños" not in page
    assert "Educación" not in found(client, place, "edu")


@pytest.mark.parametrize("text", ["", "a", "x" * 500, "\u202eabc", "'; drop table", "\\", "%", "ñ" * 100])
def test_odd_texts_are_answered_with_words(client: Client, place: Place, text: str) -> None:
    client.enter_as(make_user("coordinator", place=place).id)
    assert "Traceback" not in found(client, place, text)


def test_python_and_sql_fold_alike() -> None:
    assert folded("ÁÉÍÓÚÜÑÇ Ãõ 100%_x") == "aeiouunc ao 100%_x"
