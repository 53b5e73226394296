"""What people ask of each other: new dates, obstacles to clear, a word on how far it is and the answer to it."""

from tracker.follow_up.views.asking import asked, assessing, dates, obstacles

__all__ = ["asked", "assessing", "dates", "obstacles"]
