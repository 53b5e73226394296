"""How well a municipality's promises are kept and followed: the whole, each unit, and partners apart."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for

from tracker.agenda.queries.keeping import quality_of
from tracker.agenda.rules import Tally
from tracker.core.i18n import _
from tracker.core.now import today
from tracker.monitoring.views import monitoring
from tracker.territory.queries import unit_names_of
from tracker.territory.rules import Place


@dataclass(frozen=True)
class Line:
    """One lead, or several together: its name, what stands behind its figures, and where the rows are."""

    name: str
    tally: Tally
    #: The agenda with these words in its address: `line.to(state="open")`.
    to: Callable[..., str]


@monitoring.get("/<place:place>/quality")
def quality(place: Place) -> str:
    """Kept on time, moved, slipped, silent; units by name, so that none is first because of its figures."""
    found = quality_of(place, today(place.zone))
    units = [
        Line(name, found.units.get(unit_id, Tally()), _agenda_of(place, unit_id))
        for unit_id, name in unit_names_of(place.id)
    ]
    if found.nobody.promised:
        units.append(Line(_("nobody leads yet"), found.nobody, _agenda_of(place, "none")))
    return render_template(
        "monitoring/quality.html",
        place=place,
        whole=Line(_("As a whole"), found.own, _agenda_of(place, "own")),
        units=units,
        partners=Line(_("Partners"), found.partners, _agenda_of(place, "partners")),
    )


def _agenda_of(place: Place, unit: int | str) -> Callable[..., str]:
    """Addresses of the agenda for one lead; the state is `all` unless another is asked for."""

    def address(**words: Any) -> str:
        return url_for("agenda.listing", place=place, unit=unit, **{"state": "all", **words})

    return address
