"""Pages of workshops and courses: what they were, who came, and inviting their coordinators at once."""

from tracker.accounts.views.workshops import listing, starting, writing

__all__ = ["listing", "starting", "writing"]
