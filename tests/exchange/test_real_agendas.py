"""Real agendas of real municipalities: imported, compared with typed figures and with a count made by hand."""

import resource
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select

from tests.exchange.count_by_hand import count
from tests.exchange.making import xlsx_of
from tests.exchange.real_files import BOOK_2024, BOOK_2025, EXAMPLES, real_files
from tests.support.apps import only_sqlite
from tests.support.factories import act, make_place
from tracker.agenda.models import Commitment, Milestone, Standing
from tracker.agenda.rules import clocks
from tracker.core.db import NEVER, db
from tracker.core.sheets import SheetError, read_file, read_sheet
from tracker.exchange.import_agenda import ImportResult, import_agenda
from tracker.exchange.mapping import read_agenda_mapping
from tracker.territory.models import Unit
from tracker.territory.queries import policy_for
from tracker.territory.rules import Place

pytestmark = pytest.mark.usefixtures("session")


@dataclass(frozen=True)
class Source:
    """A real sheet, its mapping, and the figures it must come to."""

    file: str
    mapping: str
    country: str
    rows: int
    skipped: int
    commitments: int
    done: int
    undated: int
    #: Day → (overdue, due soon); the import is made on the first.
    days: dict[str, tuple[int, int]]


SOURCES = {
    "cali-2025": Source(
        BOOK_2025,
        "cali-2025-flat",
        "CO",
        rows=3303,
        skipped=0,
        commitments=3301,
        done=24,
        undated=1272,
        days={"2025-12-30": (10, 1995), "2026-01-02": (2005, 0)},
    ),
    "cultura-2024": Source(
        BOOK_2024,
        "cali-2024-4148-cultura",
        "CO",
        rows=293,
        skipped=156,
        commitments=137,
        done=1,
        undated=43,
        days={"2024-11-01": (59, 8), "2025-01-02": (93, 0)},
    ),
    "salud-2024": Source(
        BOOK_2024,
        "cali-2024-4145-salud",
        "CO",
        rows=218,
        skipped=97,
        commitments=121,
        done=0,
        undated=13,
        days={"2024-11-01": (3, 0), "2025-01-02": (108, 0)},
    ),
    "buenos-aires-2019": Source(
        "a-buenosaires-compromisos/data.csv",
        "buenos-aires-2019",
        "AR",
        rows=54,
        skipped=0,
        commitments=54,
        done=24,
        undated=0,
        days={"2019-01-02": (4, 0), "2020-01-02": (30, 0)},
    ),
}


def brought(source: Source, place: Place) -> ImportResult:
    path = real_files() / source.file
    mapping = read_agenda_mapping((EXAMPLES / f"{source.mapping}.json").read_text(encoding="utf-8"))
    day = date.fromisoformat(next(iter(source.days)))
    return import_agenda(act(day, name="import", door="command"), place, path.read_bytes(), path.name, mapping)


def those(place: Place, condition: ColumnElement[bool]) -> list[Commitment]:
    statement = select(Commitment).where(Commitment.municipality_id == place.id, condition)
    return list(db.session.scalars(statement))


@pytest.mark.parametrize("name", SOURCES)
def test_a_real_agenda_comes_to_the_same_figures_as_a_count_by_hand(name: str) -> None:
    source = SOURCES[name]
    place = make_place(source.country)
    result = brought(source, place)
    assert [wrong.to_line() for wrong in result.errors] == []
    answer = result.to_json()
    repeated = answer["treated"].get("repeated", 0)
    assert (result.created, len(result.skipped)) == (source.commitments, source.skipped)
    assert result.created + len(result.skipped) + repeated == source.rows
    assert len(those(place, Commitment.completed_on < NEVER)) == source.done
    assert len(those(place, Commitment.due_on.is_(None))) == source.undated
    units = {unit.id: unit.name for unit in db.session.scalars(select(Unit))}
    for text, (overdue, soon) in source.days.items():
        day = date.fromisoformat(text)
        by_hand = count(name, day, real_files())
        late = those(place, Commitment.overdue_from <= day)
        near = those(place, (Commitment.soon_from <= day) & (Commitment.overdue_from > day))
        assert (len(late), len(near)) == (overdue, soon) == (by_hand["overdue"], by_hand["due_soon"])
        assert sorted([c.code, str(c.due_on)] for c in late) == [list(pair) for pair in by_hand["overdue_list"]]
        assert {key: by_hand[key] for key in ("rows", "skipped", "commitments", "done", "undated")} == {
            "rows": source.rows,
            "skipped": source.skipped,
            "commitments": source.commitments,
            "done": source.done,
            "undated": source.undated,
        }
        by_unit = {unit: figures["overdue"] for unit, figures in by_hand["units"].items() if figures["overdue"]}
        found: dict[str, int] = {}
        for commitment in late:
            unit = units[commitment.unit_id or 0]
            found[unit] = found.get(unit, 0) + 1
        assert found == by_unit
    compare_treated(answer["treated"], result, by_hand["treated"])
    assert by_hand["with_start"] == len(those(place, Commitment.start_on.is_not(None)))
    standing = db.session.scalars(select(Standing).where(Standing.municipality_id == place.id)).one()
    first = next(iter(source.days.values()))
    assert (standing.overdue_count, standing.due_soon_count, standing.undated_count) == (
        first[0],
        first[1],
        len(those(place, Commitment.due_on.is_(None) & (Commitment.completed_on == NEVER))),
    )


def compare_treated(counts: dict[str, int], result: ImportResult, by_hand: dict[str, int]) -> None:
    """Rows put right, against the same counted by hand under other names."""
    bad = [treated for treated in result.treated if treated.rule == "bad_date"]
    assert len(bad) == by_hand.get("bad start date", 0) + by_hand.get("bad due date", 0)
    for rule, name in (
        ("repeated", "repeated"),
        ("empty_due_date", "empty due date"),
        ("clamp", "progress clamped"),
        ("due_before_start", "due before start"),
        ("year", "year as last day"),
        ("lowest_of", "lowest of two shares"),
    ):
        assert counts.get(rule, 0) == by_hand.get(name, 0), rule


@pytest.mark.parametrize("name", SOURCES)
@only_sqlite
def test_the_same_again_changes_nothing_and_clocks_agree_with_the_rules(name: str) -> None:
    source = SOURCES[name]
    place = make_place(source.country)
    brought(source, place)
    again = brought(source, place)
    assert (again.created, again.updated, again.unchanged) == (0, 0, source.commitments)
    policy = policy_for(place)
    for commitment in those(place, Commitment.id > 0):
        struck = clocks(commitment.date_facts, policy)
        assert (commitment.soon_from, commitment.overdue_from) == (struck.soon_from, struck.overdue_from)
    assert db.session.scalars(select(Milestone)).all() == []


@only_sqlite
def test_three_thousand_rows_are_quick_and_small() -> None:
    source = SOURCES["cali-2025"]
    place = make_place("CO")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    assert brought(source, place).created == 3301
    assert time.process_time() - begun < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


@only_sqlite
def test_statements_do_not_grow_with_rows_that_are_there(fresh_statements: list[str]) -> None:
    source = SOURCES["cali-2025"]
    place = make_place("CO")
    brought(source, place)
    db.session.flush()
    fresh_statements.clear()
    brought(source, place)
    assert len(fresh_statements) < 60


@pytest.mark.parametrize(
    "file",
    [
        "a-saopaulo-programa-metas/decima-oitava-versao.xls",
        "a-saopaulo-programa-metas/decima-nona-versao.xlsx",
        "a-cali-gobierno-tareas/633b1e9c2b2efcronograma seguimiento plaza cayzedo.xlsx",
        "a-canada-mandate-commitments/2021-mandate-commitments.csv",
        "a-saopaulo-programa-metas/goals.csv",
        BOOK_2025,
        BOOK_2024,
    ],
)
@only_sqlite
def test_every_real_file_can_be_opened_and_is_taken_or_politely_refused(file: str) -> None:
    path = real_files() / file
    place = make_place()
    for name in read_file(path).names or (None,):
        assert read_file(path, name).rows
    result = import_agenda(act(), place, path.read_bytes(), path.name)
    assert result.errors and all(str(wrong.reason) for wrong in result.errors)


@only_sqlite
def test_a_giant_in_the_old_format_is_refused() -> None:
    """The real workbook with one cell moved to the last row."""
    path: Path = real_files() / "a-saopaulo-programa-metas/decima-oitava-versao.xls"
    content = bytearray(path.read_bytes())
    record = content.index(b"\xfd\x00\x0a\x00\x03\x00")  # a text cell of row 4
    content[record + 4 : record + 6] = b"\xff\xff"
    with pytest.raises(SheetError):
        read_sheet(bytes(content), "x.xls")


@only_sqlite
def test_a_mapping_for_another_form_names_every_column_that_is_missing() -> None:
    mapping = read_agenda_mapping((EXAMPLES / "cali-2025-flat.json").read_text(encoding="utf-8"))
    mapping = mapping.model_copy(update={"sheet": None, "header_rows": (1,)})
    place = make_place("CO")
    result = import_agenda(act(), place, xlsx_of([["Cód Actividad", "Nombre"]]), "x.xlsx", mapping)
    assert len(result.errors) == len(mapping.columns or {}) - 1


@pytest.fixture
def fresh_statements(session: Any) -> Any:
    """SQL statements as they are sent."""
    from sqlalchemy import event

    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engine = db.session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
