"""What tests of the loaded demo world share."""

from datetime import date, datetime

from tracker.territory.queries import place_by_code
from tracker.territory.rules import EVERYWHERE, Place

NOW = datetime.fromisoformat("2026-11-23T15:00:00+00:00")
#: The same day everywhere in the world of the demo.
TODAY = date(2026, 11, 23)


def place_of(code: str) -> Place:
    """The municipality as a plain value."""
    place = place_by_code(code, EVERYWHERE)
    assert place is not None
    return place
