"""Reading a file of cells, whatever its kind; the kind is told by the content, never by the name."""

from pathlib import Path
from types import TracebackType
from typing import Self

from tracker.core.i18n import _l
from tracker.core.sheets import ods_extent, xls_extent, xlsx_extent
from tracker.core.sheets.archives import BROKEN, Archive
from tracker.core.sheets.csv_reading import read_csv
from tracker.core.sheets.grid import LARGEST_FILE, MOST_SHEETS, Failed, Merge, Patience, Sheet, SheetError
from tracker.core.sheets.loading import LOCKED, Loader

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_DOCUMENT_SHEET = b"application/vnd.oasis.opendocument.spreadsheet"
#: By name of the sheet: text of cells that hold an error, by (row, column) counted from 1.
_Errors = dict[str, dict[tuple[int, int], str]]


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
    with Book(content, name) as book:
        return book.sheet(sheet)


def sheet_names(content: bytes, name: str) -> list[tuple[str, bool]]:
    """(name, whether it is hidden) of every sheet in the file's order; raises SheetError like `read_sheet`."""
    with Book(content, name) as book:
        return book.names


class Book:
    """An open file with one sheet or more; to be used in `with`."""

    def __init__(self, content: bytes, name: str) -> None:
        """Looks at the whole file; raises SheetError like `read_sheet`."""
        if len(content) > LARGEST_FILE:
            raise SheetError(_too_large())
        if not content.strip():
            raise SheetError(_l("The file is empty."))
        self._content = content
        self._name = name
        self._archive: Archive | None = None
        self._parts: dict[str, str] | None = None
        self._patience = Patience()
        self._errors: _Errors = {}
        self._merged: dict[str, tuple[Merge, ...]] = {}
        if content.startswith(_ZIP):
            self._look_into_archive()
        elif content.startswith(_COMPOUND):
            if "EncryptedPackage".encode("utf-16-le") in content:
                raise SheetError(LOCKED)
            with self._patience as patience:
                self._errors = xls_extent.measure(content, patience)
        self._loader = Loader(content) if content.startswith((_ZIP, _COMPOUND)) else None
        #: (name, whether it is hidden) of each sheet in the file's order; a CSV has one, called like the file.
        self.names: list[tuple[str, bool]] = [(name, False)]
        if self._loader is not None:
            sheets = [(title, seen) for title, kind, seen in self._loader.sheets if kind == "WorkSheet"]
            self.names = [(title, seen != "Visible") for title, seen in sheets]
            if len(sheets) > MOST_SHEETS:
                self._loader.close()
                raise SheetError(
                    _l(
                        "The workbook has more than %(count)s sheets. "
                        "Save only the sheet with the agenda and send that.",
                        count=MOST_SHEETS,
                    )
                )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loader is not None:
            self._loader.close()

    def sheet(self, wanted: str | None = None) -> Sheet:
        """The sheet of that name, else the first visible one; raises SheetError when it is not there or a giant."""
        return self.top(wanted, None)[0]

    def top(self, wanted: str | None, most: int | None) -> tuple[Sheet, int]:
        """The sheet with its first `most` rows alone, and how many it has; as quick as a look, else like `sheet`.

        A CSV file is read whole all the same.
        """
        if self._loader is None:
            if wanted is not None and wanted != self._name:
                raise SheetError(_l("A CSV file has no sheet called “%(name)s”.", name=wanted))
            sheet = read_csv(self._content, self._name)
            return sheet, len(sheet.rows)
        name = self._chosen(wanted)
        if self._archive is not None and name not in self._errors:
            self._errors[name] = self._measured(self._archive, name)
        rows, merged, height = self._loader.load(name, most)
        for (row, column), text in self._errors.get(name, {}).items():
            if row <= len(rows) and column <= len(rows[row - 1]):
                rows[row - 1][column - 1] = Failed(text)
        visible = tuple(title for title, hidden in self.names if not hidden)
        merged = merged or self._merged.get(name, ())
        return Sheet(name, rows, visible, merged=merged, hidden=name not in visible), height

    def _measured(self, archive: Archive, name: str) -> dict[tuple[int, int], str]:
        if self._parts is None:
            self._parts = xlsx_extent.parts_of_sheets(archive)
        if name not in self._parts:
            raise SheetError(BROKEN)
        with self._patience as patience:
            return xlsx_extent.measure(archive, self._parts[name], patience)

    def _look_into_archive(self) -> None:
        archive = Archive(self._content)
        if "xl/workbook.xml" in archive:
            self._archive = archive
        elif "mimetype" in archive and archive.whole("mimetype").strip() == _OPEN_DOCUMENT_SHEET:
            if "content.xml" not in archive:
                raise SheetError(BROKEN)
            with self._patience as patience:
                self._errors, self._merged = ods_extent.measure(archive, patience)
        else:
            raise SheetError(_l("This is not a sheet. Send a CSV, XLSX, XLS or ODS file."))

    def _chosen(self, wanted: str | None) -> str:
        """The exact name, else the one that differs by case and spaces only; without a wish the first visible."""
        names = [name for name, _hidden in self.names]
        if wanted is None:
            first = ([name for name, hidden in self.names if not hidden] or names)[:1]
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


def _too_large() -> object:
    return _l("The file is larger than %(size)s MB.", size=LARGEST_FILE // 1024 // 1024)
