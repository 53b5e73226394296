"""The part of docs/performance.md about imports, from bench/results/imports.json."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[1] / "results" / "imports.json"
WAYS = {"command": "by `flask agenda import`", "page": "by the worker, as decided on the page"}
#: What the product is held to: seconds and memory; for readers the two lines beside each other tell.
MOST_S, MOST_MIB = 10.0, 300

Figures = dict[str, Any]


def lines() -> Iterator[str]:
    """The section, nothing where it was never measured."""
    if not RESULTS.is_file():
        return
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    engines: dict[str, Figures] = results["engines"]
    yield "## Imports\n"
    yield (
        f"`python -m bench.imports`, {results['measured_on']}: an XLSX of {results['rows']:,} rows without codes "
        "is read, checked, written and committed into a municipality of 100 commitments, while somebody asks for "
        "its agenda list again and again in another process. By the page also what an undo needs is noted. *Busy* "
        "is the processor's part. Memory is the peak of the process that imports and of the one that opens the "
        "workbook for it, together.\n"
    )
    if results.get("notes"):
        yield f"{results['notes']}\n"
    yield "| | aim | " + " | ".join(engines) + " |"
    yield "|:--|:--|" + "--:|" * len(engines)
    for way, words in WAYS.items():
        found = [held[way] for held in engines.values()]
        seconds = [_held(f["seconds"], MOST_S, f"{f['seconds']:.2f} s ({f['busy']:.2f} busy)") for f in found]
        yield f"| {words} | ≤ {MOST_S:g} s | " + " | ".join(seconds) + " |"
        memory = [
            _held(f["peak_mib"] + f["loader_mib"], MOST_MIB, f"{f['peak_mib']} + {f['loader_mib']} MiB")
            for f in found
        ]
        yield f"| its memory | ≤ {MOST_MIB} MiB | " + " | ".join(memory) + " |"
        yield "| a reader alone: median, worst | | " + " | ".join(_felt(f["alone"]) for f in found) + " |"
        yield "| a reader meanwhile: median, worst | | " + " | ".join(_felt(f["beside"]) for f in found) + " |"
    yield ""


def _felt(figures: Figures) -> str:
    return f"{figures['median_ms']:,} ms, {figures['worst_ms']:,} ms ({figures['pages']:,} pages)"


def _held(found: float, most: float, told: str) -> str:
    return f"{told} {'held' if found <= most else '**missed**'}"
