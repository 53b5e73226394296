"""What a workbook says in its own bytes: what is locked, what may be chosen, what is checked, what is hidden."""

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from datetime import date

import pytest

from tests.support.factories import DAY, act, make_commitment, make_milestone, make_place, make_unit
from tracker.agenda.filtering import choices_at
from tracker.core.db import db
from tracker.exchange.leaving import Selection, write_agenda
from tracker.exchange.leaving.columns import ORDER
from tracker.territory.rules import EVERYWHERE

pytestmark = pytest.mark.usefixtures("session")
_NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture
def parts() -> dict[str, ET.Element]:
    """The parts of a workbook with two commitments and a milestone."""
    place = make_place()
    unit = make_unit(place, "Obras", "obras@example.org")
    make_unit(place, "=Salud")
    first = make_commitment(place, "=1+1", date(2026, 12, 31), unit=unit)
    make_milestone(place, first, date(2026, 12, 1), title="Licitar")
    make_commitment(place, "Luces", date(2027, 3, 31), unit=unit)
    db.session.flush()
    target = io.BytesIO()
    offered = choices_at(place, EVERYWHERE, DAY)
    write_agenda(Selection(place, DAY, act().at, offered=offered, locale="es"), target, "xlsx")
    with zipfile.ZipFile(target) as archive:
        return {name: ET.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")}


def column_of(field: str) -> str:
    at = ORDER.index(field)
    return f"{chr(64 + at // 26) if at >= 26 else ''}{chr(65 + at % 26)}"


def locked(parts: dict[str, ET.Element], cell: ET.Element) -> bool:
    """Whether the format of a cell locks it, as it does where nothing is said."""
    formats = parts["xl/styles.xml"].findall("m:cellXfs/m:xf", _NS)
    protection = formats[int(cell.get("s", "0"))].find("m:protection", _NS)
    return protection is None or protection.get("locked") != "0"


def test_only_codes_and_names_of_rows_are_locked(parts: dict[str, ET.Element]) -> None:
    sheet = parts["xl/worksheets/sheet1.xml"]
    protection = sheet.find("m:sheetProtection", _NS)
    assert protection is not None and protection.get("sheet") == "1" and "password" not in protection.attrib
    for allowed in ("sort", "autoFilter", "insertRows", "deleteRows", "formatCells"):
        assert protection.get(allowed) == "0", allowed
    found: dict[str, set[bool]] = {}
    for row in sheet.findall("m:sheetData/m:row", _NS)[1:]:
        for cell in row.findall("m:c", _NS):
            column = re.sub(r"\d", "", cell.get("r", ""))
            found.setdefault(column, set()).add(locked(parts, cell))
    names = {column_of("code"), "AH"}
    assert {column for column, kinds in found.items() if True in kinds} == names
    assert all(found[name] == {True} for name in names)
    # Rows below are free, so that new ones can be written there.
    formats = parts["xl/styles.xml"].findall("m:cellXfs/m:xf", _NS)
    for column in sheet.findall("m:cols/m:col", _NS):
        held = formats[int(column.get("style", "0"))].find("m:protection", _NS)
        assert held is not None and held.get("locked") == "0"


def test_words_are_chosen_days_and_figures_are_checked(parts: dict[str, ET.Element]) -> None:
    rules = {
        re.sub(r"\d.*", "", rule.get("sqref", "")): rule
        for rule in parts["xl/worksheets/sheet1.xml"].findall("m:dataValidations/m:dataValidation", _NS)
    }
    for field in ("state", "due_precision", "outcome", "public", "unit"):
        rule = rules[column_of(field)]
        formula = rule.find("m:formula1", _NS)
        assert rule.get("type") == "list" and formula is not None and "lists" in (formula.text or ""), field
        assert rule.get("errorStyle") == ("warning" if field == "unit" else None)
    for field in ("start_on", "due_on", "completed_on"):
        rule = rules[column_of(field)]
        bounds = [rule.findtext(f"m:formula{number}", "", _NS) for number in (1, 2)]
        assert rule.get("type") == "date" and bounds == ["32874", "73415"], field
    assert rules[column_of("progress")].get("type") == "whole"
    assert rules[column_of("quantity")].get("type") == "decimal"
    assert rules[column_of("title")].get("type") == "textLength"
    assert all(
        int(rule.get("sqref", "").rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) > 900
        for rule in rules.values()
    )


def test_no_text_is_a_formula_and_days_are_days(parts: dict[str, ET.Element]) -> None:
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert sheet.findall(".//m:f", _NS) == []
    (day,) = [c for c in sheet.iter(f"{{{_NS['m']}}}c") if c.get("r") == f"{column_of('due_on')}2"]
    number_format = parts["xl/styles.xml"].findall("m:cellXfs/m:xf", _NS)[int(day.get("s", "0"))].get("numFmtId")
    codes = {
        f.get("numFmtId"): f.get("formatCode") for f in parts["xl/styles.xml"].findall("m:numFmts/m:numFmt", _NS)
    }
    assert (day.findtext("m:v", "", _NS), codes[number_format]) == ("46387", "yyyy-mm-dd")


def test_what_is_not_for_people_is_hidden(parts: dict[str, ET.Element]) -> None:
    sheets = parts["xl/workbook.xml"].findall("m:sheets/m:sheet", _NS)
    assert [(sheet.get("name"), sheet.get("state")) for sheet in sheets] == [
        ("Agenda", None),
        ("lists", "hidden"),
        ("exported", "veryHidden"),
    ]
    hidden = [
        c.get("min") for c in parts["xl/worksheets/sheet1.xml"].findall("m:cols/m:col", _NS) if c.get("hidden")
    ]
    assert hidden == ["34"]
