"""Pages about what becomes of a date: it hangs on a condition, it rests for a time."""

from tracker.agenda.views.dates import condition, suspending

__all__ = ["condition", "suspending"]
