"""Text that begins like a formula leaves as text: every column of text, in every file that leaves."""

import csv
import io
import re
import zipfile
from datetime import date

import pytest

from tests.exchange.making import bring, counts, csv_of, xlsx_of
from tests.exchange.test_back_pages import run_of, upload
from tests.support.apps import only_sqlite
from tests.support.factories import DAY, act, make_place, make_unit, make_user
from tests.support.pages import Client
from tracker.agenda.filtering import choices_at
from tracker.core.db import db
from tracker.core.sheets import read_sheet
from tracker.exchange.captions import AGENDA
from tracker.exchange.leaving import Selection, write_agenda, write_template
from tracker.exchange.mapping import AgendaMapping
from tracker.territory.rules import EVERYWHERE, Place

pytestmark = pytest.mark.usefixtures("session")

#: How a formula may begin: the signs, as wide as a letter of Chinese too, and where a program splits at `;`.
BEGINNINGS = ["=", "+", "-", "@", "\t=", "\r=", "x;=", "x;+", "x;@", "x;-", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
BEGINNINGS += ['"=', "'=", "''=", 'x;"=']
FORMULA = "cmd|' /C calc'!A0"
#: Columns of one line, and those of several; a code, an address or a word to choose cannot begin so.
LINES = ("title", "unit", "responsible", "partner", "line", "action", "measure", "source_of_funds")
PARAGRAPHS = ("description", "verification", "closing_note")
_RUN = re.compile("[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def agenda(beginning: str) -> Place:
    """One commitment and a milestone whose every text begins so."""
    place = make_place()
    fields = [
        "code",
        "milestone_of",
        "state",
        "completed_on",
        "quantity",
        "budget",
        *LINES,
        *PARAGRAPHS,
        "co_units",
    ]
    texts = [f"{beginning}{FORMULA} {field}" for field in (*LINES, *PARAGRAPHS)]
    if ";" in beginning:  # which parts names of partners and units
        texts[LINES.index("partner")] = f"{beginning[2:]}{FORMULA} partner"
    other = "Salud" if ";" in beginning else f"{beginning}{FORMULA} co"
    rows: list[list[object]] = [
        ["C-1", "", "completed", date(2026, 11, 1), 2, 3.5, *texts, other],
        ["H-1", "C-1", "", "", "", "", texts[0], *[""] * (len(texts) - 1), ""],
    ]
    rows[1][fields.index("closing_note")] = ""
    mapping = AgendaMapping(create_units=True)
    assert counts(bring(place, xlsx_of([fields, *rows]), mapping, name="plan.xlsx"))[0] == 2
    return place


def left(place: Place, kind: str, locale: str | None = None) -> bytes:
    target = io.BytesIO()
    offered = choices_at(place, EVERYWHERE, DAY)
    write_agenda(Selection(place, DAY, act().at, offered=offered, locale=locale), target, kind)
    return target.getvalue()


def run_cells(content: bytes) -> list[str]:
    """Cells that a spreadsheet program would run, whichever sign it splits at, quotation marks known or not."""
    text = content.decode("utf-8-sig")
    cells = [cell for sign in ",;\t" for row in csv.reader(io.StringIO(text), delimiter=sign) for cell in row]
    cells += [cell for line in re.split("[\r\n]", text) for cell in re.split("[;\t]", line)]
    numbers = re.compile(r"-?\d+(\.\d+)?")
    return [cell for cell in cells if _RUN.match(cell.lstrip('"')) and not numbers.fullmatch(cell)]


def formulas(content: bytes) -> list[str]:
    """Parts of a workbook that hold a formula in a cell, or a link."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return [name for name in sheets if re.search(rb"<f[ >]|<hyperlink", archive.read(name))]


@only_sqlite
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_no_text_of_an_agenda_leaves_as_a_formula(beginning: str) -> None:
    place = agenda(beginning)
    for locale in (None, "es"):
        assert run_cells(left(place, "csv", locale)) == []
        assert formulas(left(place, "xlsx", locale)) == []
    for kind in ("csv", "xlsx"):
        target = io.BytesIO()
        write_template(target, DAY, kind, "es", place, choices_at(place, EVERYWHERE, DAY))
        assert (run_cells if kind == "csv" else formulas)(target.getvalue()) == []
        assert counts(bring(place, left(place, kind), name=f"agenda.{kind}")) == (0, 0, 2)


@only_sqlite
def test_every_column_of_text_was_tried() -> None:
    place = agenda("=")
    tried = {*LINES, *PARAGRAPHS, "co_units"}
    rows = read_sheet(left(place, "csv"), "x.csv").rows
    filled = {field for field, cell in zip(rows[0], rows[1], strict=True) if cell and not str(cell).startswith("=")}
    assert tried <= set(AGENDA) and filled & tried == set()


@only_sqlite
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_names_of_files_and_mappings_stay_what_they_are(client: Client, beginning: str) -> None:
    """A mapping leaves as JSON, under a name of our own; the name of the sheet is shown as it was sent, as text."""
    place = make_place()
    make_unit(place, f"{beginning.strip()}{FORMULA}")
    client.enter_as(make_user(place=place, locale="en").id)
    name = f"{beginning}1.csv".replace("\r", "").replace('"', "'")  # no browser sends such a name as it is
    title = beginning.strip().replace('"', '""')
    sent = upload(client, place, csv_of("title,unit", f'"{title}Pozo",Obras'), name)
    there = sent.location.rpartition("/")[0]
    assert not re.search("[\t\r\n]", run_of(place).file_name)
    answer = client.get(f"{there}/mapping.json")
    assert answer.mimetype == "application/json" and answer.headers["X-Content-Type-Options"] == "nosniff"
    for address in (f"{there}/mapping.json", f"/{place.code}/agenda.csv", f"/{place.code}/agenda/template.xlsx"):
        named = client.get(address).headers["Content-Disposition"]
        assert re.fullmatch(r'attachment; filename="?[a-z0-9][\w.-]*"?', named), named
    db.session.rollback()
