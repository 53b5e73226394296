"""Where a commitment was promised before its municipality closed or was divided, and where it goes on."""

from flask import g, url_for

from tracker.agenda.models import Commitment
from tracker.core.i18n import _
from tracker.territory.queries import places_with_codes


def elsewhere(promise: Commitment) -> list[tuple[str, str, str | None]]:
    """(words, which one, address where the visitor sees it): where it was promised before, and where it is now."""
    named = [(_("It was promised in"), promise.origin), (_("It goes on as"), promise.passed_to)]
    named = [(words, name) for words, name in named if name]
    if not named:
        return []
    places = {place.code: place for place in places_with_codes([name.partition("/")[0] for _words, name in named])}
    found = []
    for words, name in named:
        code, _slash, own = name.partition("/")
        place = places.get(code)
        seen = place is not None and g.visitor.scope.covers(place)
        url = url_for("follow_up.commitment", place=place, code=own) if seen else None
        found.append((words, f"{place.name if place else code} · {own}", url))
    return found
