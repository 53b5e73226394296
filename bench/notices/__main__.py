"""`python -m bench.notices`: seeds, runs each phase in a process of its own, prints and writes what it found."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench.machine import machine
from bench.notices import sink
from bench.places import ENGINES, addresses
from bench.seed import UNITS, ZONE
from tracker.core.now import today

RESULTS = Path(__file__).parents[1] / "results" / "notices.json"
#: What is set against the aims; smaller sizes are for trying the bench itself.
REGION, MAILS, FLOOD = 17_000, 3_000, 100_000

Figures = dict[str, Any]


def main() -> int:
    """Measure on every engine asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.notices", description="Measure checks and mails.")
    parser.add_argument("--engines", default=",".join(ENGINES), help=" and ".join(ENGINES))
    parser.add_argument("--region", type=int, default=REGION, help="municipalities of the check")
    parser.add_argument("--mails", type=int, default=MAILS, help="digests")
    parser.add_argument("--flood", type=int, default=FLOOD, help="late commitments of one municipality")
    parser.add_argument("--json", type=Path, default=RESULTS, metavar="FILE")
    wanted = parser.parse_args()
    day = today(ZONE)
    answer: Figures = {"measured_on": day.isoformat(), "machine": machine(), "engines": {}}
    for engine in wanted.engines.split(","):
        with tempfile.TemporaryDirectory(prefix="compromiso-bench-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            with addresses(engine, folder) as new_address:
                answer["engines"][engine] = _on(engine, new_address, folder, day, wanted)
    wanted.json.parent.mkdir(parents=True, exist_ok=True)
    wanted.json.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
    return 0


def _on(
    engine: str, new_address: Callable[[str], str], folder: Path, day: date, wanted: argparse.Namespace
) -> Figures:
    """Every phase on one engine, by name."""
    found: Figures = {}

    def run(label: str, phase: str, address: str, size: int, mail: str = "") -> None:
        told = {"DATABASE": address, "FOLDER": str(folder), "DAY": day.isoformat(), "SIZE": str(size)}
        own = {f"BENCH_{name}": value for name, value in told.items()} | ({"BENCH_MAIL": mail} if mail else {})
        command = [sys.executable, "-m", "bench.notices.phases", phase]
        done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{label} on {engine}:\n{done.stderr[-3000:]}")
        found[label] = json.loads(done.stdout.splitlines()[-1])
        sys.stderr.write(f"{engine}: {label}: {found[label]}\n")

    region = new_address("region")
    run("seed the region", "seed_region", region, wanted.region)
    for label, phase in (
        ("check, nothing to do", "idle"),
        ("check, 0.5 % change", "tick"),
        ("check, a second time at once", "tick"),
        ("verify", "verify"),
    ):
        run(label, phase, region, wanted.region)
    mailing, flood = new_address("mailing"), new_address("flood")
    run("seed the mailing", "seed_region", mailing, wanted.mails // len(UNITS))
    run("check of everything", "everything", mailing, 0)
    run("compose", "compose", mailing, 0)
    run("seed the flood", "seed_late", flood, wanted.flood)
    run("check of the flood", "tick", flood, 0)
    run("compose the flood", "compose", flood, 0)
    with sink.running() as server:
        run("deliver", "deliver", mailing, 0, server)
        run("deliver the flood", "deliver", flood, 0, server)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
