"""Pages about no municipality in particular: whoever belongs to one stands there all the same."""

from flask import g

from tracker.territory.queries import places_by_id


def stand_at_own_place() -> None:
    """Let the frame of the page name the visitor's own municipality, where it is one."""
    own = {role.municipality_id for role in g.visitor.roles if role.municipality_id}
    if len(own) == 1:
        g.place = places_by_id(list(own)).get(*own)
        g.country_code = g.place.country_code if g.place else None
