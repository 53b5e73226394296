"""Inviting the coordinators of a workshop's municipalities at once, by mail or on slips to print."""

import re
from collections.abc import Sequence
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from tracker.accounts.forms.workshops import StartForm
from tracker.accounts.operations.invitations import Wish
from tracker.accounts.operations.starting import invite_coordinators
from tracker.accounts.queries.starting import COORDINATOR, slips_of_workshop, starts_of
from tracker.accounts.rules import Role, gives_at
from tracker.accounts.slips import join_url, slip_of
from tracker.accounts.views import accounts
from tracker.accounts.views.workshops.around import seen_workshop
from tracker.accounts.words import ROLE_WORDS
from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.audit.once import taken_once
from tracker.core.db import begin_write, db
from tracker.core.errors import NotHere
from tracker.core.i18n import _, ngettext
from tracker.core.now import utc_now
from tracker.core.web import done, page
from tracker.territory.models import Workshop
from tracker.territory.queries import places_by_id
from tracker.territory.registry.workshops import came_to
from tracker.territory.rules import Place, name_key

#: Municipalities on one page of the form; the next ones follow once these are invited.
AT_ONCE = 100


@accounts.get("/workshops/<id:workshop_id>/invitations")
def start_form(workshop_id: int) -> Response:
    """Every municipality that came and that nobody coordinates yet."""
    row = seen_workshop(workshop_id)
    places, left = _to_invite(_open_to(row))
    form = StartForm(starts=[{"municipality": str(place.id), "chosen": True} for place in places])
    return _start_page(row, form, places, left)


@accounts.post("/workshops/<id:workshop_id>/invitations")
def start(workshop_id: int) -> Response:
    """Invite whom is ticked: by mail who has an address, on a slip who has none. Or fill the rows from a list."""
    row = seen_workshop(workshop_id)
    form = StartForm()
    known = _open_to(row)
    places = [_place_of(entry.form.municipality.data, known) for entry in form.starts]
    is_right = form.validate_on_submit()
    if request.form.get("as") == "fill":
        unknown = _fill(form, places)
        return _start_page(row, form, places, 0, 200 if is_right and not unknown else 422, unknown)
    wishes = [
        _wish(place, entry.form) for place, entry in zip(places, form.starts, strict=True) if entry.form.chosen.data
    ]
    if is_right and not wishes:
        form.form_errors.append(_("Tick at least one municipality."))
    if not is_right or not wishes:
        db.session.rollback()
        return _start_page(row, form, places, 0, 422)
    on_paper = any(wish.on_paper for wish in wishes)

    # A second click finds it done: then it says again what was ticked.
    invited = [wish.role.municipality_id for wish in wishes]

    def write(act: Act) -> None:
        invited[:] = [one.municipality_id for one in invite_coordinators(act, wishes)]

    home = url_for(".workshop_slips" if on_paper else ".workshop", workshop_id=row.id)
    db.session.rollback()
    address = taken_once(act_here("UTC"), form, begin_write, write, home)
    if address is None:
        return _start_page(seen_workshop(workshop_id), form, places, 0, 422)
    db.session.commit()
    said = ngettext("%(num)s municipality is invited.", "%(num)s municipalities are invited.", len(invited))
    return done(said, address)


@accounts.get("/workshops/<id:workshop_id>/slips")
def workshop_slips(workshop_id: int) -> Response:
    """The open slips of its municipalities, to print and cut."""
    row = seen_workshop(workshop_id)
    slips = slips_of_workshop(row.id, utc_now())
    places = places_by_id(sorted({slip.municipality_id for slip in slips if slip.municipality_id}))
    lines = [
        {
            **slip_of(slip, place.zone),
            "role": ROLE_WORDS[slip.role],
            "where": place.name,
        }
        for slip in slips
        if (place := places[slip.municipality_id or 0]) and _may_invite(place)
    ]
    back = url_for(".workshop", workshop_id=row.id), row.name
    return page("accounts/slips.html", back=back, slips=lines, join_url=join_url())


def _may_invite(place: Place) -> bool:
    return place.closed_on is None and COORDINATOR in gives_at(g.visitor, place)


def _open_to(row: Workshop) -> dict[int, Place]:
    """The municipalities of a workshop that the visitor may invite to, by country and name."""
    ids = [one.id for one in db.session.scalars(came_to(row.id, g.visitor.scope))]
    places = places_by_id(ids)
    return {one: places[one] for one in ids if _may_invite(places[one])}


def _to_invite(known: dict[int, Place]) -> tuple[list[Place], int]:
    """Up to AT_ONCE of these municipalities that wait for an invitation, and how many wait beyond them."""
    starts = starts_of(list(known), utc_now())
    waiting = [place for place in known.values() if starts[place.id].is_free]
    return waiting[:AT_ONCE], max(0, len(waiting) - AT_ONCE)


def _place_of(typed: str | None, known: dict[int, Place]) -> Place:
    """One of these municipalities; raises NotHere."""
    text = typed or ""
    if not (text.isascii() and text.isdigit() and len(text) < 16 and not text.startswith("0")):
        raise NotHere(text)
    place = known.get(int(text))
    if place is None:
        raise NotHere(text)
    return place


def _wish(place: Place, part: Any) -> Wish:
    email = part.email.data or ""
    name = part.name.data or _("Coordination of %(place)s", place=place.name)
    return Wish(Role(COORDINATOR, place.id), name, email, place.languages[0], not email)


def _fill(form: StartForm, places: Sequence[Place]) -> list[str]:
    """Fill the rows in from the pasted list (`municipality; name; address`); lines that fit no row."""
    rows = {place.code: entry for place, entry in zip(places, form.starts, strict=True)}
    by_name: dict[str, list[Any]] = {}
    for place, entry in zip(places, form.starts, strict=True):
        by_name.setdefault(name_key(place.name), []).append(entry)
    unknown, kept = [], []
    for line in str(form.pasted.data or "").splitlines():
        cells = [cell.strip() for cell in re.split(r"[;\t]", line)]
        if not any(cells):
            continue
        called = by_name.get(name_key(cells[0]), [])
        entry = rows.get(cells[0].lower()) or (called[0] if len(called) == 1 else None)
        if entry is None:
            unknown.append(cells[0])
            kept.append(line)
            continue
        for cell in cells[1:]:
            field = entry.form.email if "@" in cell else entry.form.name
            field.data = cell[:254] or field.data
        entry.form.chosen.data = True
    form.pasted.data = "\n".join(kept)
    return unknown


def _start_page(
    row: Workshop,
    form: StartForm,
    places: Sequence[Place],
    left: int,
    status: int = 200,
    unknown: Sequence[str] = (),
) -> Response:
    return page(
        "accounts/workshop_start.html",
        status,
        workshop=row,
        form=form,
        rows=list(zip(places, form.starts, strict=True)),
        left=left,
        unknown=unknown,
    )
