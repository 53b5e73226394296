"""The part of docs/performance.md about changes of policy, from bench/results/policies.json."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.agendas import COMMITMENTS, MILESTONES
from bench.policies.visiting import PAGES, UPDATE

RESULTS = Path(__file__).parents[1] / "results" / "policies.json"
#: A page's median while clocks are reckoned anew, to its median while nothing else goes on.
MOST_TIMES = 3.0

Figures = dict[str, Any]


def lines() -> Iterator[str]:
    """The section, nothing where it was never measured."""
    if not RESULTS.is_file():
        return
    runs: list[Figures] = json.loads(RESULTS.read_text(encoding="utf-8"))["runs"]
    yield "## Changes of policy\n"
    yield (
        "`python -m bench.policies`: the figures of the installation change, and with them the clocks of nearly "
        f"every open row; the tick reckons anew all N municipalities of {COMMITMENTS * (1 + MILESTONES)} rows, in "
        "batches, while the web process serves pages of one of them over HTTP, one after the other with a short "
        "pause, and takes an update twice a second. Stretches without a change come before, between and after; "
        "*idle* is what they felt. Medians; worst in brackets. Above 1,000 municipalities there is no history.\n"
    )
    for run in runs:
        if run["note"]:
            yield f"{_name(run)}, {run['measured_on']}: {run['note']}\n"
    yield "| | aim | " + " | ".join(_name(run) for run in runs) + " |"
    yield "|:--|:--|" + "--:|" * len(runs)
    for name in PAGES:
        yield _row(f"{name}: idle → meanwhile", f"≤ {MOST_TIMES:g} ×", runs, _page(name))
    yield _row(f"{UPDATE}: idle → meanwhile", "", runs, _update)
    yield _row("updates refused meanwhile", "none", runs, _refused)
    yield _row("all N anew", "", runs, _whole)
    yield _row("a transaction holds its municipalities", "", runs, _batches)
    yield _row("peak memory of the tick", "", runs, lambda run: f"{run['redo_mib']} MiB")
    yield _row("standings, and the clocks of sampled rows, agree; none left behind", "all", runs, _verified)
    yield ""


def _row(words: str, aim: str, runs: list[Figures], told: Callable[[Figures], str]) -> str:
    return f"| {words} | {aim} | " + " | ".join(told(run) for run in runs) + " |"


def _name(run: Figures) -> str:
    return f"{run['version']}, N={run['municipalities']:,}"


def _page(name: str) -> Callable[[Figures], str]:
    def told(run: Figures) -> str:
        times = run["beside"][name]["median_ms"] / run["alone"][name]["median_ms"]
        return f"{_felt(run, name)}, {times:.2f} × {_held(times <= MOST_TIMES)}"

    return told


def _update(run: Figures) -> str:
    return _felt(run, UPDATE)


def _felt(run: Figures, name: str) -> str:
    alone, beside = run["alone"][name], run["beside"][name]
    if not alone["count"] or not beside["count"]:
        return "none was taken"
    return " → ".join(f"{felt['median_ms']:,.0f} ms ({felt['worst_ms']:,.0f})" for felt in (alone, beside))


def _refused(run: Figures) -> str:
    refused = run["refused"]["beside"]
    return f"{refused} of {refused + run['beside'][UPDATE]['count']} {_held(not refused)}"


def _whole(run: Figures) -> str:
    seconds, redone = sum(run["seconds"]), sum(run["redone"])
    return f"{seconds / run['rounds']:,.0f} s, {redone / seconds:,.1f} municipalities a second"


def _batches(run: Figures) -> str:
    batches = run["batches"]
    return f"{batches['median_s']:.2f} s, {batches['longest_s']:.2f} s at most ({batches['count']:,} batches)"


def _verified(run: Figures) -> str:
    found = run["verified"]
    wrong = found["different"] + found["wrong_clocks"] + found["left_behind"]
    return f"{wrong} of {found['standings'] + found['sampled']:,} wrong {_held(not wrong)}"


def _held(is_held: bool) -> str:
    return "held" if is_held else "**missed**"
