"""Units and their addresses: who hears in each of them, and the field that corrects it."""

from typing import Any

from flask import Response, g

from tracker.core.i18n import _, ngettext
from tracker.core.web import page
from tracker.follow_up.escalation import roster_of
from tracker.follow_up.forms.reporting import MailboxForm
from tracker.follow_up.views import follow_up
from tracker.permissions import ENTERERS
from tracker.territory.queries import units_of
from tracker.territory.rules import Place


@follow_up.get("/<place:place>/units")
def units(place: Place) -> Response:
    """Every unit of a municipality with whom a notice reaches."""
    return units_page(place)


def units_page(place: Place, status: int = 200, wrong: tuple[int, MailboxForm] | None = None) -> Response:
    """The page; `wrong` is a unit with what could not be taken as its address."""
    roster = roster_of([place.id])
    stands_in = bool(roster.coordinators.get(place.id))
    lines = []
    for unit in units_of(place.id):
        form = wrong[1] if wrong and wrong[0] == unit.id else MailboxForm(formdata=None, mailbox=unit.mailbox or "")
        form.mailbox.id = f"mailbox-{unit.id}"
        lines.append((unit, form, _who_hears(len(roster.units[unit.id]), stands_in)))
    return page(
        "follow_up/units.html",
        status,
        place=place,
        lines=lines,
        wrong=wrong[1] if wrong else None,
        may_write=bool(g.visitor.roles_at(place) & ENTERERS),
    )


def _who_hears(listeners: int, stands_in: bool) -> dict[str, Any]:
    """Tone and words: how many addresses are reached, or who stands in."""
    if listeners:
        words = ngettext("reaches %(num)s address", "reaches %(num)s addresses", listeners)
        return {"tone": "done", "words": words}
    if stands_in:
        return {"tone": "soon", "words": _("nobody is reached: the coordinator hears instead")}
    return {"tone": "late", "words": _("nobody is reached")}
