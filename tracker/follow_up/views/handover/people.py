"""Somebody hands over to somebody else: the person, a coordinator, an administrator; and the act of it."""

from datetime import date
from typing import Any

from flask import abort, g, request, url_for
from werkzeug.wrappers import Response

from tracker.accounts.models import Membership
from tracker.accounts.rules import GIVES, LOCAL
from tracker.accounts.words import ROLE_WORDS
from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.audit.once import taken_once
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.core.forms import no_choice, options
from tracker.core.i18n import _, _l, format_long_day
from tracker.core.now import today
from tracker.core.uploads import hand_out, store_upload
from tracker.core.web import done, page
from tracker.follow_up.forms.handing import HandoverForm
from tracker.follow_up.handing.leaving import handover_of, leaving_at, successors_at
from tracker.follow_up.handing.moving import Successor, hand_over
from tracker.follow_up.views import follow_up
from tracker.notices.words import period_words
from tracker.territory.queries import hold
from tracker.territory.rules import Place

#: All that may be handed over in a municipality.
ALL = frozenset(LOCAL)
HOW_WORDS = {
    "self": _l("by the person"),
    "coordinator": _l("by the municipal coordination"),
    "administrator": _l("by the administration"),
    "monitor": _l("by who looks after the municipality, with the signed letter"),
}


@follow_up.get("/<place:place>/people/<id:membership_id>/handover")
def hand_over_form(place: Place, membership_id: int) -> Response:
    """What would move, and who takes over."""
    user_id, roles = _whose(place, membership_id)
    return _form_page(place, user_id, roles, _empty_form(place), membership_id)


@follow_up.post("/<place:place>/people/<id:membership_id>/handover")
def hand_over_post(place: Place, membership_id: int) -> Response:
    """Hand over in one step."""
    user_id, roles = _whose(place, membership_id)
    form = HandoverForm()
    form.successor.choices = _successors(place, user_id)
    how = "administrator" if "administrator" in g.visitor.roles_at(place) else "coordinator"
    url = url_for(".person_act", place=place, handover_id=0)
    address = take_over(place, form, user_id, roles, how, url) if form.validate_on_submit() else None
    if address is None:
        return _form_page(place, user_id, roles, form, membership_id, 422)
    return done(_("Handed over."), address)


@follow_up.get("/<place:place>/leaving")
def leave_form(place: Place) -> Response:
    """Hand over what one does oneself: what would move, and who takes over."""
    return _form_page(place, g.visitor.user_id, ALL, _empty_form(place))


@follow_up.post("/<place:place>/leaving")
def leave(place: Place) -> Response:
    """Hand over in one step; whoever did so is signed out."""
    form = HandoverForm()
    form.successor.choices = _successors(place, g.visitor.user_id)
    home = url_for("follow_up.home")
    address = take_over(place, form, g.visitor.user_id, ALL, "self", home) if form.validate_on_submit() else None
    if address is None:
        return _form_page(place, g.visitor.user_id, ALL, form, status=422)
    return done(_("Handed over. Thank you for your work."), address)


@follow_up.get("/<place:place>/handovers/<id:handover_id>")
def person_act(place: Place, handover_id: int) -> Response:
    """The act, to be printed: what stood on the day."""
    row = handover_of(place.id, handover_id)
    return page("follow_up/person_act.html", place=place, **act_words(row))


@follow_up.get("/<place:place>/handovers/<id:handover_id>/letter")
def handover_letter(place: Place, handover_id: int) -> Response:
    """The signed letter; never opened inside the site."""
    row = handover_of(place.id, handover_id)
    if not row.stored_name:
        raise NotHere(handover_id)
    return hand_out(row.stored_name, row.original_name, row.media_type)


def take_over(
    place: Place, form: HandoverForm, user_id: int, roles: frozenset[str], how: str, url: str
) -> str | None:
    """Do it once; where the act is, `url` with the id in place of 0. None where the form is shown again."""
    db.session.rollback()
    try:
        letter = store_upload(request.files.get("letter"), "letter")
    except Refused as refused:
        form.refuse(refused)
        return None

    def write(act: Act) -> str:
        made = hand_over(act, place, user_id, roles, how, _successor(form), letter, form.note.data or "")
        return url.replace("/0", f"/{made.id}") if url.endswith("/0") else url

    address = taken_once(act_here(place.zone), form, lambda: hold(place.id), write, url)
    if address is not None:
        db.session.commit()
    return address


def act_words(row: Any) -> dict[str, Any]:
    """A handover in words, for the page of its act."""
    facts = row.facts
    lines = [
        {
            **line,
            "due": _due(line["due_on"], line["precision"]),
        }
        for line in facts["rows"]
    ]
    return {
        "row": row,
        "day": format_long_day(row.on),
        "how": HOW_WORDS[row.how],
        "roles": [ROLE_WORDS[name] for name in facts["roles"]],
        "facts": facts,
        "lines": lines,
        "rest": facts["open"] - len(lines),
    }


def _due(text: str | None, precision: str) -> str:
    return period_words(date.fromisoformat(text), precision) if text else _("no date")


def _whose(place: Place, membership_id: int) -> tuple[int, frozenset[str]]:
    """(whose role it is, the roles of that person that the visitor may hand over)."""
    held = db.session.get(Membership, membership_id)
    if held is None or held.municipality_id != place.id or held.role not in LOCAL:
        raise NotHere(membership_id)
    roles = ALL if "administrator" in g.visitor.roles_at(place) else GIVES["coordinator"]
    if held.role not in roles:
        abort(403)
    return held.user_id, roles


def _empty_form(place: Place) -> HandoverForm:
    return HandoverForm(how="mail", language=place.languages[0])


def _successors(place: Place, user_id: int) -> list[Any]:
    known = [(str(one), name) for one, name in successors_at(place, user_id)]
    return options([no_choice(_("somebody new")), *known])


def _successor(form: HandoverForm) -> Successor:
    if form.successor.data:
        return Successor(int(form.successor.data))
    email = form.email.data or "" if form.how.data == "mail" else ""
    return Successor(None, form.name.data or "", email, str(form.language.data))


def _form_page(
    place: Place,
    user_id: int,
    roles: frozenset[str],
    form: HandoverForm,
    membership_id: int | None = None,
    status: int = 200,
) -> Response:
    leaving = leaving_at(place, user_id, roles, today(place.zone))
    form.successor.choices = _successors(place, user_id)
    if membership_id is None:
        action = url_for(".leave", place=place)
    else:
        action = url_for(".hand_over_post", place=place, membership_id=membership_id)
    return page(
        "follow_up/person_handover.html",
        status,
        place=place,
        form=form,
        action=action,
        name=leaving.user.name,
        roles=[ROLE_WORDS[role] for role in leaving.roles],
        facts=leaving.facts,
        is_own=membership_id is None,
    )
