"""`python -m bench.report [FILE]`: writes docs/performance.md from what a run wrote."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import registry
from bench.agendas import CHECK_DAYS, COMMITMENTS, MILESTONES, STRIKING
from bench.aims import verdicts
from bench.exports import telling as exports
from bench.findings import FINDINGS
from bench.imports import telling as imports
from bench.notices import telling as notices
from bench.places import ENGINES
from bench.policies import telling as policies
from bench.subjects import CHECK
from bench.tables import as_markdown

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results" / f"{'-'.join(ENGINES)}.json"
PAGE = ROOT / "docs" / "performance.md"
ROWS = COMMITMENTS * (1 + MILESTONES)

HEAD = f"""# How fast it is

Written by `python -m bench.report` from `bench/results/`; `python -m bench` measures anew. Absolute figures move
with the machine and with what else it does; ratios within one run are what counts.

**What.** N municipalities with {COMMITMENTS} commitments of {MILESTONES} milestones each over three years, 20 % of
them late, 10 % done, with units and mailboxes, a plan, updates, the trail and notices. Requests go through Flask's
test client in one process: the real gate with a signed-in session, the real database, pages in Spanish. The *bare
view* has no session and no template; the *empty page* is signed in, at a municipality, the layout with no content.
*One update* is the POST of a report with its token: rules, history, standing, commit. *The check* is a day on which
{STRIKING} of each municipality's {ROWS} rows change (0.5 %), median of {CHECK_DAYS - 1} days. All is asked in
turn, size after size, so that all sizes meet the same machine. Times are medians; *p95* and the ratios to the bare
view and the empty page are those of the largest N. PostgreSQL writes to the disk at every commit, as in operation.
"""


def main() -> int:
    """Write the page; 0 done, 2 no such file."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else RESULTS
    if not file.is_file():
        sys.stderr.write(f"{file.name} is not there: run python -m bench first\n")
        return 2
    results = json.loads(file.read_text(encoding="utf-8"))
    PAGE.write_text("\n".join(_lines(results)).rstrip() + "\n", encoding="utf-8")
    return 0


def _lines(results: dict[str, Any]) -> Iterator[str]:
    yield HEAD
    on = "; ".join(
        value if name in ("processor", "system") else f"{name} {value}"
        for name, value in results["machine"].items()
    )
    yield f"**On.** {on}. Each page {results['repeat']} times, {results['measured_on']}.\n"
    for found in results["engines"].values():
        yield f"## {found['version']}\n"
        yield as_markdown(found) + "\n"
        yield _check_words(found) + "\n"
        yield _rows_words(found) + "\n"
    yield "## Aims\n"
    yield "| | aim | " + " | ".join(found["version"] for found in results["engines"].values()) + " |"
    yield "|:--|:--|" + "--:|" * len(results["engines"])
    missed: set[str] = set()
    for same in zip(*[list(verdicts(found)) for found in results["engines"].values()], strict=True):
        cells = [f"{verdict.found} {'held' if verdict.held else '**missed**'}" for verdict in same]
        missed |= {verdict.subject for verdict in same if not verdict.held}
        yield f"| {same[0].subject} | {same[0].aim} | {' | '.join(cells)} |"
    yield ""
    if missed:
        yield "## What is missed, and why\n"
        for subject in sorted(missed):
            yield f"**{subject}.** {FINDINGS.get(subject, 'Not yet looked into.')}\n"
    yield from notices.lines()
    yield from registry.lines()
    yield from exports.lines()
    yield from imports.lines()
    yield from policies.lines()


def _check_words(found: dict[str, Any]) -> str:
    each = [
        f"{size['subjects'][CHECK]['ms'] / (n * STRIKING):.2f} ms at N={n:,}"
        for size in found["sizes"]
        for n in [size["municipalities"]]
    ]
    return f"The check costs, for each row that changes: {', '.join(each)}."


def _rows_words(found: dict[str, Any]) -> str:
    last = found["sizes"][-1]
    counted = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in last["rows"].items())
    seconds = f"{last['seeded_in_s']:.0f} s"
    return f"Rows counted in the database at N={last['municipalities']:,}: {counted}; filled in {seconds}."


if __name__ == "__main__":
    raise SystemExit(main())
