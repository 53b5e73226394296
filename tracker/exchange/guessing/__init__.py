"""Guesses about sheets that nobody made for this product; a person sees them all before anything comes in.

Pure functions on a sheet: nothing here reads or writes the database.
"""

from tracker.exchange.guessing.above import reported_on
from tracker.exchange.guessing.columns import guess_columns
from tracker.exchange.guessing.found import ColumnGuess, SheetSummary, WordFound
from tracker.exchange.guessing.header import guess_header
from tracker.exchange.guessing.remarks import drawn_schedule, remarks_on
from tracker.exchange.guessing.sheets import likely_sheets, sheets_of
from tracker.exchange.guessing.suggesting import suggest_mapping
from tracker.exchange.guessing.words import words_of

__all__ = [
    "ColumnGuess",
    "SheetSummary",
    "WordFound",
    "drawn_schedule",
    "guess_columns",
    "guess_header",
    "likely_sheets",
    "remarks_on",
    "reported_on",
    "sheets_of",
    "suggest_mapping",
    "words_of",
]
