"""One municipality of the registry: what it is, who belongs to it; written down and corrected."""

from typing import Any

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.agenda.forms.registering import KIND_WORDS, MembersForm, RegisterForm
from tracker.agenda.succession.passing_on import count_open
from tracker.agenda.views import agenda
from tracker.agenda.views.registry.once import take_in
from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.core.both_texts import differences
from tracker.core.db import db
from tracker.core.errors import EditConflict, NotHere, Refused
from tracker.core.forms import no_choice, options
from tracker.core.i18n import _, label, ngettext
from tracker.core.web import done, page
from tracker.territory.models import Municipality
from tracker.territory.queries import countries, place_of, places_with_codes
from tracker.territory.registry.associations import add_members, associations_of, members_by_name, remove_member
from tracker.territory.registry.listed import read_list
from tracker.territory.registry.municipalities import (
    Registered,
    correct,
    mark_of,
    municipality_at,
    register,
    states,
)
from tracker.territory.registry.workshops import workshops_of


@agenda.get("/municipalities/<id:municipality_id>")
def municipality(municipality_id: int) -> Response:
    """What the registry knows of it, and what can be done with it."""
    return municipality_page(municipality_at(municipality_id))


@agenda.get("/municipalities/new")
def new_municipality() -> Response:
    """An empty form."""
    return _form_page(RegisterForm(), None)


@agenda.post("/municipalities")
def create_municipality() -> Response:
    """Write one down."""
    form = _offered(RegisterForm(), None)

    def write(act: Act) -> str:
        return url_for(".municipality", municipality_id=register(act, _facts(form)).id)

    taken = take_in(form, write, url_for("monitoring.places"), _("Written down."))
    return taken or _form_page(form, None, 422)


@agenda.get("/municipalities/<id:municipality_id>/edit")
def edit_municipality(municipality_id: int) -> Response:
    """The form with what stands."""
    row = municipality_at(municipality_id)
    return _form_page(RegisterForm(data=_typed_before(row)), row)


@agenda.post("/municipalities/<id:municipality_id>/edit")
def save_municipality(municipality_id: int) -> Response:
    """Save corrections; a second editor gets both texts side by side."""
    row = municipality_at(municipality_id)
    form = _offered(RegisterForm(), row)
    if not form.validate_on_submit():
        return _form_page(form, row, 422)
    db.session.rollback()
    try:
        correct(act_here("UTC"), municipality_id, _facts(form), form.stood.data or "")
        db.session.commit()
    except EditConflict:
        db.session.rollback()
        row = municipality_at(municipality_id)
        theirs = _typed_before(row)
        form.stood.data = theirs["stood"]
        return _form_page(form, row, 409, both_texts=differences(form, theirs))
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _form_page(form, municipality_at(municipality_id), 422)
    return done(_("Saved."), url_for(".municipality", municipality_id=municipality_id))


@agenda.post("/municipalities/<id:municipality_id>/members")
def save_members(municipality_id: int) -> Response:
    """Note who belongs to an association; where a line is not understood, nothing is noted and the list is kept."""
    row = _association(municipality_id)
    form = MembersForm()
    if not form.validate_on_submit():
        return municipality_page(row, form, 422)
    ids, form.lines.errors = read_list(str(form.lines.data), row.country_code)
    if form.lines.errors:
        return municipality_page(row, form, 422)
    db.session.rollback()
    try:
        new = add_members(act_here("UTC"), municipality_id, ids)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.lines.errors = [str(refused.message)]
        return municipality_page(_association(municipality_id), form, 422)
    said = ngettext("%(num)s municipality noted.", "%(num)s municipalities noted.", new)
    return done(said, url_for(".municipality", municipality_id=municipality_id))


@agenda.post("/municipalities/<id:municipality_id>/members/<id:member_id>/removal")
def take_member_off(municipality_id: int, member_id: int) -> Response:
    """It does not belong to the association any more."""
    _association(municipality_id)
    db.session.rollback()
    remove_member(act_here("UTC"), municipality_id, member_id)
    db.session.commit()
    said = _("It does not belong to the association any more.")
    return done(said, url_for(".municipality", municipality_id=municipality_id))


def municipality_page(row: Municipality, members_form: MembersForm | None = None, status: int = 200) -> Response:
    """The page of one; `members_form` is a list that could not be taken in."""
    is_association = row.kind == "association"
    return page(
        "agenda/municipality.html",
        status,
        row=row,
        kind=KIND_WORDS[row.kind],
        open_count=count_open(row.id),
        successors=places_with_codes((row.replaced_by or "").split()),
        associations=associations_of(row.id),
        workshops=workshops_of(row.id),
        is_association=is_association,
        members=members_by_name(row.id) if is_association else [],
        form=members_form or MembersForm(formdata=None),
        seen=g.visitor.scope.covers(place_of(row)),
    )


def _association(municipality_id: int) -> Municipality:
    row = municipality_at(municipality_id)
    if row.kind != "association":
        raise NotHere(municipality_id)
    return row


def _offered(form: RegisterForm, row: Municipality | None) -> RegisterForm:
    """The form with what can be chosen; states of its country, or of all while the country is open."""
    known = sorted(((c.code, label(c.name)) for c in countries()), key=lambda pair: pair[1])
    form.country_code.choices = options([no_choice(), *known])
    names = [
        (str(s.id), s.name if row is not None else f"{s.country_code} · {s.name}")
        for s in states(row.country_code if row is not None else None)
    ]
    form.state_id.choices = options([no_choice(), *names])
    return form


def _form_page(form: RegisterForm, row: Municipality | None, status: int = 200, **more: Any) -> Response:
    return page("agenda/municipality_form.html", status, form=_offered(form, row), row=row, **more)


def _facts(form: RegisterForm) -> Registered:
    return Registered(
        name=form.name.data or "",
        country_code=form.country_code.data or "",
        official_code=form.official_code.data or "",
        kind=str(form.kind.data),
        state_id=int(form.state_id.data) if form.state_id.data else None,
        population=form.population.data,
        valid_from=form.valid_from.data,
    )


def _typed_before(row: Municipality) -> dict[str, Any]:
    return {
        "stood": mark_of(row),
        "name": row.name,
        "kind": row.kind,
        "country_code": row.country_code,
        "official_code": row.official_code,
        "state_id": str(row.state_id or ""),
        "population": row.population,
        "valid_from": row.valid_from,
    }
