"""`python -m bench.registry`: all municipalities of the region from real lists, into an empty database and again.

The lists are those of docs/examples/README.md under REAL_DATA; writes bench/results/registry.json.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import func, select

from bench.machine import machine
from bench.places import ENGINES, addresses, application, version_of
from bench.seed import ZONE
from tests.exchange.real_lists import LISTS, list_called
from tracker.audit.models import Act
from tracker.core.db import db
from tracker.core.now import today, utc_now
from tracker.exchange.registry import import_registry
from tracker.territory.models import Municipality

RESULTS = Path(__file__).parent / "results" / "registry.json"
#: What the product is held to for all lists together.
MOST_S = 60.0

Figures = dict[str, Any]


def main() -> int:
    """Measure on every engine asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.registry", description="Measure imports of registries.")
    parser.add_argument("--engines", default=",".join(ENGINES), help=" and ".join(ENGINES))
    parser.add_argument("--json", type=Path, default=RESULTS, metavar="FILE")
    wanted = parser.parse_args()
    answer: Figures = {"measured_on": today(ZONE).isoformat(), "machine": machine(), "engines": {}}
    for engine in wanted.engines.split(","):
        with tempfile.TemporaryDirectory(prefix="compromiso-bench-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            with addresses(engine, folder) as new_address:
                answer["engines"][engine] = _on(new_address("registry"), folder)
        sys.stderr.write(f"{engine}: {answer['engines'][engine]}\n")
    wanted.json.parent.mkdir(parents=True, exist_ok=True)
    wanted.json.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
    return 0


def _on(address: str, folder: Path) -> Figures:
    """Seconds of every list, and of all of them: at first, and when nothing has changed."""
    app = application(address, folder)
    with app.app_context():
        upgrade()
        lists = {mapping: _import(mapping) for mapping in LISTS}
        again = sum(_import(mapping) for mapping in LISTS)
        municipalities = db.session.scalar(select(func.count(Municipality.id)))
        db.session.remove()
        version = version_of(app)
        db.engine.dispose()
    return {
        "version": version,
        "municipalities": municipalities,
        "seconds": round(sum(lists.values()), 2),
        "again_seconds": round(again, 2),
        "lists": {mapping: round(seconds, 2) for mapping, seconds in lists.items()},
    }


def _import(mapping: str) -> float:
    """Read, check, write and commit a list as the command does; seconds."""
    now = utc_now()
    began = perf_counter()
    result = import_registry(Act(None, "bench", "command", now, now.date()), *list_called(mapping))
    if result.errors:
        raise RuntimeError(f"{mapping}: {result.errors[0].to_line()}")
    db.session.commit()
    return perf_counter() - began


def lines() -> Iterator[str]:
    """The part of docs/performance.md about it, nothing where it was never measured."""
    if not RESULTS.is_file():
        return
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    engines: dict[str, Figures] = results["engines"]
    first = next(iter(engines.values()))
    yield "## Registry\n"
    yield (
        f"`python -m bench.registry`, {results['measured_on']}: {first['municipalities']:,} municipalities of 34 "
        f"countries from {len(first['lists'])} imports of real lists, read, checked, written and committed.\n"
    )
    yield "| | aim | " + " | ".join(found["version"] for found in engines.values()) + " |"
    yield "|:--|:--|" + "--:|" * len(engines)
    verdicts = [f"{f['seconds']} s {'held' if f['seconds'] <= MOST_S else '**missed**'}" for f in engines.values()]
    yield f"| all lists, empty database | ≤ {MOST_S:g} s | " + " | ".join(verdicts) + " |"
    yield "| the same again | | " + " | ".join(f"{found['again_seconds']} s" for found in engines.values()) + " |"
    yield ""


if __name__ == "__main__":
    raise SystemExit(main())
