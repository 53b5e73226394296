"""A process of its own that loads workbooks with the native library, so that a hostile file ends it, not the site.

Run by path, never imported: it knows nothing of the rest and starts in a moment. It takes the length of the file
as eight bytes and the file itself, answers its sheets, then each sheet that is named, or so many of its first rows.
Every answer is one line of JSON with `error` where something failed; the rows of a sheet follow, a line for each.
"""

import io
import json
import struct
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

MEMORY, PROCESSOR_SECONDS, MOST_ROWS = 1, 2, 3


def limit() -> None:
    """Bounds on memory and time, where the system knows such a thing."""
    try:
        import resource
    except ImportError:
        return
    memory, seconds = int(sys.argv[MEMORY]), int(sys.argv[PROCESSOR_SECONDS])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def plain(cell: Any) -> Any:
    """What JSON has no sign for, as a list of its kind and its text."""
    if isinstance(cell, datetime):
        return ["moment", cell.isoformat()]
    if isinstance(cell, date):
        return ["day", cell.isoformat()]
    if isinstance(cell, time):
        return ["time", cell.isoformat()]
    if isinstance(cell, timedelta):
        return ["span", cell.total_seconds()]
    raise TypeError(type(cell))


def answer(value: Any) -> None:
    """One line."""
    sys.stdout.write(json.dumps(value, default=plain) + "\n")


def load(content: bytes) -> Any:
    """The workbook, or None where it was refused and said so."""
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        answer({"error": "locked"})
    except BaseException as error:  # a panic of the native code derives from BaseException alone
        answer({"error": repr(error)[:200]})
    return None


def main() -> None:
    """Until nothing more is asked."""
    limit()
    incoming = sys.stdin.buffer
    (size,) = struct.unpack("<Q", incoming.read(8))
    workbook = load(incoming.read(size))
    if workbook is None:
        return
    answer({"sheets": [[s.name, str(s.typ), str(s.visible)] for s in workbook.sheets_metadata]})
    sys.stdout.flush()
    for line in incoming:
        try:
            name, top = json.loads(line)
            sheet = workbook.get_sheet_by_name(name)
            merged = [[*start, *end] for start, end in sheet.merged_cell_ranges or ()]
            fits = sheet.total_height <= int(sys.argv[MOST_ROWS])
            rows = sheet.to_python(skip_empty_area=False, nrows=top) if fits else []
        except BaseException as error:
            answer({"error": repr(error)[:200]})
            sys.stdout.flush()
            continue
        answer({"height": sheet.total_height, "merged": merged, "rows": len(rows)})
        for row in rows:
            answer(row)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
