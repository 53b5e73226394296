"""The part of docs/performance.md about notices, from bench/results/notices.json."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[1] / "results" / "notices.json"
#: Seconds, mails a second and MiB that the product is held to.
IDLE_S, CHANGING_S, COMPOSE_S, MAILS_A_SECOND, MOST_MIB = 1.0, 60.0, 10.0, 300, 150
_SEEDING = ("seed the region", "seed the mailing", "seed the flood", "check of everything")

Figures = dict[str, Any]


def lines() -> Iterator[str]:
    """The section, nothing where it was never measured."""
    if not RESULTS.is_file():
        return
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    engines: dict[str, Figures] = results["engines"]
    first = next(iter(engines.values()))
    yield "## Notices\n"
    yield (
        f"`python -m bench.notices`, {results['measured_on']}: {first['seed the region']['municipalities']:,} "
        f"municipalities of 400 rows for the check; {first['compose']['digests']:,} digests of "
        f"{first['compose']['notices']:,} notices composed and delivered over SMTP on the same machine; "
        f"one municipality with {first['seed the flood']['late']:,} late commitments that no check has seen. "
        "Each phase is a process of its own; memory is its peak, "
        "of which the application alone, idle, is about 115 MiB.\n"
    )
    if results.get("notes"):
        yield f"{results['notes']}\n"
    yield "| | " + " | ".join(engines) + " |"
    yield "|:--|" + "--:|" * len(engines)
    for label in first:
        if label not in _SEEDING and label != "verify":
            yield f"| {label} | " + " | ".join(_told(found[label]) for found in engines.values()) + " |"
    yield ""
    yield "| aim | " + " | ".join(engines) + " |"
    yield "|:--|" + "--:|" * len(engines)
    judged_by_engine = [list(_judged(found)) for found in engines.values()]
    for aim, *judged in zip(_AIMS, *judged_by_engine, strict=True):
        yield f"| {aim} | " + " | ".join(judged) + " |"
    yield ""


def _told(figures: Figures) -> str:
    counts = ", ".join(
        f"{figures[name]:,} {name}" for name in ("notices", "digests", "sent") if figures.get(name) is not None
    )
    return f"{figures['seconds']:,.2f} s, {figures['peak_mib']} MiB" + (f" ({counts})" if counts else "")


_AIMS = (
    f"nothing to do: ≤ {IDLE_S:g} s",
    f"0.5 % changing: ≤ {CHANGING_S:g} s",
    f"a second run at once: ≤ {IDLE_S:g} s",
    "standings, and the clocks of sampled rows, agree",
    f"digests composed in ≤ {COMPOSE_S:g} s",
    f"mails delivered at ≥ {MAILS_A_SECOND} a second",
    f"memory of every phase ≤ {MOST_MIB} MiB",
)


def _judged(found: Figures) -> Iterator[str]:
    """What one engine found against each of the aims."""
    for label, most in (
        ("check, nothing to do", IDLE_S),
        ("check, 0.5 % change", CHANGING_S),
        ("check, a second time at once", IDLE_S),
    ):
        yield _verdict(f"{found[label]['seconds']:,.2f} s", found[label]["seconds"] <= most)
    agreed = found["verify"]
    wrong = agreed["different"] + agreed["wrong_clocks"]
    yield _verdict(f"{wrong} of {agreed['standings'] + agreed['sampled']:,} differ", not wrong)
    yield _verdict(f"{found['compose']['seconds']:,.2f} s", found["compose"]["seconds"] <= COMPOSE_S)
    rate = found["deliver"]["sent"] / found["deliver"]["seconds"]
    yield _verdict(f"{rate:,.0f} a second", rate >= MAILS_A_SECOND)
    peak = max(figures["peak_mib"] for label, figures in found.items() if label not in (*_SEEDING, "verify"))
    yield _verdict(f"{peak} MiB", peak <= MOST_MIB)


def _verdict(told: str, held: bool) -> str:
    return f"{told} {'held' if held else '**missed**'}"
