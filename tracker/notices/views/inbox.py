"""The inbox: what I was told."""

from flask import g, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.audit.acting import act_here
from tracker.core.db import db
from tracker.core.i18n import _, format_day, format_instant
from tracker.core.now import local_day, zone
from tracker.core.web import done, page
from tracker.notices.forms import ChoicesForm
from tracker.notices.preferring import choose, preference_of
from tracker.notices.presenting import AUDIENCE_WORDS, TONES, state_words, what_words, when_words
from tracker.notices.queries import notices_to
from tracker.notices.rules import PREFERENCES
from tracker.notices.views import notices
from tracker.notices.views.own_place import stand_at_own_place
from tracker.territory.queries import places_by_id

PAGE = 50


@notices.get("/inbox")
def inbox() -> str:
    """Notices to the visitor's own address, newest first, each with its reason."""
    before = request.args.get("before", "")
    before_id = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    rows = notices_to(g.visitor.email, PAGE + 1, before_id)
    shown = rows[:PAGE]
    places = places_by_id(sorted({n.municipality_id for n in shown}))
    lines = []
    for notice in shown:
        place = places[notice.municipality_id]
        lines.append(
            {
                "tone": TONES[notice.facts["clock"]],
                "what": what_words(notice),
                "due": when_words(notice),
                "title": notice.facts["title"],
                "of": notice.facts.get("of"),
                "unit": notice.facts.get("unit"),
                "code": notice.facts["code"],
                "url": url_for("follow_up.commitment", place=place, code=notice.facts["code"]),
                "place": place.name,
                "why": str(AUDIENCE_WORDS[notice.audience]),
                "state": state_words(notice),
                "day": format_day(local_day(notice.raised_at, place.zone)),
                "exact": format_instant(notice.raised_at, zone(place.zone)),
                "iso": notice.raised_at.isoformat(),
            }
        )
    stand_at_own_place()
    older = url_for("notices.inbox", before=shown[-1].id) if len(rows) > PAGE else None
    pager = {"words": _("newest first"), "previous_url": None, "next_url": older} if older else None
    return render_template("notices/inbox.html", lines=lines, pager=pager)


@notices.get("/inbox/choices")
def choices() -> Response:
    """What the visitor's own address hears by mail."""
    stand_at_own_place()
    form = ChoicesForm(data=preference_of(g.visitor.email))
    return page("notices/choices.html", form=form, address=g.visitor.email)


@notices.post("/inbox/choices")
def save_choices() -> Response:
    """Save it."""
    form = ChoicesForm()
    if not form.validate_on_submit():
        return page("notices/choices.html", 422, form=form, address=g.visitor.email)
    wanted = {name: bool(form[name].data) for name in PREFERENCES}
    choose(act_here("UTC"), g.visitor.email, wanted, f"user:{g.visitor.user_id}")
    db.session.commit()
    return done(_("Saved. It counts from the next mail on."), url_for("notices.choices"))
