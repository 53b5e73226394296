"""What one cell says, strictly: a value that could mean two things is none. Every refusal is a CellError.

Refusals carry lazy text, so that they come out in the language of whoever reads them.
"""

from tracker.exchange.cells.days import day, due_day, first_day, is_year, last_day
from tracker.exchange.cells.numbers import number, percent
from tracker.exchange.cells.texts import CellError, line, text

__all__ = ["CellError", "day", "due_day", "first_day", "is_year", "last_day", "line", "number", "percent", "text"]
