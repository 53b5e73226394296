"""`python -m bench.exports`: each export in a process of its own; prints and writes what it found."""

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

from bench.exports.telling import KINDS, RESULTS
from bench.machine import machine
from bench.places import ENGINES, addresses
from bench.seed import ZONE
from tracker.core.now import today

Figures = dict[str, Any]


def main() -> int:
    """Measure on every engine asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.exports", description="Measure exports of agendas.")
    parser.add_argument("--engines", default=",".join(ENGINES), help=" and ".join(ENGINES))
    parser.add_argument("--sizes", default="1000,10000,100000", help="commitments of the municipality")
    parser.add_argument("--json", type=Path, default=RESULTS, metavar="FILE")
    wanted = parser.parse_args()
    sizes, day = [int(size) for size in wanted.sizes.split(",")], today(ZONE)
    answer: Figures = {"measured_on": day.isoformat(), "machine": machine(), "engines": {}}
    for engine in wanted.engines.split(","):
        with tempfile.TemporaryDirectory(prefix="compromiso-bench-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            with addresses(engine, folder) as new_address:
                answer["engines"][engine] = _on(engine, new_address, folder, day, sizes)
    wanted.json.parent.mkdir(parents=True, exist_ok=True)
    wanted.json.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
    return 0


def _on(engine: str, new_address: Callable[[str], str], folder: Path, day: date, sizes: list[int]) -> Figures:
    """Kind → size → what it cost."""
    found: Figures = {kind: {} for kind in KINDS}
    for size in sizes:
        address = new_address(f"exports_{size}")
        _phase("seed", address, folder, day, size)
        for kind in KINDS:
            found[kind][str(size)] = _phase(kind, address, folder, day, size)
            sys.stderr.write(f"{engine}: {kind} of {size:,}: {found[kind][str(size)]}\n")
    return found


def _phase(phase: str, address: str, folder: Path, day: date, size: int) -> Figures:
    told = {"DATABASE": address, "FOLDER": str(folder), "DAY": day.isoformat(), "SIZE": str(size)}
    own = {f"BENCH_{name}": value for name, value in told.items()}
    command = [sys.executable, "-m", "bench.exports.phases", phase]
    done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{phase} of {size}:\n{done.stderr[-3000:]}")
    answer: Figures = json.loads(done.stdout.splitlines()[-1])
    return answer


if __name__ == "__main__":
    raise SystemExit(main())
