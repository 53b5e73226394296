"""What happened in a municipality of the demo world, day by day: from its text to a list of events, pure.

Days are numbers from the day of loading (0). A commitment comes into the system on its start, at the latest
200 days before the loading, so that nothing is late when it comes in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from tracker.agenda.rules import end_of_period
from tracker.demo.world_files import Json

#: Latest day on which a commitment is entered.
ENTERED = -200
#: What happens on one day happens in this order.
KINDS = ("enter", "add_step", "recur", "move", "report", "reach_step", "hold", "miss", "complete", "count")


@dataclass(frozen=True)
class Event:
    """Something that happens to a commitment (or, for `count`, to the standing alone) on a day."""

    day: int
    kind: str
    code: str = ""
    #: What the text says: the commitment, one of its milestones, moves or updates.
    facts: Json = field(default_factory=dict, compare=False)


def events_of(world: Json, today: date, soon_days: int) -> list[Event]:
    """Everything up to today in the order it happened, with a count on each day a clock strikes."""
    found = [event for commitment in world["commitments"] for event in _of_commitment(world, commitment)]
    struck = {day for c in world["commitments"] for day in _strikes(c, today, soon_days)}
    counts = ((struck | {0}) - {event.day for event in found}) & set(range(_first_day(found), 1))
    found += [Event(day, "count") for day in counts]
    return sorted(found, key=lambda event: (event.day, KINDS.index(event.kind)))


def promised(commitment: Json) -> int | None:
    """The first day ever promised."""
    day: int | None = commitment.get("first_due", commitment["due"])
    return day


def entered(world: Json, commitment: Json) -> int:
    """The day on which the commitment came into the system."""
    return max(int(world["plan"]["from_on"]), min(ENTERED, int(commitment["start"])))


def occurrences(commitment: Json) -> list[int]:
    """The days on which it recurs, the first on its start; none where it does not."""
    if "recurs" not in commitment:
        return []
    return list(range(commitment["start"], commitment["due"] + 1, 7 * commitment["recurs"]["weeks"]))


def on_day(today: date, offset: int, precision: str = "day") -> date:
    """The day so many days from today, at the end of the period its precision names."""
    return end_of_period(today + timedelta(days=offset), precision)


def _of_commitment(world: Json, commitment: Json) -> Iterator[Event]:
    code, first = commitment["code"], entered(world, commitment)
    yield Event(first, "enter", code, commitment)
    for step in commitment["milestones"]:
        yield Event(_step_entered(commitment, step, first), "add_step", code, step)
        if step["completed"] is not None:
            yield Event(step["completed"], "reach_step", code, step)
    if "recurs" in commitment:
        yield Event(commitment["start"], "recur", code, commitment)
    for day in occurrences(commitment):
        if day < 0:
            missed = commitment["recurs"]["missed"].get(str(day))
            yield Event(day, "miss" if missed else "hold", code, {"day": day, "reason": missed})
    for move in commitment.get("moves", ()):
        yield Event(move["day"], "move", code, move)
    for update in commitment["updates"]:
        yield Event(update["day"], "report", code, update)
    if commitment["completed"] is not None:
        yield Event(commitment["completed"], "complete", code, commitment)


def _step_entered(commitment: Json, step: Json, first: int) -> int:
    """With its commitment; a step beyond the date then promised when that date moved, if not too late."""
    last_day = min(step["due"], step["due"] if step["completed"] is None else step["completed"])
    due = promised(commitment)
    for move in commitment.get("moves", ()):
        if due is None or step["due"] <= due or move["day"] > last_day:
            break
        first, due = move["day"], move["new_due"]
    return int(first)


def _strikes(commitment: Json, today: date, soon_days: int) -> Iterator[int]:
    """Days on which a date of the commitment or of a milestone may become due soon or late."""
    dues = [promised(commitment), *(move["new_due"] for move in commitment.get("moves", ()))]
    ends = [on_day(today, due, commitment["precision"]) for due in dues if due is not None]
    ends += [on_day(today, step["due"]) for step in commitment["milestones"]]
    for end in ends:
        yield (end - today).days - soon_days
        yield (end - today).days + 1


def _first_day(events: list[Event]) -> int:
    return min(event.day for event in events)
