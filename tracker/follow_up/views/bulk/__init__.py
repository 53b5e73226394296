"""Several commitments in one go: choosing them, what becomes of them, taking it back."""

from tracker.follow_up.views.bulk import choosing, dates, ending, leading, questions

__all__ = ["choosing", "dates", "ending", "leading", "questions"]
