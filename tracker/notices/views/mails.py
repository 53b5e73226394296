"""Mail: did everything leave? Every message with its state, and what each one says."""

from datetime import UTC, datetime, tzinfo
from typing import Any

from flask import abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.accounts.rules import Visitor, scope_of
from tracker.audit.acting import act_here
from tracker.audit.operations import remember_submission
from tracker.audit.queries import result_of_submission
from tracker.core.db import begin_write, db
from tracker.core.i18n import _, format_day, format_instant, format_number, ngettext
from tracker.core.now import is_zone, local_day, utc_now, zone
from tracker.core.web import done
from tracker.notices.deciding import send_again
from tracker.notices.forms import ClickForm
from tracker.notices.presenting import (
    KIND_WORDS,
    answer_words,
    doubt_words,
    mail_words,
    said_lines,
    try_events,
)
from tracker.notices.queries.held import held_in
from tracker.notices.queries.mails import (
    COUNTED,
    STATES,
    Reach,
    Said,
    Wanted,
    count_mails,
    mail_in,
    mails_in,
    municipalities_of,
    parts_of,
    said_by,
    tries_of,
)
from tracker.notices.views import notices
from tracker.notices.views.own_place import stand_at_own_place
from tracker.permissions import MAIL_READERS, WRITERS
from tracker.territory.queries import hold_all, places_by_id
from tracker.territory.rules import Place

PAGE = 50
#: Municipalities with held mails that are named.
MOST_HELD = 20


@notices.get("/mail")
def mails() -> str:
    """Every message the visitor may see, newest first."""
    reach, now, wanted = _reach(MAIL_READERS), utc_now(), _wanted()
    stand_at_own_place()
    rows = mails_in(reach, wanted, PAGE + 1)
    shown = rows[:PAGE]
    said = said_by([row[0] for row in shown], reach.scope)
    places = places_by_id(sorted({each.place_id for each in said.values()}))
    older = _address(wanted, before=shown[-1][0].id) if len(rows) > PAGE else None
    held = held_in(reach.scope, now)
    many_places = reach.scope.sees_many
    return render_template(
        "notices/mails.html",
        lines=[_line(row, said.get(row[0].id), places, now, many_places) for row in shown],
        failed=_count(reach, "failed"),
        waiting=_count(reach, "waiting"),
        held=held[:MOST_HELD],
        held_rest=max(0, len(held) - MOST_HELD),
        may_decide={h.place.id for h in held if g.visitor.roles_at(h.place) & WRITERS},
        chips=_chips(wanted),
        wanted=wanted,
        many_places=many_places,
        is_filtered=bool(wanted.state or wanted.address or wanted.place),
        pager={"words": _("newest first"), "previous_url": None, "next_url": older} if older else None,
        address=_address,
    )


@notices.get("/mail/<id:mail_id>")
def mail(mail_id: int) -> str:
    """One message: its headers, each try, what it says and what was taken out of it."""
    reach, now = _reach(MAIL_READERS), utc_now()
    found = mail_in(reach, mail_id)
    if found is None:
        abort(404)
    message, name, day = found
    may_send = mail_in(_reach(WRITERS), mail_id) is not None
    stand_at_own_place()
    parts = parts_of(message, reach.scope)
    about = [notice for part in parts.values() for notice in part.notices]
    places = places_by_id(sorted({notice.municipality_id for notice in about}))
    first = places[min(places)] if places else None
    here = _zone(first)
    tone, words = mail_words(message, here, now)
    return render_template(
        "notices/mail.html",
        mail=message,
        name=name,
        kind=KIND_WORDS.get(message.kind, message.kind),
        day=format_day(day or local_day(message.created_at, str(here))),
        composed=_instant(message.created_at, first),
        sent=_instant(message.sent_at, first) if message.sent_at else None,
        tone=tone,
        words=words,
        doubt=doubt_words(message),
        answer=answer_words(message.answer) if tone in ("late", "soon") else "",
        events=try_events(message, tries_of(mail_id), here, now),
        parts={part: (said_lines(own.notices, places), own) for part, own in parts.items()},
        place_count=len(places),
        form=ClickForm() if may_send and message.state == "failed" else None,
    )


@notices.post("/mail/<id:mail_id>/sending")
def send_mail_again(mail_id: int) -> Response:
    """Let a mail that failed try anew."""
    reads, writes = mail_in(_reach(MAIL_READERS), mail_id), mail_in(_reach(WRITERS), mail_id)
    if reads is None:
        abort(404)
    if writes is None:
        abort(403)
    form, url = ClickForm(), url_for("notices.mail", mail_id=mail_id)
    act = act_here("UTC")
    db.session.rollback()
    begin_write()
    hold_all(municipalities_of(mail_id))
    if result_of_submission(form.click(), act.user_id):
        return redirect(url, 303)
    send_again(act, mail_id)
    remember_submission(form.click(), act, url)
    db.session.commit()
    return done(_("It is on its way again, under the same Message-ID."), url)


def _reach(roles: frozenset[str]) -> Reach:
    """The mails that the visitor sees by these roles alone; others, held elsewhere, count for nothing here."""
    visitor: Visitor = g.visitor
    held = tuple(role for role in visitor.roles if role.name in roles)
    return Reach(scope_of(held), any(role.name == "administrator" for role in held))


def _wanted() -> Wanted:
    """The filters of the address; what is not on a list counts as not given."""
    args = request.args
    state, before = args.get("state", ""), args.get("before", "")
    return Wanted(
        state=state if state in STATES else "",
        address=_text(args.get("q", "")),
        place=_text(args.get("place", "")),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
    )


def _text(typed: str) -> str:
    return "".join(sign for sign in typed[:100] if sign.isprintable()).strip()


def _address(wanted: Wanted, **changes: Any) -> str:
    """The address of this selection, from its newest mail on."""
    held = {"state": wanted.state, "q": wanted.address, "place": wanted.place, **changes}
    return url_for("notices.mails", **{name: value for name, value in held.items() if value})


def _chips(wanted: Wanted) -> list[dict[str, Any]]:
    words = {
        "": _("all"),
        "waiting": _("waiting"),
        "sent": _("delivered"),
        "failed": _("not delivered"),
        "cancelled": _("cancelled"),
        "doubt": _("in doubt"),
    }
    return [
        {"text": text, "url": _address(wanted, state=state), "current": state == wanted.state}
        for state, text in words.items()
    ]


def _count(reach: Reach, state: str) -> tuple[int, str]:
    """How many mails are in this state: for choosing words, and as shown."""
    number = count_mails(reach, state)
    if number > COUNTED:
        return number, _("more than %(count)s", count=format_number(COUNTED))
    return number, format_number(number)


def _line(
    row: Any, said: Said | None, places: dict[int, Place], now: datetime, many_places: bool
) -> dict[str, Any]:
    message, name, day = row
    place = places[said.place_id] if said else None
    tone, words = mail_words(message, _zone(place), now)
    count = said.count if said else 0
    about = [
        name if name != message.address else None,
        place.name if place and many_places else None,
        format_day(day or local_day(message.created_at, "UTC")),
        str(KIND_WORDS.get(message.kind, message.kind)),
        ngettext("%(num)s notice", "%(num)s notices", count),
        ngettext("%(num)s try", "%(num)s tries", message.attempts) if message.attempts else None,
    ]
    return {
        "to": message.address,
        "url": url_for("notices.mail", mail_id=message.id),
        "about": " · ".join(text for text in about if text),
        "tone": tone,
        "words": words,
        "doubt": doubt_words(message),
        "answer": answer_words(message.answer) if message.state != "cancelled" else "",
    }


def _zone(place: Place | None) -> tzinfo:
    return zone(place.zone) if place and is_zone(place.zone) else UTC


def _instant(instant: datetime, place: Place | None) -> str:
    """An instant where the municipality is, or at the meridian where the mail is about none."""
    text = format_instant(instant, _zone(place))
    return text if place else _("%(when)s (UTC)", when=text)
