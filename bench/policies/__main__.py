"""`python -m bench.policies`: the policy of the installation changes while people read and write.

Three processes, as a larger installation runs them: one serves pages, one reckons anew, one (this) looks at pages.
Idle stretches and redoing take turns, so that whatever else the machine does meets both. What was measured before
on another engine or at another size stays in the file.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from bench.machine import machine
from bench.places import ENGINES, addresses
from bench.policies.telling import RESULTS
from bench.policies.visiting import PAGES, Felt, Visitor, free_port, look, wait_for
from bench.seed import ZONE
from tracker.core.now import today

#: Rounds of every page before those that count.
WARM_UP = 10

Figures = dict[str, Any]


def main() -> int:
    """Measure on every engine asked for, at every size."""
    parser = argparse.ArgumentParser(prog="python -m bench.policies", description="Measure changes of policy.")
    parser.add_argument("--engines", default=",".join(ENGINES), help=" and ".join(ENGINES))
    parser.add_argument("--sizes", default="100,1000", help="municipalities of 100 commitments")
    parser.add_argument("--rounds", type=int, default=2, help="changes of policy, with an idle stretch between")
    parser.add_argument("--idle", type=float, default=20, help="seconds of an idle stretch")
    parser.add_argument("--note", default="", help="what else the machine did")
    parser.add_argument("--json", type=Path, default=RESULTS, metavar="FILE")
    wanted = parser.parse_args()
    day = today(ZONE)
    for engine in wanted.engines.split(","):
        for size in (int(number) for number in wanted.sizes.split(",")):
            with tempfile.TemporaryDirectory(prefix="compromiso-bench-") as name:
                folder = Path(name)
                folder.chmod(0o755)
                with addresses(engine, folder) as new_address:
                    own = _environment(new_address("policies"), folder, day)
                    found = _measured(own, size, wanted.rounds, wanted.idle)
            told = {"engine": engine, "municipalities": size, "note": wanted.note}
            told |= {"measured_on": day.isoformat(), "machine": machine()}
            sys.stderr.write(f"{engine}, {size:,}: {found}\n")
            _keep(wanted.json, {**told, **found})
    return 0


def _keep(file: Path, run: Figures) -> None:
    """Put one run into the file, in place of an older one of the same engine and size."""
    runs: list[Figures] = json.loads(file.read_text(encoding="utf-8"))["runs"] if file.is_file() else []
    same = (run["engine"], run["municipalities"])
    runs = [held for held in runs if (held["engine"], held["municipalities"]) != same] + [run]
    runs.sort(key=lambda held: (held["municipalities"], ENGINES.index(held["engine"])))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"runs": runs}, indent=1) + "\n", encoding="utf-8")


def _measured(own: dict[str, str], size: int, rounds: int, idle: float) -> Figures:
    """Everything about one region."""
    prepared = _phase("prepare", own, size)
    sys.stderr.write(f"{size:,} municipalities seeded in {prepared['seconds']:.0f} s\n")
    alone, beside = Felt(), Felt()
    redone: list[Figures] = []
    with _serving(own) as port:
        visitor = Visitor(port, prepared["code"], prepared["cookie"], prepared["token"])
        for _ in range(WARM_UP):
            for path in PAGES.values():
                visitor.ask(path)
        alone.add(look(visitor, _after(idle)))
        for nth in range(rounds):
            _phase("change", own, nth)
            with _started("redo", own, size) as process:
                beside.add(look(visitor, lambda process=process: process.poll() is not None))  # type: ignore[misc]
                redone.append(_answer("redo", process))
            sys.stderr.write(f"redone {redone[-1]['redone']:,} in {redone[-1]['seconds']:.1f} s\n")
            alone.add(look(visitor, _after(idle)))
    verified = _phase("verify", own, size)
    batches = [seconds for one in redone for seconds in one["batches"]]
    return {
        "version": prepared["version"],
        "seeded_s": round(prepared["seconds"], 1),
        "rounds": rounds,
        "redone": [one["redone"] for one in redone],
        "seconds": [round(one["seconds"], 1) for one in redone],
        "redo_mib": max(one["peak_mib"] for one in redone),
        "batches": {"count": len(batches), "median_s": median(batches), "longest_s": max(batches)},
        "alone": {name: _felt(seconds) for name, seconds in alone.took.items()},
        "beside": {name: _felt(seconds) for name, seconds in beside.took.items()},
        "refused": {"alone": alone.refused, "beside": beside.refused},
        "verified": {name: verified[name] for name in _VERIFIED},
    }


_VERIFIED = ("standings", "different", "sampled", "wrong_clocks", "left_behind")


def _felt(seconds: list[float]) -> Figures:
    if not seconds:
        return {"count": 0}
    p95 = quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    told = {"median_ms": median(seconds), "p95_ms": p95, "worst_ms": max(seconds)}
    return {"count": len(seconds), **{name: round(value * 1000, 1) for name, value in told.items()}}


def _after(seconds: float) -> Callable[[], bool]:
    end = perf_counter() + seconds
    return lambda: perf_counter() >= end


def _environment(address: str, folder: Path, day: date) -> dict[str, str]:
    told = {"DATABASE": address, "FOLDER": str(folder), "DAY": day.isoformat()}
    return {**os.environ, **{f"BENCH_{name}": value for name, value in told.items()}}


@contextmanager
def _serving(own: dict[str, str]) -> Iterator[int]:
    """The web process; its port."""
    port = free_port()
    with _started("serve", own, port) as process:
        wait_for(port, lambda: process.poll() is not None)
        try:
            yield port
        finally:
            process.terminate()
            process.communicate()


def _phase(phase: str, own: dict[str, str], number: int) -> Figures:
    with _started(phase, own, number) as process:
        return _answer(phase, process)


def _answer(phase: str, process: subprocess.Popen[str]) -> Figures:
    told, _nothing = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{phase} ended with {process.returncode}")
    answer: Figures = json.loads(told.splitlines()[-1])
    return answer


@contextmanager
def _started(phase: str, own: dict[str, str], number: int) -> Iterator[subprocess.Popen[str]]:
    """A phase, killed where something goes wrong here; what it says of errors is said at once."""
    command = [sys.executable, "-m", "bench.policies.phases", phase]
    environment = {**own, "BENCH_SIZE": str(number)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


if __name__ == "__main__":
    raise SystemExit(main())
