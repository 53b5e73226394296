"""Agendas on their way out: as CSV, as a workbook to go on working in, as an empty one to fill in.

Not for how they come back (exchange.back). Words: selection (what a list shows), note (what a workbook remembers of
how things stood when it left), mark (what tells whether a cell was changed since).
"""

from tracker.exchange.leaving.agenda import KINDS, agenda_csv, file_name, write_agenda
from tracker.exchange.leaving.selection import Selection
from tracker.exchange.leaving.template import template_name, write_template

__all__ = [
    "KINDS",
    "Selection",
    "agenda_csv",
    "file_name",
    "template_name",
    "write_agenda",
    "write_template",
]
