"""`python -m bench.imports`: 2,000 rows come in while somebody reads; prints and writes what it found."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench.imports.telling import RESULTS, WAYS
from bench.machine import machine
from bench.places import ENGINES, addresses
from bench.seed import ZONE
from tracker.core.now import today

#: Seconds that somebody reads while nothing else goes on.
ALONE = 15

Figures = dict[str, Any]


def main() -> int:
    """Measure on every engine asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.imports", description="Measure imports of agendas.")
    parser.add_argument("--engines", default=",".join(ENGINES), help=" and ".join(ENGINES))
    parser.add_argument("--rows", type=int, default=2_000, help="rows of the sheet")
    parser.add_argument("--json", type=Path, default=RESULTS, metavar="FILE")
    wanted = parser.parse_args()
    day = today(ZONE)
    answer: Figures = {"measured_on": day.isoformat(), "machine": machine(), "rows": wanted.rows, "engines": {}}
    for engine in wanted.engines.split(","):
        with tempfile.TemporaryDirectory(prefix="compromiso-bench-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            with addresses(engine, folder) as new_address:
                answer["engines"][engine] = _on(new_address, folder, day, wanted.rows)
        sys.stderr.write(f"{engine}: {answer['engines'][engine]}\n")
    wanted.json.parent.mkdir(parents=True, exist_ok=True)
    wanted.json.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
    return 0


def _on(new_address: Callable[[str], str], folder: Path, day: date, rows: int) -> Figures:
    """Way of coming in → what it cost, what a reader felt, and what he feels alone; each on a new database."""
    found: Figures = {}
    for way in WAYS:
        own = _environment(new_address(way), folder, day, rows)
        _run("prepare", own)
        alone, _nothing = _while_reading(folder, own, lambda: time.sleep(ALONE))
        beside, cost = _while_reading(folder, own, lambda way=way, own=own: _run(way, own))  # type: ignore[misc]
        found[way] = {**cost, "alone": alone, "beside": beside}
    return found


def _environment(address: str, folder: Path, day: date, rows: int) -> dict[str, str]:
    told = {"DATABASE": address, "FOLDER": str(folder), "DAY": day.isoformat(), "SIZE": str(rows)}
    return {**os.environ, **{f"BENCH_{name}": value for name, value in told.items()}}


def _run(phase: str, environment: dict[str, str]) -> Figures:
    command = [sys.executable, "-m", "bench.imports.phases", phase]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{phase}:\n{done.stderr[-3000:]}")
    answer: Figures = json.loads(done.stdout.splitlines()[-1])
    return answer


def _while_reading(
    folder: Path, environment: dict[str, str], meanwhile: Callable[[], Figures | None]
) -> tuple[Figures, Figures]:
    """What a reader found, and what went on meanwhile came to."""
    begun = folder / "reading"
    begun.unlink(missing_ok=True)
    command = [sys.executable, "-m", "bench.imports.phases", "reader"]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while not begun.exists() and process.poll() is None:
            time.sleep(0.05)
        cost = meanwhile() or {}
        told, wrong = process.communicate()
    if process.returncode:
        raise RuntimeError(f"reader:\n{wrong[-3000:]}")
    return json.loads(told.splitlines()[-1]), cost


if __name__ == "__main__":
    raise SystemExit(main())
