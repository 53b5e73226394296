"""The wall clock, stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import time_machine


@contextmanager
def at(instant: str) -> Iterator[time_machine.Traveller]:
    """Stop the clock at an instant such as `2026-11-23T15:00Z` for the length of a block.

    What it yields moves it: `clock.shift(3600)`, `clock.move_to(...)`.
    """
    with time_machine.travel(moment(instant), tick=False) as clock:
        yield clock


def moment(instant: str) -> datetime:
    """An aware instant from its text; without an offset it is in UTC."""
    read = datetime.fromisoformat(instant)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
