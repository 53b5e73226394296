"""The sheet of a run on the disk, and beside it what changes too often for the database: how far it is, its look.

All of it can be lost but the sheet itself: progress is then unknown, and a look is taken again.
"""

import json
import re
import secrets
from pathlib import Path
from typing import Any

from tracker.core.storage import write_whole

#: Below the uploads folder; other files lie in folders of two letters.
FOLDER = "imports"
#: Largest sheet taken in through a page, in bytes.
LARGEST = 20 * 1024 * 1024
_NAME = re.compile(r"^imports/[0-9a-f]{32}\.sheet$")


def keep(uploads: Path, content: bytes) -> str:
    """Write the bytes of a sheet; the generated name under which they lie."""
    stored_name = f"{FOLDER}/{secrets.token_hex(16)}.sheet"
    write_whole(uploads / stored_name, content)
    return stored_name


def content_of(uploads: Path, stored_name: str) -> bytes:
    """The bytes of a sheet; raises OSError where they are gone."""
    return _path(uploads, stored_name).read_bytes()


def note_progress(uploads: Path, stored_name: str, step: str, percent: int) -> None:
    """Say how far it is, so that a reload and other processes see it while the database is being written."""
    note = json.dumps({"step": step, "percent": percent}).encode()
    target = _path(uploads, stored_name).with_suffix(".progress")
    unfinished = target.with_suffix(f".{secrets.token_hex(4)}")
    unfinished.write_bytes(note)
    unfinished.rename(target)


def progress_of(uploads: Path, stored_name: str) -> tuple[str, int]:
    """(step, percent) of the last note; nothing and 0 where there is none."""
    found = _read(_path(uploads, stored_name).with_suffix(".progress"))
    return str(found.get("step", "")), int(found.get("percent", 0))


def keep_look(uploads: Path, stored_name: str, locale: str, look: dict[str, Any]) -> None:
    """Keep what a run would do, as told in this language."""
    content = json.dumps(look, ensure_ascii=False).encode()
    write_whole(_path(uploads, stored_name).with_suffix(f".look-{locale}"), content)


def look_of(uploads: Path, stored_name: str, locale: str) -> dict[str, Any]:
    """What was kept; empty where nothing was."""
    return _read(_path(uploads, stored_name).with_suffix(f".look-{locale}"))


def forget_looks(uploads: Path, stored_name: str) -> None:
    """What was kept holds no more."""
    for path in _beside(uploads, stored_name):
        if path.suffix.startswith(".look-"):
            path.unlink(missing_ok=True)


def forget(uploads: Path, stored_name: str) -> None:
    """Remove a sheet and all that lies beside it."""
    for path in [*_beside(uploads, stored_name), _path(uploads, stored_name)]:
        path.unlink(missing_ok=True)


def sweep(uploads: Path, known: set[str], before: float) -> int:
    """Delete what no run knows and what is older than `before` (a POSIX time); how many files."""
    count = 0
    for path in (uploads / FOLDER).glob("*"):
        sheet = f"{FOLDER}/{path.stem}.sheet"
        if sheet not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            count += 1
    return count


def _beside(uploads: Path, stored_name: str) -> list[Path]:
    path = _path(uploads, stored_name)
    return [found for found in path.parent.glob(f"{path.stem}.*") if found != path]


def _path(uploads: Path, stored_name: str) -> Path:
    if not _NAME.fullmatch(stored_name):
        raise ValueError(f"not a name of ours: {stored_name!r}")
    return uploads / stored_name


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
