"""What pages are held to, and whether a run held it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.subjects import BARE_VIEW, EMPTY_PAGE, SUBJECTS
from bench.tables import growth, queries_of

TIMES_EMPTY, MOST_QUERIES, MOST_GROWTH, TIMES_BARE = 3.0, 15, 1.3, 10.0
PAGES = tuple(subject.name for subject in SUBJECTS if subject.is_page)


@dataclass(frozen=True)
class Verdict:
    """One aim, for one subject on one engine."""

    subject: str
    aim: str
    found: str
    held: bool


def verdicts(engine: dict[str, Any]) -> Iterator[Verdict]:
    """Every aim against what one engine's run found."""
    sizes = engine["sizes"]
    bare = max(size["subjects"][EMPTY_PAGE]["times_bare"] for size in sizes)
    yield Verdict(EMPTY_PAGE, f"≤ {TIMES_BARE:g} × the {BARE_VIEW}", f"{bare:.1f} ×", bare <= TIMES_BARE)
    for page in PAGES:
        measures = [size["subjects"][page] for size in sizes]
        times = max(m["times_empty"] for m in measures)
        yield Verdict(page, f"≤ {TIMES_EMPTY:g} × the {EMPTY_PAGE}", f"{times:.2f} ×", times <= TIMES_EMPTY)
        most, same = max(m["queries"] for m in measures), len({m["queries"] for m in measures}) == 1
        few = most <= MOST_QUERIES and same
        yield Verdict(page, f"≤ {MOST_QUERIES} queries, equal at every N", queries_of(measures), few)
        if len(sizes) > 1:
            grown = growth(measures)
            ends = f"N={sizes[-1]['municipalities']:,} ≤ {MOST_GROWTH:g} × N={sizes[0]['municipalities']:,}"
            yield Verdict(page, ends, f"{grown:.2f} ×", grown <= MOST_GROWTH)
