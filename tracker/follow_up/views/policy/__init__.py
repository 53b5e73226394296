"""Pages of policies: the figures of the installation, a country, a municipality; what a change would do."""

from tracker.follow_up.views.policy import pages

__all__ = ["pages"]
