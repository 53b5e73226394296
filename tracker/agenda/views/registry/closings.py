"""How a municipality ends: it closes, it is merged into another one, it is divided."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.forms.registering import ClosingForm, DivisionForm
from tracker.agenda.models import Commitment
from tracker.agenda.succession.ending import MOST_SUCCESSORS, close_municipality, merge, split
from tracker.agenda.succession.passing_on import count_open, open_rows
from tracker.agenda.views import agenda
from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.core.db import db
from tracker.core.errors import EditConflict, Refused
from tracker.core.forms import no_choice, options
from tracker.core.i18n import _, ngettext
from tracker.core.now import today
from tracker.core.web import done, page
from tracker.territory.models import Municipality
from tracker.territory.queries import place_of, places_by_id, units_of
from tracker.territory.registry.listed import read_list
from tracker.territory.registry.municipalities import mark_of, municipality_at
from tracker.territory.rules import Place

#: Commitments that are offered one by one; the rest goes where its unit goes.
ONE_BY_ONE = 300


@agenda.get("/municipalities/<id:municipality_id>/closing")
def closing(municipality_id: int) -> Response:
    """When it ends, where nothing is open; else the ways that carry it on."""
    return _ending_page(municipality_at(municipality_id), ClosingForm(), "closing")


@agenda.post("/municipalities/<id:municipality_id>/closing")
def close_one(municipality_id: int) -> Response:
    """Close it."""

    def write(act: Act, form: ClosingForm, until_on: date, successor: int | None) -> str:
        close_municipality(act, municipality_id, until_on, successor, form.stood.data or "")
        return _("Closed. It can be read further on.")

    return _end(municipality_id, "closing", write)


@agenda.get("/municipalities/<id:municipality_id>/merging")
def merging(municipality_id: int) -> Response:
    """Into which one, and what goes along."""
    return _ending_page(municipality_at(municipality_id), ClosingForm(), "merging")


@agenda.post("/municipalities/<id:municipality_id>/merging")
def merge_one(municipality_id: int) -> Response:
    """Merge it."""

    def write(act: Act, form: ClosingForm, until_on: date, successor: int | None) -> str:
        if successor is None:
            raise Refused(fields={"successor": _("Say which municipality takes its place.")})
        count = len(merge(act, municipality_id, successor, until_on, form.stood.data or ""))
        return ngettext(
            "Closed. %(num)s commitment goes on in the other municipality.",
            "Closed. %(num)s commitments go on in the other municipality.",
            count,
        )

    return _end(municipality_id, "merging", write)


@agenda.get("/municipalities/<id:municipality_id>/division")
def division(municipality_id: int) -> Response:
    """Into which ones; then who takes over what."""
    row = municipality_at(municipality_id)
    typed = request.args.get("successor", "")[:4_000].replace("\x00", "")
    form = DivisionForm(stood=mark_of(row), successor=typed, until_on=today(place_of(row).zone))
    if not typed.strip():
        return _division_page(row, form, [])
    successors, form.successor.errors = _successors(row, typed)
    return _division_page(row, form, successors, 422 if form.successor.errors else 200)


@agenda.post("/municipalities/<id:municipality_id>/division")
def divide(municipality_id: int) -> Response:
    """Divide it."""
    row = municipality_at(municipality_id)
    form = DivisionForm()
    is_right = form.validate_on_submit()
    successors, wrong = _successors(row, str(form.successor.data or ""))
    form.successor.errors = [*form.successor.errors, *wrong]
    if form.until_on.data is None and is_right:
        form.until_on.errors = [_("Give its last day, today at the latest.")]
    if not is_right or wrong or form.until_on.data is None:
        return _division_page(row, form, successors, 422)
    rows = open_rows(row.id)
    shares = _shares(form, rows, {one.code: one.id for one in successors})
    lacking = {str(one.unit_id or 0) for one in rows if one.id not in shares}
    for entry in form.units:
        if entry.form.which.data in lacking:
            entry.form.to.errors = [_("Choose who takes over what it leads.")]
    form.units.errors = [entry.form.errors for entry in form.units if entry.form.errors]
    if lacking & {entry.form.which.data for entry in form.units}:
        return _division_page(row, form, successors, 422)
    act, until_on = act_here(place_of(row).zone), form.until_on.data
    db.session.rollback()
    try:
        count = len(split(act, municipality_id, shares, until_on, form.stood.data or ""))
        db.session.commit()
    except EditConflict as conflict:
        db.session.rollback()
        form.refuse(conflict)
        return _division_page(municipality_at(municipality_id), form, successors, 409)
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _division_page(municipality_at(municipality_id), form, successors, 422)
    said = ngettext(
        "Closed. %(num)s commitment goes on in its successors.",
        "Closed. %(num)s commitments go on in its successors.",
        count,
    )
    return done(said, url_for(".municipality", municipality_id=municipality_id))


def _end(municipality_id: int, how: str, write: Callable[[Act, ClosingForm, date, int | None], str]) -> Response:
    row = municipality_at(municipality_id)
    form = ClosingForm()
    is_right = form.validate_on_submit()
    typed, successor = str(form.successor.data or "").strip(), None
    if typed:
        ids, form.successor.errors = read_list(typed, row.country_code)
        if len(ids) > 1:
            form.successor.errors = [_("Name one municipality.")]
        successor = ids[0] if ids else None
    if is_right and form.until_on.data is None:
        form.until_on.errors = [_("Give its last day, today at the latest.")]
    if not is_right or form.successor.errors or form.until_on.data is None:
        return _ending_page(row, form, how, 422)
    act, until_on = act_here(place_of(row).zone), form.until_on.data
    db.session.rollback()
    try:
        said = write(act, form, until_on, successor)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        row = municipality_at(municipality_id)
        return _ending_page(row, form, how, 409 if isinstance(refused, EditConflict) else 422)
    return done(said, url_for(".municipality", municipality_id=municipality_id))


def _ending_page(row: Municipality, form: ClosingForm, how: str, status: int = 200) -> Response:
    if status == 200:
        form.stood.data, form.until_on.data = mark_of(row), today(place_of(row).zone)
    if status == 409:
        form.stood.data = mark_of(row)
    open_count = count_open(row.id)
    return page("agenda/municipality_ending.html", status, row=row, form=form, how=how, open_count=open_count)


def _successors(row: Municipality, typed: str) -> tuple[list[Place], list[str]]:
    """Who takes over, in the order typed, and what is wrong with the list."""
    ids, wrong = read_list(typed, row.country_code)
    if not wrong and row.id in ids:
        wrong = [_("A municipality cannot take its own place. Choose another one.")]
    if len(ids) > MOST_SUCCESSORS:
        return [], [_("At most %(count)s successors.", count=MOST_SUCCESSORS)]
    places = places_by_id(ids)
    if not wrong and any(place.closed_on for place in places.values()):
        wrong = [_("Choose a municipality that is not closed.")]
    return ([], wrong) if wrong else ([places[one] for one in ids], [])


def _shares(form: DivisionForm, rows: Sequence[Commitment], ids: dict[str, int]) -> dict[int, int]:
    """Who takes over which commitment: as chosen for it, else as chosen for its unit."""
    by_unit = {entry.form.which.data: ids.get(entry.form.to.data or "") for entry in form.units}
    by_row = {entry.form.which.data: ids.get(entry.form.to.data or "") for entry in form.rows}
    found = {row.id: by_row.get(str(row.id)) or by_unit.get(str(row.unit_id or 0)) for row in rows}
    return {row_id: successor for row_id, successor in found.items() if successor}


def _division_page(
    row: Municipality, form: DivisionForm, successors: Sequence[Place], status: int = 200
) -> Response:
    asks_who = bool(successors) or request.method == "POST"
    rows = open_rows(row.id) if asks_who else []
    counts = Counter(one.unit_id or 0 for one in rows)
    names = {unit.id: unit.name for unit in units_of(row.id)} if rows else {}
    leads = [(unit_id, names.get(unit_id) or _("Without a unit"), counts[unit_id]) for unit_id in sorted(counts)]
    while len(form.units) < len(leads):
        form.units.append_entry({"which": str(leads[len(form.units)][0])})
    shown = rows[:ONE_BY_ONE]
    while len(form.rows) < len(shown):
        form.rows.append_entry({"which": str(shown[len(form.rows)].id)})
    to = [(one.code, one.name) for one in successors]
    for entry in form.units:
        entry.form.to.choices = options([no_choice(), *to])
    for entry in form.rows:
        entry.form.to.choices = options([no_choice(_("as its unit")), *to])
    if status == 409:
        form.stood.data = mark_of(row)
    return page(
        "agenda/municipality_division.html",
        status,
        row=row,
        form=form,
        asks_who=asks_who,
        leads=list(zip(leads, form.units, strict=False)),
        rows=list(zip(shown, form.rows, strict=False)),
        left=len(rows) - len(shown),
        most=MOST_SUCCESSORS,
    )
