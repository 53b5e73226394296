"""Pages of the daily check: its runs, one of them, and what it would tell on another day."""

from tracker.follow_up.views.checking import check, checks, dry_run

__all__ = ["check", "checks", "dry_run"]
