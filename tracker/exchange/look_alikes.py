"""Rows without a code that look like something in the agenda: offered with the reason, never matched in silence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LookAlike:
    """A row, and a commitment of the agenda that it may be about."""

    row: int
    title: str
    #: Of the commitment in the agenda.
    code: str
    their_title: str
    #: How alike the titles are, 0-100.
    percent: int
    same_unit: bool
    #: In words (lazy text).
    why: object
