"""Pages of the consent that a monitor enters data for a municipality."""

from tracker.accounts.views.consent import giving

__all__ = ["giving"]
