"""Reading a file of cells, whatever its kind; the kind is told by the content, never by the name."""

import io
from pathlib import Path
from typing import cast

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from tracker.core.i18n import _l
from tracker.core.sheets import ods_extent, xls_extent, xlsx_extent
from tracker.core.sheets.archives import BROKEN, Archive
from tracker.core.sheets.csv_reading import read_csv
from tracker.core.sheets.grid import LARGEST_FILE, MOST_ROWS, Row, Sheet, SheetError

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_DOCUMENT_SHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_LOCKED = _l("The file is locked with a password. Save it without one and send that.")


def read_bytes(path: Path) -> bytes:
    """The file at `path`; raises SheetError when it is too large or cannot be opened."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SheetError(_too_large())
        return path.read_bytes()
    except OSError as error:
        raise SheetError(_l("The file cannot be opened: %(why)s.", why=error.strerror or "?")) from error


def read_file(path: Path, sheet: str | None = None) -> Sheet:
    """One sheet of the file at `path`; see `read_sheet`."""
    return read_sheet(read_bytes(path), path.name, sheet)


def read_sheet(content: bytes, name: str, sheet: str | None = None) -> Sheet:
    """The sheet called `sheet`, else the first visible one, of a CSV, XLSX, XLS or ODS file called `name`.

    Nothing is loaded that is larger than the bounds in `grid`. Raises SheetError with a reason a person
    understands when the file is too large, broken, locked, of another kind, or has no such sheet.
    """
    if len(content) > LARGEST_FILE:
        raise SheetError(_too_large())
    if not content.strip():
        raise SheetError(_l("The file is empty."))
    if content.startswith(_ZIP):
        return _from_archive(content, sheet)
    if content.startswith(_COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise SheetError(_LOCKED)
        xls_extent.measure(content)
        return _from_workbook(_open(content), sheet, {})
    if sheet is not None and sheet != name:
        raise SheetError(_l("A CSV file has no sheet called “%(name)s”.", name=sheet))
    return read_csv(content, name)


def sheet_names(content: bytes, name: str) -> list[tuple[str, bool]]:
    """(name, whether it is hidden) of every sheet in the file's order; a CSV has one, called like the file.

    Raises SheetError like `read_sheet`.
    """
    if len(content) > LARGEST_FILE:
        raise SheetError(_too_large())
    if not content.startswith((_ZIP, _COMPOUND)):
        return [(name, False)]
    if content.startswith(_ZIP):
        Archive(content)
    sheets = [sheet for sheet in _open(content).sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    return [(sheet.name, sheet.visible != SheetVisibleEnum.Visible) for sheet in sheets]


def _from_archive(content: bytes, sheet: str | None) -> Sheet:
    archive = Archive(content)
    if "xl/workbook.xml" in archive:
        workbook = _open(content)
        name = _chosen(workbook, sheet)
        errors = xlsx_extent.measure(archive, xlsx_extent.part_of_sheet(archive, name))
        return _from_workbook(workbook, name, errors)
    if "mimetype" in archive and archive.whole("mimetype").strip() == _OPEN_DOCUMENT_SHEET:
        if "content.xml" not in archive:
            raise SheetError(BROKEN)
        ods_extent.measure(archive)
        return _from_workbook(_open(content), sheet, {})
    raise SheetError(_l("This is not a sheet. Send a CSV, XLSX, XLS or ODS file."))


def _open(content: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError as error:
        raise SheetError(_LOCKED) from error
    except BaseException as error:
        raise _broken(error) from error


def _from_workbook(workbook: CalamineWorkbook, sheet: str | None, errors: dict[tuple[int, int], str]) -> Sheet:
    name = _chosen(workbook, sheet)
    try:
        loaded: CalamineSheet = workbook.get_sheet_by_name(name)
        if loaded.total_height > MOST_ROWS:
            raise SheetError(_l("The sheet has more than %(count)s rows.", count=MOST_ROWS))
        rows = cast(list[Row], loaded.to_python(skip_empty_area=False))
    except SheetError:
        raise
    except BaseException as error:
        raise _broken(error) from error
    for (row, column), text in errors.items():
        if row <= len(rows) and column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = text
    return Sheet(name, rows, tuple(_visible(workbook)))


def _visible(workbook: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def _chosen(workbook: CalamineWorkbook, wanted: str | None) -> str:
    """The exact name, else the one that differs by case and spaces only; without a wish the first visible."""
    names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if wanted is None:
        first = (_visible(workbook) or names)[:1]
        if not first:
            raise SheetError(_l("The file has no sheet."))
        return first[0]
    if wanted in names:
        return wanted
    alike = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    listed = ", ".join(f"“{name}”" for name in names[:40])
    raise SheetError(_l("There is no sheet called “%(name)s”. There is: %(names)s.", name=wanted, names=listed))


def _broken(error: BaseException) -> SheetError:
    """What the loader threw, as our own error; a panic of it derives from BaseException alone."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error
    return SheetError(BROKEN)


def _too_large() -> object:
    return _l("The file is larger than %(size)s MB.", size=LARGEST_FILE // 1024 // 1024)
