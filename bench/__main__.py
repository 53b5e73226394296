"""`python -m bench`: seeds, measures, prints one table, writes bench/results/."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from flask_migrate import upgrade

from bench.machine import machine
from bench.places import ENGINES, addresses, application, version_of
from bench.seed import ZONE, row_counts, seed
from bench.subjects import Stage, stage_of
from bench.tables import as_text
from bench.timing import measure
from tests.support.postgres import NoPostgres
from tracker.core.db import db
from tracker.core.now import today

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Measure what the arguments ask for; 0 done, 1 no database to be had."""
    wanted = _arguments().parse_args()
    file = wanted.json or RESULTS / f"{'-'.join(wanted.engines)}.json"
    answer: dict[str, Any] = {
        "measured_on": today(ZONE).isoformat(),
        "machine": machine(),
        "sizes": wanted.sizes,
        "repeat": wanted.repeat,
        "engines": {},
    }
    for engine in wanted.engines:
        # A socket's path may not be long, and PostgreSQL's own user has to reach it.
        with tempfile.TemporaryDirectory(prefix="compromiso-bench-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            try:
                answer["engines"][engine] = _on(engine, wanted.sizes, wanted.repeat, folder)
            except NoPostgres as reason:
                _say(str(reason))
                return 1
    sys.stdout.write(as_text(answer) + "\n")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(answer, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    _say(f"written to {file.name}; python -m bench.report turns it into docs/performance.md")
    return 0


def _on(engine: str, sizes: Sequence[int], repeat: int, folder: Path) -> dict[str, Any]:
    """Everything measured on one engine."""
    with addresses(engine, folder) as new_address:
        stages: list[Stage] = []
        told: list[dict[str, Any]] = []
        for size in sizes:
            began = perf_counter()
            stages.append(_filled(new_address(f"n{size}"), size, folder))
            seconds = round(perf_counter() - began, 1)
            with stages[-1].app.app_context():
                rows = row_counts()
            told.append({"municipalities": size, "seeded_in_s": seconds, "rows": rows})
            _say(f"{engine}: {size} municipalities, {sum(rows.values())} rows in {seconds} s")
        measures = measure(stages, repeat)
        version = version_of(stages[0].app)
        for stage in stages:
            with stage.app.app_context():
                db.engine.dispose()
    return {"version": version, "sizes": [{**t, "subjects": m} for t, m in zip(told, measures, strict=True)]}


def _filled(address: str, size: int, folder: Path) -> Stage:
    app = application(address, folder)
    with app.app_context():
        upgrade()
        seeded = seed(size, today(ZONE))
        db.session.remove()
    return stage_of(app, seeded)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure how fast pages and the check are."
    )
    parser.add_argument("--sizes", type=_sizes, default=[10, 100, 1000], metavar="N,N", help="municipalities")
    parser.add_argument(
        "--engines", type=_engines, default=list(ENGINES), metavar="E,E", help=" and ".join(ENGINES)
    )
    parser.add_argument("--repeat", type=int, default=200, metavar="R", help="times each page is asked for")
    parser.add_argument("--json", type=Path, metavar="FILE", help="default: bench/results/ENGINES.json")
    return parser


def _sizes(text: str) -> list[int]:
    return sorted({int(part) for part in text.split(",")})


def _engines(text: str) -> list[str]:
    engines = text.split(",")
    unknown = set(engines) - set(ENGINES)
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: choose from {', '.join(ENGINES)}")
    return engines


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
