"""The Act of the person behind the present request: read at the edge, handed to operations."""

from flask import g

from tracker.audit.models import Act
from tracker.core.now import local_day, utc_now

#: Roles by which somebody writes as the municipality itself.
OWN = frozenset({"administrator", "coordinator", "officer"})


def act_here(zone_name: str) -> Act:
    """Who is signed in, acting now through a page, on the local day of that zone."""
    now = utc_now()
    roles = g.visitor.roles_at(g.place) if g.get("place") is not None else frozenset()
    door = "assistant" if "assistant" in roles and not roles & OWN else "page"
    return Act(g.visitor.user_id, g.visitor.name, door, now, local_day(now, zone_name))
