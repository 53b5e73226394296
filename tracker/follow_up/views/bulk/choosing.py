"""Which commitments, and what is to be done to them; what was done lately, to take it back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.filtering import STATE_WORDS, address_words, choices_at, filters_of
from tracker.agenda.presenting import row_of
from tracker.agenda.queries.listing import moves_of
from tracker.audit.acting import act_here
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _, _l, format_day, ngettext
from tracker.core.now import today
from tracker.core.web import done, page
from tracker.follow_up.bulk.undoing import UNDO_DAYS, Undone, undo_bulk
from tracker.follow_up.queries.bulk import changes_since, codes_of, selected_rows
from tracker.follow_up.views import follow_up
from tracker.territory.rules import Place

KIND_WORDS = {
    "lead": _l("another lead"),
    "dates": _l("other dates"),
    "closing": _l("closed together"),
    "asking": _l("asked how it goes"),
}
#: States whose commitments something can be done to.
CHOSEN_BY = ("open", "overdue", "due_soon", "late_step", "behind", "silent", "blocked", "undated")
#: Codes named of a change.
NAMED = 6


@follow_up.get("/<place:place>/bulk")
def bulk(place: Place) -> Response:
    """Commitments of the address with a box to tick each; `all` ticks them."""
    day = today(place.zone)
    choices = choices_at(place, g.visitor.scope, day)
    filters = filters_of(request.args, choices)
    rows, count = selected_rows(place, g.visitor.scope, filters, day)
    moves = moves_of(rows)

    ticked, words = "all" in request.args, address_words(filters)
    return page(
        "follow_up/bulk/choosing.html",
        place=place,
        filters=filters,
        states=[(name, STATE_WORDS[name]) for name in CHOSEN_BY],
        units=choices.units,
        items=[row_of(row, place, day, moves, may_update=True) for row in rows],
        count=count,
        ticked=ticked,
        all_url=url_for("follow_up.bulk", place=place, **words, all=None if ticked else 1),
        back=url_for("agenda.listing", place=place, **words),
        changes=_lately(place),
        days=UNDO_DAYS,
    )


@follow_up.post("/<place:place>/bulk/<id:change_id>/undoing")
def undo_bulk_post(place: Place, change_id: int) -> Response:
    """Take one back."""
    url = url_for("follow_up.bulk", place=place)
    db.session.rollback()
    try:
        taken = undo_bulk(act_here(place.zone), place, change_id)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return done(str(refused.message), url)
    return done(_said(taken), url)


def changed_words(count: int) -> str:
    """What is said once several were changed."""
    return ngettext(
        "%(num)s commitment changed. Below you can take it back.",
        "%(num)s commitments changed. Below you can take it back.",
        count,
    )


def _said(taken: Undone) -> str:
    said = ngettext("%(num)s is as it was before.", "%(num)s are as they were before.", len(taken.back))
    if taken.left:
        said += " " + _("Changed since, and left as they are: %(codes)s.", codes=", ".join(taken.left))
    return said


def _lately(place: Place) -> Sequence[dict[str, Any]]:
    """What can still be taken back, newest first."""
    changes = changes_since(place.id, today(place.zone) - timedelta(days=UNDO_DAYS))
    codes = codes_of(place.id, [one for change in changes for one in change.commitment_ids])
    lines = []
    for change in changes:
        own = [codes[one] for one in change.commitment_ids if one in codes]
        lines.append(
            {
                "id": change.id,
                "what": KIND_WORDS[change.kind],
                "codes": ", ".join(own[:NAMED]) + (" …" if len(own) > NAMED else ""),
                "count": len(own),
                "by": change.by,
                "on": format_day(change.on),
                "until": format_day(change.on + timedelta(days=UNDO_DAYS)),
            }
        )
    return lines
