"""Zones of states and municipalities whose clocks differ from their country's."""

import json
from datetime import UTC, datetime

import pytest

from config import ROOT
from tracker.core.now import zone
from tracker.territory.zones import ZONES, zone_of

COUNTRIES = {
    entry["code"]: entry["timezone"]
    for entry in json.loads((ROOT / "tracker" / "territory" / "countries.json").read_text(encoding="utf-8"))
}
TOLD = [(country, code, name) for country, zones in ZONES.items() for code, name in zones.items()]


@pytest.mark.parametrize(("country", "code", "name"), TOLD)
def test_every_zone_exists_and_its_clock_differs_from_what_would_hold_without_it(
    country: str, code: str, name: str
) -> None:
    shorter = {beginning: other for beginning, other in ZONES[country].items() if beginning != code}
    without = max((b for b in shorter if code.startswith(b)), key=len, default=None)
    other = shorter[without] if without else COUNTRIES[country]
    months = [datetime(2027, month, 1, 12, tzinfo=UTC) for month in range(1, 13)]
    assert any(day.astimezone(zone(name)).utcoffset() != day.astimezone(zone(other)).utcoffset() for day in months)


@pytest.mark.parametrize(
    ("country", "code", "name"),
    [
        ("CL", "05201", "Pacific/Easter"),
        ("CL", "05101", None),
        ("CL", "12101", "America/Punta_Arenas"),
        ("EC", "2003", "Pacific/Galapagos"),
        ("MX", "18020", "America/Bahia_Banderas"),
        ("MX", "18017", "America/Mazatlan"),
        ("MX", "08037", "America/Ciudad_Juarez"),
        ("MX", "08019", None),
        ("BR", "1304062", "America/Eirunepe"),
        ("BR", "1302603", "America/Manaus"),
        ("BR", "2605459", "America/Noronha"),
        ("BR", "2611606", None),
        ("PE", "110101", None),
        ("MX", "", None),
    ],
)
def test_the_longest_beginning_of_a_code_counts(country: str, code: str, name: str | None) -> None:
    assert zone_of(country, code) == name
