"""The Act of the person behind the present request: read at the edge, handed to operations."""

from flask import g

from tracker.audit.models import Act
from tracker.core.now import local_day, utc_now


def act_here(zone_name: str) -> Act:
    """Who is signed in, acting now through a page, on the local day of that zone."""
    now = utc_now()
    return Act(g.visitor.user_id, g.visitor.name, "page", now, local_day(now, zone_name))
