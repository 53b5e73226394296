"""Who sees our agenda: inside, partners, those who monitor once it is shared, administrators (noted)."""

from collections.abc import Iterator

from flask import g, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.accounts.models import Look
from tracker.accounts.queries import looks_at
from tracker.agenda.views import agenda
from tracker.audit.acting import act_here
from tracker.core.db import db
from tracker.core.i18n import _, format_day, format_instant
from tracker.core.now import today, zone
from tracker.core.web import done
from tracker.permissions import WRITERS
from tracker.territory.operations import share_agenda, stop_sharing
from tracker.territory.rules import Place

#: Looks shown, the newest.
MOST_LOOKS = 50


@agenda.get("/<place:place>/sharing")
def sharing(place: Place) -> str:
    """Who sees the agenda, and who has looked from outside."""
    shared = format_day(place.shared_on, place.shared_on.year != today(place.zone).year) if place.shared_on else ""
    return render_template(
        "agenda/sharing.html",
        place=place,
        shared=shared,
        looks=[(format_instant(look.at, zone(place.zone)), look.name, words) for look, words in _looks(place)],
        may_write=bool(g.visitor.roles_at(place) & WRITERS),
    )


@agenda.post("/<place:place>/sharing")
def share(place: Place) -> Response:
    """Let those who monitor see it from now on, or no longer."""
    act = act_here(place.zone)
    if request.form.get("shared") == "yes":
        share_agenda(act, place.id)
        said = _("Shared. Those who monitor see the agenda from now on.")
    else:
        stop_sharing(act, place.id)
        said = _("No longer shared. Those who monitor see the name of the municipality alone.")
    db.session.commit()
    return done(said, url_for("agenda.sharing", place=place))


def _looks(place: Place) -> Iterator[tuple[Look, str]]:
    for look in looks_at(place.id, MOST_LOOKS):
        page, _slash, rest = look.path.partition("/")
        code = rest.partition("/")[0]
        if page == "agenda" and code and code not in ("new", "import", "sorting"):
            yield look, _("commitment %(code)s", code=code)
        else:
            known = {"agenda": _("the agenda"), "plan": _("the plan"), "history": _("the history")}
            yield look, known.get(page, _("another page"))
