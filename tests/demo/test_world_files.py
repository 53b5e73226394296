"""The files of the demo world hold together: codes, dates, names and wording.

Every date in a file is a number of days from the day the world is loaded (day 0).
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORLD = ROOT / "tracker" / "demo" / "world"
COUNTRIES = ROOT / "tracker" / "territory" / "countries.json"

#: File name → name, ISO 3166-2 code of the first level, kind.
PLACES = {
    "cl-16201": ("Quirihue", "CL-NB", "municipality"),
    "gt-0301": ("Antigua Guatemala", "GT-03", "municipality"),
    "mx-07019": ("Comitán de Domínguez", "MX-CHP", "municipality"),
    "mx-07059": ("Ocosingo", "MX-CHP", "municipality"),
    "mx-07078": ("San Cristóbal de las Casas", "MX-CHP", "municipality"),
    "mx-15033": ("Ecatepec de Morelos", "MX-MEX", "municipality"),
    "mx-15057": ("Naucalpan de Juárez", "MX-MEX", "municipality"),
    "mx-15082": ("Tejupilco", "MX-MEX", "municipality"),
    "mx-15106": ("Toluca", "MX-MEX", "municipality"),
    "pe-050101": ("Ayacucho", "PE-AYA", "municipality"),
    "uy-14": ("Rocha", "UY-RO", "department"),
}
CURRENCIES = {"CL": "CLP", "GT": "GTQ", "MX": "MXN", "PE": "PEN", "UY": "UYU"}
DIALLING = {"CL": "+56 ", "GT": "+502 ", "MX": "+52 ", "PE": "+51 ", "UY": "+598 "}
LOCALES = {"es", "en", "pt_BR", "fr"}
PRECISIONS = {"day", "month", "quarter", "half", "year"}
OUTCOMES = {"fulfilled", "in_part", "not_fulfilled"}
PARTNER_KINDS = {"agency", "ministry", "foundation", "association", "council"}
ADDRESS = re.compile(r"[a-z]+(\.[a-z]+)?@example\.org")
#: Open dates follow each other at most this many days apart.
WINDOW = 14
LAST_DAY = 366
#: Numbers written as words say as little about a title as digits do.
NUMBER_WORDS = {
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "veinte",
    "veintiséis",
    "treinta",
    "cuarenta",
    "cincuenta",
    "sesenta",
    "setenta",
    "ochenta",
    "noventa",
    "cien",
    "medio",
    "millón",
    "mil",
    "doscientos",
    "primer",
    "primera",
    "primeros",
    "primeras",
    "segunda",
    "segundo",
    "tercera",
}

Json = dict[str, Any]


def load(code: str) -> Json:
    """One municipality's file."""
    world: Json = json.loads((WORLD / f"{code}.json").read_text(encoding="utf-8"))
    return world


def words(title: str) -> frozenset[str]:
    """What is left of a title without place-like words, numbers and small words."""
    first, *rest = re.findall(r"[^\W\d_]+", title)
    kept = [first.lower(), *(word for word in rest if word == word.lower())]
    return frozenset(word for word in kept if len(word) > 3 and word not in NUMBER_WORDS)


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the words of two titles that both have (0 to 1)."""
    return len(one & other) / len(one | other) if one | other else 1.0


def is_open(commitment: Json) -> bool:
    """Whether the commitment is still to be kept on day 0."""
    return commitment["completed"] is None


def is_overdue(commitment: Json) -> bool:
    """Whether the commitment is late on day 0."""
    due = commitment["due"]
    return is_open(commitment) and due is not None and due < 0


def open_dates(world: Json) -> list[int]:
    """Due days on or after day 0 that stay where they are whatever the calendar.

    A commitment due in a month or quarter is due on the last day of it, which moves with
    the day of loading, so it is not counted on.
    """
    days: set[int] = set()
    for commitment in filter(is_open, world["commitments"]):
        if commitment["due"] is not None and commitment["precision"] == "day":
            days.add(commitment["due"])
        days.update(m["due"] for m in commitment["milestones"] if m["completed"] is None)
    return sorted(day for day in days if day >= 0)


@pytest.fixture(scope="module", params=sorted(PLACES))
def code(request: pytest.FixtureRequest) -> str:
    """Each municipality in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def world(code: str) -> Json:
    """The file of the municipality in turn."""
    return load(code)


def people_of(world: Json) -> set[str]:
    """Names of everyone in the units."""
    return {person["name"] for unit in world["units"] for person in unit["people"]}


def test_the_world_has_exactly_these_places() -> None:
    """One file for each place, no other."""
    assert {path.stem for path in WORLD.glob("*.json")} == set(PLACES)


def test_files_are_written_alike(code: str, world: Json) -> None:
    """UTF-8, indented by one, accents as they are."""
    text = (WORLD / f"{code}.json").read_text(encoding="utf-8")
    assert text == json.dumps(world, ensure_ascii=False, indent=1) + "\n"


def test_municipality(code: str, world: Json) -> None:
    """Code, name and first level agree with the file's name."""
    place = world["municipality"]
    assert code == f"{place['country'].lower()}-{place['code']}"
    assert (place["name"], place["admin1_code"], place["kind"]) == PLACES[code]
    assert place["admin1_name"]
    assert -56 < place["lat"] < 33 and -118 < place["lon"] < -34
    assert place["population"] > 0
    assert place["timezone"] is None or ZoneInfo(place["timezone"])
    assert world["invented"] == ("Unidades, personas y compromisos inventados para demostración.")


def test_units_and_people(world: Json) -> None:
    """Four to six units, each with someone; invented addresses and telephone numbers."""
    names = [unit["name"] for unit in world["units"]]
    assert 4 <= len(names) <= 6 and len(set(names)) == len(names)
    country = world["municipality"]["country"]
    assert re.fullmatch(r"coordinacion\.[a-z]+@example\.org", world["coordinator"]["email"])
    addresses = [world["coordinator"]["email"]]
    for unit in world["units"]:
        assert unit["people"], unit["name"]
        addresses.append(unit["mailbox"])
        for person in unit["people"]:
            assert person["name"] and person["post"]
            assert person["phone"].startswith(DIALLING[country]), person
            assert "00 0" in person["phone"] or "0000" in person["phone"], person
            addresses.append(person["email"])
    known = [address for address in addresses if address is not None]
    assert len(set(known)) == len(known)
    assert all(ADDRESS.fullmatch(address) for address in known), known


def test_addresses_differ_in_the_whole_world() -> None:
    """No two people or units of the world share a mailbox."""
    text = "".join((WORLD / f"{code}.json").read_text(encoding="utf-8") for code in PLACES)
    found = Counter(re.findall(r"[\w.]+@[\w.]+", text))
    assert [address for address, times in found.items() if times > 1] == []


def test_partners(world: Json) -> None:
    """Up to three partners, of known kinds; one leads a commitment."""
    partners = world["partners"]
    assert len(partners) <= 3
    assert {partner["kind"] for partner in partners} <= PARTNER_KINDS
    if partners:
        assert any(c["partner"] is not None for c in world["commitments"])


def test_plan(world: Json) -> None:
    """A running plan with numbered lines and actions that carries every date."""
    plan = world["plan"]
    assert plan["from_on"] < 0
    assert plan["until_on"] > 400
    assert re.fullmatch(r"sdg-(1[0-7]|[1-9])", plan["goal"])
    assert plan["title"] and "ILPES" in plan["workshop"]
    for number, line in enumerate(plan["lines"], 1):
        assert line["code"] == f"L{number}" and line["title"] and line["actions"]
        for second, action in enumerate(line["actions"], 1):
            assert action["code"] == f"A{number}.{second}" and action["title"]
    for commitment in world["commitments"]:
        assert plan["from_on"] <= commitment["start"]
        assert commitment["due"] is None or commitment["due"] <= plan["until_on"]


def test_each_place_has_its_own_goal() -> None:
    """The places chose different lagging goals."""
    goals = [load(code)["plan"]["goal"] for code in PLACES]
    assert len(set(goals)) == len(goals)


def test_commitments_refer_to_what_exists(world: Json) -> None:
    """Lead, co-responsibles, action and teller are in the same file."""
    units = {unit["name"] for unit in world["units"]}
    partners = {partner["name"] for partner in world["partners"]}
    actions = {a["code"] for line in world["plan"]["lines"] for a in line["actions"]}
    assert len(world["commitments"]) >= 12
    for number, commitment in enumerate(world["commitments"], 1):
        name = commitment["code"]
        assert name == f"C-{number:03d}"
        assert commitment["title"] and commitment["description"], name
        assert commitment["promised_to"], name
        assert (commitment["unit"] is None) != (commitment["partner"] is None), name
        assert commitment["unit"] is None or commitment["unit"] in units, name
        assert commitment["partner"] is None or commitment["partner"] in partners, name
        assert commitment["action"] is None or commitment["action"] in actions, name
        for co in commitment["co"]:
            assert co["part"], name
            assert set(co) in ({"unit", "part"}, {"partner", "part"}), name
            other = co.get("unit") or co.get("partner")
            assert other in (units if "unit" in co else partners), name
            assert other not in (commitment["unit"], commitment["partner"]), name
        for update in commitment["updates"]:
            assert update["told_by"] is None or update["told_by"] in people_of(world), name


def test_money_and_quantities(world: Json) -> None:
    """Budgets in the country's currency; deliveries never exceed what was promised."""
    currency = CURRENCIES[world["municipality"]["country"]]
    for commitment in world["commitments"]:
        name = commitment["code"]
        budget, quantity = commitment["budget"], commitment["quantity"]
        if budget is not None:
            assert re.fullmatch(r"\d+\.\d\d", budget["amount"]), name
            assert budget["currency"] == currency and budget["source"], name
        delivered = [u["delivered"] for u in commitment["updates"]]
        if quantity is None:
            assert delivered == [None] * len(delivered), name
            continue
        assert quantity["amount"] > 0 and quantity["measure"], name
        total = sum(figure for figure in delivered if figure is not None)
        assert total <= quantity["amount"], name
        assert all(u["progress"] is None for u in commitment["updates"]), name
        if commitment["outcome"] == "fulfilled":
            assert total == quantity["amount"], name
        else:
            assert total < quantity["amount"], name


def test_dates_of_commitments(world: Json) -> None:
    """Starts before it is due; moved dates chain from the first to the last."""
    for commitment in world["commitments"]:
        name, start, due = commitment["code"], commitment["start"], commitment["due"]
        assert isinstance(start, int)
        assert due is None or due > start, name
        assert commitment["precision"] in PRECISIONS, name
        moves = commitment.get("moves")
        assert (moves is None) == ("first_due" not in commitment), name
        if moves is None:
            continue
        assert moves and moves[-1]["new_due"] == due, name
        dues = [commitment["first_due"], *(move["new_due"] for move in moves)]
        assert dues == sorted(set(dues)) and dues[0] > start, name
        days = [move["day"] for move in moves]
        assert days == sorted(set(days)) and start <= days[0] and days[-1] < 0, name
        assert all(move["reason"] for move in moves), name


def test_updates(world: Json) -> None:
    """Past, in order, between the start and the completion; told by and how go together."""
    for commitment in world["commitments"]:
        name, updates = commitment["code"], commitment["updates"]
        days = [update["day"] for update in updates]
        assert days == sorted(set(days)), name
        end = -1 if is_open(commitment) else commitment["completed"]
        assert all(commitment["start"] <= day <= end for day in days), name
        for update in updates:
            assert update["text"].endswith("."), name
            assert update["progress"] is None or 0 <= update["progress"] <= 100, name
            assert update["how"] in {None, "phone", "visit", "meeting"}, name
            assert (update["told_by"] is None) == (update["how"] is None), name


def test_completed_commitments(world: Json) -> None:
    """A completion has an outcome and a note, and closes every milestone."""
    for commitment in world["commitments"]:
        name, completed = commitment["code"], commitment["completed"]
        if completed is None:
            assert commitment["outcome"] is None, name
            assert commitment["closing_note"] is None, name
            continue
        assert commitment["start"] < completed < 0, name
        assert commitment["outcome"] in OUTCOMES and commitment["closing_note"], name
        for milestone in commitment["milestones"]:
            assert milestone["completed"] is not None, name
            assert milestone["completed"] <= completed, name


def test_milestones(world: Json) -> None:
    """Due between start and due day, in order, completed in the past if at all."""
    for commitment in world["commitments"]:
        name, start, due = commitment["code"], commitment["start"], commitment["due"]
        steps = commitment["milestones"]
        assert len(steps) <= 4, name
        dues = [step["due"] for step in steps]
        assert dues == sorted(set(dues)), name
        for step in steps:
            assert start <= step["due"], (name, step)
            assert due is None or step["due"] <= due, (name, step)
            assert isinstance(step["weight"], int) and step["weight"] >= 1
            done = step["completed"]
            assert done is None or (start <= done < 0), (name, step)
            assert overlap(words(step["title"]), words(commitment["title"])) < 0.6, step
    counts = [len(c["milestones"]) for c in world["commitments"]]
    assert sum(2 <= count <= 4 for count in counts) * 2 > len(counts)


def test_spread(world: Json) -> None:
    """Late, done, undated, rough, partner's and not yet started ones are all there."""
    commitments = world["commitments"]
    late = [c for c in commitments if is_overdue(c)]
    assert 2 <= len(late) <= 3
    assert all(-45 <= c["due"] <= -1 and c["precision"] == "day" for c in late)
    assert any(c["due"] <= -30 for c in late)
    assert 2 <= sum(not is_open(c) for c in commitments) <= 3
    assert sum(c["due"] is None for c in commitments) == 1
    assert any(c["precision"] in {"month", "quarter"} and is_open(c) for c in commitments)
    assert any(c["start"] > 0 and not c["updates"] for c in commitments)


def test_something_is_due_in_every_fortnight(world: Json) -> None:
    """Whatever the day of the first year, an open item is due within two weeks."""
    dates = open_dates(world)
    for day in range(LAST_DAY + 1):
        assert any(day <= due <= day + WINDOW for due in dates), day


def test_no_two_titles_alike() -> None:
    """Titles differ in more than place names and numbers, in the whole world."""
    titles: list[tuple[str, frozenset[str]]] = []
    for code in sorted(PLACES):
        for commitment in load(code)["commitments"]:
            for title in (
                commitment["title"],
                *(step["title"] for step in commitment["milestones"]),
            ):
                titles.append((f"{code} {commitment['code']} {title}", words(title)))
    short = [name for name, kept in titles if len(kept) < 2]
    assert short == []
    alike = [
        (one, other)
        for (one, first), (other, second) in itertools.combinations(titles, 2)
        if overlap(first, second) >= 0.6
    ]
    assert alike == []


def test_countries() -> None:
    """33 countries and Puerto Rico, every word in the four languages."""
    countries: list[Json] = json.loads(COUNTRIES.read_text(encoding="utf-8"))
    codes = [country["code"] for country in countries]
    assert len(codes) == len(set(codes)) == 34 and "PR" in codes
    for country in countries:
        assert country["languages"] and set(country["languages"]) <= LOCALES
        assert re.fullmatch(r"[A-Z]{3}", country["currency"])
        assert ZoneInfo(country["timezone"])
        for key in ("name", "municipality", "municipalities", "authority", "council"):
            assert set(country[key]) == LOCALES and all(country[key].values()), country
    by_code = {country["code"]: country for country in countries}
    assert all(by_code[code]["currency"] == money for code, money in CURRENCIES.items())
