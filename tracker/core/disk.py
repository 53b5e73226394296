"""Room on the disk: what is free where a folder lies."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Space:
    """Bytes of the disk on which a folder lies, and whether this process may write there."""

    free: int
    total: int
    writable: bool = True


def space_at(folder: Path) -> Space | None:
    """The room where a folder lies or will lie; None where the disk does not answer."""
    try:
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        usage = shutil.disk_usage(there)
    except (OSError, StopIteration):
        return None
    return Space(usage.free, usage.total, os.access(there, os.W_OK))
