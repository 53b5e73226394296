"""The part of docs/performance.md about exports, from bench/results/exports.json."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[1] / "results" / "exports.json"
KINDS = {"csv": "CSV", "xlsx": "XLSX"}
#: What the product is held to: memory of the process, and time of a CSV of ten thousand rows.
MOST_MIB, MOST_MS, OF = 150, 120, "10000"

Figures = dict[str, Any]


def lines() -> Iterator[str]:
    """The section, nothing where it was never measured."""
    if not RESULTS.is_file():
        return
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    engines: dict[str, Figures] = results["engines"]
    yield "## Exports\n"
    yield (
        f"`python -m bench.exports`, {results['measured_on']}: a signed-in person downloads the whole agenda "
        "of one municipality through the real application, and the answer is read as it comes. Each is a process "
        "of its own; memory is its peak, the application included. A CSV leaves while it is read; a workbook is "
        "written to a file first, as its parts end together, and leaves from there.\n"
    )
    if results.get("notes"):
        yield f"{results['notes']}\n"
    yield "| | " + " | ".join(engines) + " |"
    yield "|:--|" + "--:|" * len(engines)
    for kind, words in KINDS.items():
        for size in next(iter(engines.values()))[kind]:
            told = [_told(found[kind][size]) for found in engines.values()]
            yield f"| {words}, {int(size):,} rows | " + " | ".join(told) + " |"
    yield ""
    yield "| aim | " + " | ".join(engines) + " |"
    yield "|:--|" + "--:|" * len(engines)
    for kind, words in KINDS.items():
        peaks = [max(figures["peak_mib"] for figures in found[kind].values()) for found in engines.values()]
        yield (
            f"| {words}, any size: ≤ {MOST_MIB} MiB | "
            + " | ".join(_held(p, MOST_MIB, "MiB") for p in peaks)
            + " |"
        )
    times = [round(found["csv"][OF]["seconds"] * 1000) for found in engines.values() if OF in found["csv"]]
    if times:
        yield f"| CSV, 10,000 rows: ≤ {MOST_MS} ms | " + " | ".join(_held(t, MOST_MS, "ms") for t in times) + " |"
    yield ""


def _told(figures: Figures) -> str:
    size = figures["bytes"] / 1024**2
    return (
        f"{figures['seconds']:,.2f} s ({figures['busy']:,.2f} s of the processor), first bytes after "
        f"{figures['first']:,.2f} s, {size:,.1f} MiB sent, {figures['peak_mib']} MiB"
    )


def _held(found: int, most: int, unit: str) -> str:
    return f"{found:,} {unit} {'held' if found <= most else '**missed**'}"
