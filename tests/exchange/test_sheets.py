"""Files of every kind, good and hostile, as rows of cells."""

import io
import re
import resource
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.making import csv_of, ods_of, with_part, xlsx_of, zip_of
from tests.support.bare import bare_app
from tracker.core.sheets import Sheet, SheetError, read_sheet, write_csv
from tracker.core.sheets.grid import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from tracker.core.sheets.guarding import guard, unguard
from tracker.core.sheets.workbooks import Column, new_book


def reason_of(content: bytes, name: str = "plan.xlsx", sheet: str | None = None) -> str:
    """Why it is refused, in English words."""
    with pytest.raises(SheetError) as refused, bare_app().app_context():
        read_sheet(content, name, sheet)
    with bare_app().test_request_context(headers={"Accept-Language": "en"}):
        return str(refused.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_as_programs_write_it(delimiter: str, encoding: str) -> None:
    lines = ["Título;Año", "Pozo, dos;2026", '"Dice ""ya""\r\nhoy";"1;2"']
    text = "\r\n".join(lines).replace(";", "\x00").replace('"1\x002"', '"1;2"').replace("\x00", delimiter)
    if delimiter == ",":
        text = text.replace("Pozo, dos", '"Pozo, dos"')
    sheet = read_sheet(text.encode(encoding), "plan.csv")
    assert sheet.rows == [["Título", "Año"], ["Pozo, dos", "2026"], ['Dice "ya"\r\nhoy', "1;2"]]
    assert sheet.decimal_sign == {",": ".", ";": ",", "\t": None}[delimiter]


def test_prose_with_commas_does_not_hide_semicolons() -> None:
    lines = ["título;dependencia", *(f"Reparar a, b, c, d, {n};Obras, agua y {n}" for n in range(30))]
    assert read_sheet(csv_of(*lines), "x.csv").rows[1] == ["Reparar a, b, c, d, 0", "Obras, agua y 0"]


def test_a_declared_delimiter_is_no_row_of_the_list() -> None:
    assert read_sheet(b"sep=;\r\na;b,c\r\n", "x.csv").rows == [[], ["a", "b,c"]]


def test_blank_lines_keep_their_numbers() -> None:
    assert read_sheet(b"\na,b\n\n\nc,d\n", "x.csv").rows[4] == ["c", "d"]


def test_rows_keep_their_numbers_when_the_first_ones_are_not_stored() -> None:
    sheet = read_sheet(xlsx_of([["a", date(2026, 1, 31)], [1.5, 4112]], at=(8, 2)), "x.xlsx")
    assert sheet.rows[8] == ["", "", "a", date(2026, 1, 31)]
    assert sheet.rows[9] == ["", "", 1.5, 4112.0]


def test_cells_that_hold_an_error_say_so() -> None:
    part = b"""<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
      <sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>
      <row r="2"><c r="A2" t="e"><v>#REF!</v></c></row></sheetData></worksheet>"""
    sheet = read_sheet(with_part(xlsx_of([["x"]]), "xl/worksheets/sheet1.xml", part), "x.xlsx")
    assert sheet.rows[0][0] == 1.0 and sheet.rows[1][0] == "#REF!"
    assert sheet.rows[0][1] in ("#DIV/0!", "#ERROR!")


def test_the_sheet_is_found_by_name() -> None:
    content = xlsx_of([["a"]], "4145 Salud")
    assert read_sheet(content, "x.xlsx", " 4145 salud ").name == "4145 Salud"
    assert "4145 Salud" in reason_of(content, sheet="Cultura")
    assert "Hoja2" in reason_of(b"a,b\n", "x.csv", "Hoja2")


def test_open_document_sheets_are_read() -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(f"<table:table-row>{cell.format(text)}</table:table-row>" for text in ("título", "Pozo"))
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    assert [row[0] for row in read_sheet(ods_of(rows + empty), "x.ods").rows[:2]] == ["título", "Pozo"]


@pytest.mark.parametrize("placed", [True, False])
def test_how_far_a_sheet_reaches_is_what_is_filled(placed: bool) -> None:
    """Coloured but empty cells do not count, wherever they are."""
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    cells = b'<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><v>x</v></c></row>'
    if not placed:
        cells = b'<row><c><v>1</v></c><c t="str"><v>x</v></c></row>'
    empty = b'<row r="1048576"><c r="XFD1048576" s="1"/><c r="XFC1048576" s="1"></c></row></sheetData></worksheet>'
    content = with_part(xlsx_of([["x"]]), "xl/worksheets/sheet1.xml", head + cells + empty)
    assert read_sheet(content, "x.xlsx").rows == [[1.0, "x"]]
    beyond = b'<row r="70000"><c s="1" r="A70000"><v>1</v></c></row></sheetData></worksheet>'
    content = with_part(xlsx_of([["x"]]), "xl/worksheets/sheet1.xml", head + cells + beyond)
    assert "rows" in reason_of(content)


@pytest.mark.parametrize("place", ["ZZZZ1", "A" + "9" * 5000, "A4294967297", "A0", "A-1", "1", "", "ÁÉ1"])
@pytest.mark.parametrize(
    "cell", ['<c r="{}"><v>1</v></c>', "<c s='1' r='{}'><v>1</v></c>", '<x:c r="{}"><v>1</v></x:c>']
)
def test_a_cell_that_says_it_is_nowhere_costs_nothing(place: str, cell: str) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    head = f'<worksheet xmlns="{main}" xmlns:x="{main}"><sheetData><row r="1">'
    part = f"{head}{cell.format(place)}</row></sheetData></worksheet>".encode()
    with bare_app().app_context():
        try:
            rows = read_sheet(with_part(xlsx_of([["x"]]), "xl/worksheets/sheet1.xml", part), "x.xlsx").rows
            assert len(rows) <= 1 and all(len(row) <= MOST_COLUMNS for row in rows)
        except SheetError as refused:
            assert str(refused)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "blank": (b" \r\n\t", "empty"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "not a sheet"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not a sheet"),
    "noise": (bytes(range(32)) * 40, "not a sheet"),
    "zip": (zip_of({"a.txt": b"hello"}), "not a sheet"),
    "text document": (zip_of({"mimetype": b"application/vnd.oasis.opendocument.text"}), "not a sheet"),
    "cut workbook": (xlsx_of([["a", "b"]])[:2000], "broken"),
    "workbook without sheets": (zip_of({"xl/workbook.xml": b"<workbook/>"}), "broken"),
    "compound file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "broken"),
    "locked": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "password",
    ),
    "quotation mark that never closes": (b'a,"' + b"x" * 200_000, "Row 1"),
    "letters of no encoding": (b"a,\x81\x8d\x8f\n", "letters"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_sheet_is_refused_with_a_reason(kind: str) -> None:
    content, word = HOSTILE[kind]
    assert word in reason_of(content)


def far(row: int, column: int) -> bytes:
    """A sheet with one cell far away."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("S")
        sheet.write(0, 0, "title")
        sheet.write(row - 1, column - 1, "far")
    return target.getvalue()


def bomb(inside: bytes, times: int) -> bytes:
    """A workbook whose sheet is these bytes many times over."""
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return with_part(xlsx_of([["x"]]), "xl/worksheets/sheet1.xml", head + inside * times)


def full(rows: int, columns: int) -> bytes:
    """A sheet with something in every cell."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("S")
        for row in range(rows):
            for column in range(columns):
                sheet.write_number(row, column, row)
    return target.getvalue()


def repeated_cell() -> bytes:
    return ods_of(
        '<table:table-row table:number-rows-repeated="900000"><table:table-cell '
        'table:number-columns-repeated="1000" office:value-type="float" office:value="1"/></table:table-row>'
    )


GIANTS: dict[str, Any] = {
    "last corner": lambda: far(1_048_576, 16_384),
    "many rows": lambda: far(MOST_ROWS + 1, 1),
    "many columns": lambda: far(1, MOST_COLUMNS + 1),
    "much room": lambda: far(MOST_CELLS // 400, 401),
    "a little too many rows": lambda: full(MOST_ROWS + 1, 12),
    "bomb": lambda: bomb(b"<row><c><v>1</v></c></row>", 12_000_000),
    "one cell without end": lambda: bomb(b"xxxxxxxxxx", 1_000_000),
    "csv rows": lambda: b"a,b\n" * (MOST_ROWS + 1),
    "csv columns": lambda: b"," * (MOST_COLUMNS + 1),
    "csv of 51 MB": lambda: b"a,b\n" * (13 * 1024 * 1024),
    "a cell a million times": repeated_cell,
}


@pytest.mark.parametrize("kind", GIANTS)
def test_giants_are_refused_quickly_and_in_little_memory(kind: str) -> None:
    content = GIANTS[kind]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    assert reason_of(content)
    assert time.process_time() - begun < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


def test_sizes_in_the_directory_are_not_believed() -> None:
    content = bytearray(bomb(b"<row><c><v>1</v></c></row>", 2_000_000))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    assert content.count(size) >= 1
    assert "unpacks" in reason_of(bytes(content.replace(size, (1000).to_bytes(4, "little"))))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for head in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        with bare_app().app_context():
            try:
                assert isinstance(read_sheet(head + content, "x.csv"), Sheet)
            except SheetError as refused:
                assert str(refused)


@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with bare_app().app_context():
        try:
            read_sheet(bytes(content), "x.xlsx")
        except SheetError as refused:
            assert str(refused)


WORKBOOK = xlsx_of([["título", "plazo"], ["Pozo", date(2026, 3, 31)]])

CELLS = st.one_of(
    st.none(),
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\t\n"), max_size=30),
    st.sampled_from(["=1+1", "+a", "-a", "@SUM(A1)", "\tx", "\rx", "'=x", "''=x", "'", "x'=y", "-", "=", "- 5"]),
    st.integers(-(10**14), 10**14),
    st.decimals(-(10**9), 10**9, places=3),
    st.dates(date(1990, 1, 1), date(2100, 12, 31)),
)


def written(kind: str, header: list[str], rows: list[list[Any]]) -> bytes:
    """These rows as a file of that kind."""
    target = io.BytesIO()
    if kind == "csv":
        write_csv(target, header, rows)
        return target.getvalue()
    with new_book(target) as book:
        table = book.table("S", [Column(caption) for caption in header])
        for row in rows:
            table.add(row)
        table.end(10, {}, protected=False)
    return target.getvalue()


def expected(cell: Any, kind: str) -> Any:
    """What comes back of a cell: CSV knows only text, a workbook only floats."""
    if cell is None or cell == "":
        return ""
    if kind == "csv":
        return format(cell, "f") if isinstance(cell, Decimal) else str(cell)
    return float(cell) if isinstance(cell, int | Decimal) else cell


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4))
def test_what_is_written_is_read_again(kind: str, rows: list[list[Any]]) -> None:
    found = read_sheet(written(kind, ["a", "b", "c"], rows), f"x.{kind}").rows
    wanted = [["a", "b", "c"], *([expected(cell, kind) for cell in row] for row in rows)]
    for number, row in enumerate(wanted):
        held = found[number] if number < len(found) else []
        assert [*held, "", "", ""][:3] == row


def test_nothing_a_program_would_run_leaves_in_a_csv() -> None:
    rows = [["=cmd|' /C calc'!A0"], ["\t=1"], [-5], [Decimal("-1.5")], ["-5"], ["a;=1"], ["a; b; @c"], ["＝1"]]
    lines = written("csv", ["title"], rows).decode("utf-8-sig").split("\r\n")
    wanted = ["'=cmd|' /C calc'!A0", "'\t'=1", "-5", "-1.5", "'-5", "a;'=1", "a; b; @c", "'＝1", ""]
    assert lines[1:] == wanted


#: Texts of which a part would be run by a program that does not split as the file does.
SPLIT = ["a;=1+1", "a;;=1", 'a;"=1+1;', "uno\n=2", "a\t-b", "a;'=1", "a;''=1", "uno\r\n+dos", "=1;=2;=3", ";@x"]


@pytest.mark.parametrize("text", SPLIT)
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_a_program_that_splits_elsewhere_finds_no_formula(text: str, delimiter: str) -> None:
    """Read line by line, without knowing our quotation marks, as such a program does."""
    content = written("csv", ["code", "title"], [["A-1", text], ["A-2", text]]).decode("utf-8-sig")
    for line in content.replace("\r", "\n").split("\n"):
        for cell in line.split(delimiter):
            seen = cell.replace('"', "")
            assert not seen.startswith(("=", "+", "-", "@")), f"{cell!r} of {line!r}"
    assert read_sheet(content.encode(), "x.csv").rows[1:] == [["A-1", text], ["A-2", text]]


@given(st.text(alphabet=";'\"=+-@\t\r\n ab", max_size=12))
def test_a_guard_is_taken_off_again(text: str) -> None:
    assert unguard(guard(text)) == text
    for cell in re.split("[;\t\n\r]", guard(text)):
        assert not cell.lstrip('"').startswith(("=", "+", "-", "@")) or cell.startswith("'")


def test_nothing_a_program_would_run_leaves_in_a_workbook() -> None:
    content = written("xlsx", ["title"], [["=1+1"], ["http://example.org"], [12345678901234567]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in part and b"hyperlink" not in part
    assert read_sheet(content, "x.xlsx").rows[3] == ["12345678901234567"]


def test_moments_in_cells_stay_moments() -> None:
    target = io.BytesIO()
    moment = datetime.fromisoformat("2026-01-02T15:30")
    with xlsxwriter.Workbook(target) as book:
        form = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        book.add_worksheet("S").write_datetime(0, 0, moment, form)
    assert read_sheet(target.getvalue(), "x.xlsx").rows == [[moment]]
