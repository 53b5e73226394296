"""Writes of what happens to promises: reports, and what has to be looked at afresh."""

from tracker.follow_up.operations.afresh import forget_checks, look_afresh, take_back_checks
from tracker.follow_up.operations.noting import add_note
from tracker.follow_up.operations.obstacles import InTheWay, clear_obstacle, report_obstacle
from tracker.follow_up.operations.reporting import Report, report_progress

__all__ = [
    "InTheWay",
    "Report",
    "add_note",
    "clear_obstacle",
    "forget_checks",
    "look_afresh",
    "report_obstacle",
    "report_progress",
    "take_back_checks",
]
