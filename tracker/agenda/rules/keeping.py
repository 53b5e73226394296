"""Whether promises are kept by their first date, and what a group of them adds up to."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tracker.core.ladder import ladder

#: What became of a promise whose first date has passed and of which that can be said.
ANSWERS = ("on_time", "after_moving", "missed", "pending")


@dataclass(frozen=True)
class KeptFacts:
    """What decides whether a promise was kept: values of one row, or the columns; none but the outcome is null."""

    #: Not promised yet.
    draft: Any
    #: Promised elsewhere since: it counts there.
    passed_on: Any
    #: The first promised date; NEVER where there was none.
    first_on: Any
    #: The present one; LONG_AGO where there is none.
    due_on: Any
    completed_on: Any
    cancelled_on: Any
    outcome: Any
    not_stated: Any


def kept_on(facts: KeptFacts, day: Any) -> Any:
    """One of ANSWERS; `unknown` (done, nobody says when) or `none` (its first date has not passed on that day).

    A str for values, a SQL CASE for columns. What was dropped by its first date was withdrawn before it fell due.
    """
    fulfilled = facts.outcome == "fulfilled"
    return ladder(
        [
            (facts.draft | facts.passed_on | (day <= facts.first_on), "none"),
            (facts.cancelled_on <= facts.first_on, "none"),
            ((day < facts.completed_on) & (day < facts.cancelled_on), "pending"),
            (fulfilled & facts.not_stated, "unknown"),
            (fulfilled & (facts.completed_on <= facts.first_on), "on_time"),
            (fulfilled & (facts.completed_on <= facts.due_on), "after_moving"),
        ],
        "missed",
    )


@dataclass(frozen=True)
class Tally:
    """What stands behind the figures of one lead, or of several together; counts of commitments, no drafts."""

    #: All that were promised here and not passed on.
    promised: int = 0
    open: int = 0
    silent: int = 0
    on_time: int = 0
    after_moving: int = 0
    missed: int = 0
    pending: int = 0
    unknown: int = 0
    #: Whose date moved, and how often those dates did in all.
    moved: int = 0
    moves: int = 0
    #: That have a date now, and the sum of days by which these slipped.
    dated: int = 0
    slipped_days: int = 0
    last_sign_on: date | None = None

    @property
    def fell_due(self) -> int:
        """Whose first promised date has passed and of which it can be said what became of them."""
        return self.on_time + self.after_moving + self.missed + self.pending

    @property
    def on_time_share(self) -> int | None:
        """Whole percent kept by the first promised date, of those that fell due; None where none did."""
        return share(self.on_time, self.fell_due)

    @property
    def silent_share(self) -> int | None:
        """Whole percent without news, of the open ones; None where none is open."""
        return share(self.silent, self.open)

    @property
    def average_slippage(self) -> Decimal | None:
        """Days, to a tenth, by which the dates of dated ones lie after the first; None where none is dated."""
        if not self.dated:
            return None
        return (Decimal(self.slipped_days) / self.dated).quantize(Decimal("0.1"), ROUND_HALF_UP)


def together(tallies: Iterable[Tally]) -> Tally:
    """The tally of several leads as one: counts added, the latest sign."""
    several = list(tallies)
    counts = [one.name for one in fields(Tally) if one.name != "last_sign_on"]
    signs = [one.last_sign_on for one in several if one.last_sign_on is not None]
    sums = {name: sum(getattr(one, name) for one in several) for name in counts}
    return Tally(**sums, last_sign_on=max(signs, default=None))


def share(part: int, whole: int) -> int | None:
    """Whole percent, to the nearest; None of nothing. 0 means none and 100 means all, whatever rounding says."""
    if whole == 0:
        return None
    if part in (0, whole):
        return 100 * part // whole
    return min(99, max(1, (200 * part + whole) // (2 * whole)))
