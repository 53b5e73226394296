"""Files made to harm: each with its name, and what a refusal has to say, in English."""

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import xlsxwriter
import xlwt

from tests.exchange.making import csv_of, ods_of, with_part, xlsx_of, zip_of

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
PART = "xl/worksheets/sheet1.xml"
PLAN = xlsx_of([["title", "due_on"], ["Pozo", "31/12/2026"]], "Hoja1")


@dataclass(frozen=True)
class Hostile:
    """One file."""

    make: Callable[[], bytes]
    #: A piece of what a person reads, in English; and what to do about it.
    says: str
    advises: str


def _far_corner() -> bytes:
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    return with_part(PLAN, PART, HEAD + b'<row r="1"><c r="A1" t="str"><v>title</v></c></row>' + cell)


def _false_dimension() -> bytes:
    """Says A1, reaches the last row; and the other way round the loader must not believe it either."""
    head = f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData>'.encode()
    cells = b'<row r="1"><c r="A1" t="str"><v>title</v></c></row><row r="999999"><c r="ZZ999999"><v>1</v></c></row>'
    return with_part(PLAN, PART, head + cells + b"</sheetData></worksheet>")


def _entities() -> bytes:
    lines = ['<!ENTITY a0 "ja">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return f'<?xml version="1.0"?><!DOCTYPE x [{"".join(lines)}]>'.encode()


def _laughs_xlsx() -> bytes:
    texts = f'<sst xmlns="{MAIN}"><si><t>&a9;</t></si></sst>'.encode()
    return with_part(PLAN, "xl/sharedStrings.xml", _entities() + texts)


def _laughs_utf16() -> bytes:
    """The same in letters of two bytes, which a search for bytes would not see."""
    text = _entities().decode().replace('version="1.0"', 'version="1.0" encoding="utf-16"')
    part = (text + f'<sst xmlns="{MAIN}"><si><t>&a9;</t></si></sst>').encode("utf-16")
    return with_part(PLAN, "xl/sharedStrings.xml", part)


def _laughs_ods() -> bytes:
    content = ods_of("")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = archive.read("content.xml").partition(b"?>")[2]
    cell = b'<table:table-row><table:table-cell office:value-type="string"><text:p>&a9;</text:p></table:table-cell>'
    body = body.replace(b"</table:table>", cell + b"</table:table-row></table:table>")
    return with_part(content, "content.xml", _entities() + body)


def _xls_with_macros() -> bytes:
    """A real XLS whose directory has the storage of macros beside the workbook."""
    book = xlwt.Workbook()
    book.add_sheet("Hoja").write(0, 0, "title")
    target = io.BytesIO()
    book.save(target)
    content = bytearray(target.getvalue())
    sector = struct.unpack_from("<I", content, 48)[0]
    at = (sector + 1) * 512 + 2 * 128  # a free entry of the directory
    name = "_VBA_PROJECT_CUR".encode("utf-16-le") + b"\0\0"
    content[at : at + len(name)] = name
    struct.pack_into("<H", content, at + 64, len(name))
    content[at + 66] = 1
    return bytes(content)


def _rows_400_000() -> bytes:
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="str"><v>Pozo %d</v></c><c r="B%d"><v>46387</v></c></row>' % (n, n, n, n)
        for n in range(1, 400_001)
    )
    return with_part(PLAN, PART, HEAD + rows + b"</sheetData></worksheet>")


def _ods_400_000() -> bytes:
    chance = Random(1)
    row = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>Pozo {}</text:p></table:table-cell>'
        "</table:table-row>"
    )
    return ods_of("".join(row.format(chance.getrandbits(40)) for _ in range(400_000)))


def _locked_zip() -> bytes:
    """Every part marked as encrypted."""
    content = bytearray(PLAN)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def _locked_compound() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 900


def _zip_in_zip() -> bytes:
    """Paths that lead out of the archive, and no sheet."""
    return zip_of({"../../etc/cron.d/x": b"* * * * *", "/xl/workbook.xml": b"<workbook/>", "..\\x.xml": b"<x/>"})


def _path_to_elsewhere() -> bytes:
    """A workbook whose sheet is said to lie outside of it."""
    with zipfile.ZipFile(io.BytesIO(PLAN)) as archive:
        links = archive.read("xl/_rels/workbook.xml.rels")
    links = links.replace(b"worksheets/sheet1.xml", b"../../../etc/passwd")
    return with_part(PLAN, "xl/_rels/workbook.xml.rels", links)


def _many_strings() -> bytes:
    """Short texts that unpack to fifty megabytes and would cost the loader some hundreds."""
    chance = Random(1)
    texts = b"".join(b"<si><t>%07x</t></si>" % chance.getrandbits(28) for _ in range(2_600_000))
    return with_part(PLAN, "xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">'.encode() + texts + b"</sst>")


def _many_sheets() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        for number in range(300):
            book.add_worksheet(f"Hoja {number}").write_string(0, 0, "title")
    return target.getvalue()


_ANEW, _ROWS = "save it again", "Delete what stands below the agenda"
_NEW_BOOK, _BARE, _FREE = "a new workbook", "without macros", "Save it without one"
_KINDS, _ALONE = "Send a CSV, XLSX, XLS or ODS file", "Save only the sheet with the agenda"
_MEND = "save the sheet as XLSX"
#: At the page a file is too large sooner than at the command.
LARGE = "40 million commas.csv"

HOSTILE: dict[str, Hostile] = {
    "zip bomb.xlsx": Hostile(
        lambda: with_part(PLAN, PART, HEAD + b"<row><c><v>1</v></c></row>" * 12_000_000), "unpacks to", _NEW_BOOK
    ),
    "one cell without end.xlsx": Hostile(
        lambda: with_part(PLAN, PART, HEAD + b'<row r="1"><c r="A1" t="str"><v>' + b"ja" * 20_000_000),
        "unpacks to",
        _NEW_BOOK,
    ),
    "laughs.xlsx": Hostile(_laughs_xlsx, "unpacks to", _NEW_BOOK),
    "laughs in two bytes.xlsx": Hostile(_laughs_utf16, "broken", _ANEW),
    "laughs.ods": Hostile(_laughs_ods, "unpacks to", _NEW_BOOK),
    "far corner.xlsx": Hostile(_far_corner, "more than 60000 rows", _ROWS),
    "false dimension.xlsx": Hostile(_false_dimension, "more than 60000 rows", _ROWS),
    "macros.xlsm": Hostile(lambda: with_part(PLAN, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"), "macros", _BARE),
    "macros.xlsx": Hostile(lambda: with_part(PLAN, "XL/VBAPROJECT.BIN", b"\xd0\xcf\x11\xe0"), "macros", _BARE),
    "macros.xls": Hostile(_xls_with_macros, "macros", _BARE),
    "a pdf.xlsx": Hostile(lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + b"x" * 20_000, "not a sheet", _KINDS),
    "a pdf.csv": Hostile(lambda: b"%PDF-1.7\n" + b"title,due_on\n" * 50, "not a sheet", _KINDS),
    "400000 rows.csv": Hostile(lambda: csv_of("title,due_on", *["Pozo,31/12/2026"] * 400_000), "60000 rows", _ROWS),
    "400000 rows.xlsx": Hostile(_rows_400_000, "60000 rows", _ROWS),
    "400000 rows.ods": Hostile(_ods_400_000, "60000 rows", _ROWS),
    LARGE: Hostile(lambda: b"title,due_on\n" + b"," * 40_000_000, "far too much text", _MEND),
    "19 million commas.csv": Hostile(lambda: b"title,due_on\n" + b"," * 19_000_000, "far too much text", _MEND),
    "19 million commas in lines.csv": Hostile(
        lambda: b"title\n" + (b"," * 99_999 + b"\n") * 190, "500 columns", "Save only those with the agenda"
    ),
    "one quotation mark.csv": Hostile(
        lambda: b'title,due_on\n"' + b"Pozo,\n" * 3_000_000, "a quotation mark that never closes", _MEND
    ),
    "many texts.xlsx": Hostile(_many_strings, "too much memory", _ALONE),
    "many sheets.xlsx": Hostile(_many_sheets, "more than 200 sheets", _ALONE),
    "locked.xlsx": Hostile(_locked_compound, "password", _FREE),
    "locked parts.xlsx": Hostile(_locked_zip, "password", _FREE),
    "cut off.xlsx": Hostile(lambda: PLAN[: len(PLAN) * 2 // 3], "broken", _ANEW),
    "cut off.ods": Hostile(lambda: ods_of("")[:300], "broken", _ANEW),
    "cut off.xls": Hostile(lambda: _xls_with_macros()[:1500], "broken", _ANEW),
    "nothing but nul.csv": Hostile(lambda: b"\0" * 100_000, "not a sheet", _KINDS),
    "paths.zip": Hostile(_zip_in_zip, "not a sheet", _KINDS),
    "elsewhere.xlsx": Hostile(_path_to_elsewhere, "broken", _ANEW),
}
