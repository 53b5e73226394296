"""What it was measured on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

#: Packages whose speed is part of every figure.
PACKAGES = ("Flask", "SQLAlchemy", "Jinja2", "psycopg")


def machine() -> dict[str, str]:
    """Processor, cores, memory, system and versions, as far as this system tells."""
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores, {_memory()}",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    told = _lines("/proc/cpuinfo", "model name")
    return told or platform.processor() or "unknown processor"


def _memory() -> str:
    told = _lines("/proc/meminfo", "MemTotal").partition(" ")[0]
    return f"{round(int(told) / 1024**2)} GiB" if told.isdigit() else "unknown memory"


def _lines(file: str, name: str) -> str:
    """The value of the first line of this name."""
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
