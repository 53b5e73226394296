"""Units written down and renamed; people put into them, corrected, taken out."""

from collections.abc import Callable

from flask import url_for
from werkzeug.wrappers import Response

from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.core.db import db
from tracker.core.forms import Form
from tracker.core.i18n import _
from tracker.core.web import done, page
from tracker.follow_up.forms.reporting import PersonForm, UnitForm
from tracker.follow_up.operations import look_afresh
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.once import take_in
from tracker.territory.queries import unit_of
from tracker.territory.registry.staffing import (
    Staff,
    add_unit,
    change_person,
    person_of,
    put_person,
    rename_unit,
    take_person_out,
)
from tracker.territory.rules import Place


@follow_up.get("/<place:place>/units/new")
def new_unit(place: Place) -> Response:
    """An empty form."""
    return _unit_page(place, None, UnitForm(), 200)


@follow_up.post("/<place:place>/units")
def create_unit(place: Place) -> Response:
    """Write one down."""
    form = UnitForm()

    def write(act: Act) -> None:
        add_unit(act, place.id, form.name.data or "")

    return _taken(place, form, write) or _unit_page(place, None, form, 422)


@follow_up.get("/<place:place>/units/<id:unit_id>/edit")
def edit_unit(place: Place, unit_id: int) -> Response:
    """The form with its name."""
    return _unit_page(place, unit_id, UnitForm(data={"name": unit_of(place.id, unit_id).name}), 200)


@follow_up.post("/<place:place>/units/<id:unit_id>/edit")
def save_unit(place: Place, unit_id: int) -> Response:
    """Call it otherwise."""
    form = UnitForm()
    unit_of(place.id, unit_id)

    def write(act: Act) -> None:
        rename_unit(act, place.id, unit_id, form.name.data or "")

    return _taken(place, form, write) or _unit_page(place, unit_id, form, 422)


@follow_up.get("/<place:place>/units/<id:unit_id>/people/new")
def new_person(place: Place, unit_id: int) -> Response:
    """An empty form."""
    return _person_page(place, unit_id, None, PersonForm(), 200)


@follow_up.post("/<place:place>/units/<id:unit_id>/people")
def create_person(place: Place, unit_id: int) -> Response:
    """Put somebody into the unit; what holds at present is told to a new address by the next check."""
    form = PersonForm()
    unit_of(place.id, unit_id)

    def write(act: Act) -> None:
        put_person(act, place.id, unit_id, _staff(form))
        look_afresh(act, place, unit_id)

    return _taken(place, form, write) or _person_page(place, unit_id, None, form, 422)


@follow_up.get("/<place:place>/units/<id:unit_id>/people/<id:person_id>/edit")
def edit_person(place: Place, unit_id: int, person_id: int) -> Response:
    """The form with what is known."""
    person = person_of(place.id, unit_id, person_id)
    known = {name: getattr(person, name) or "" for name in ("name", "post", "phone", "email")}
    return _person_page(place, unit_id, person_id, PersonForm(data=known), 200)


@follow_up.post("/<place:place>/units/<id:unit_id>/people/<id:person_id>/edit")
def save_person(place: Place, unit_id: int, person_id: int) -> Response:
    """Correct it."""
    form = PersonForm()
    person_of(place.id, unit_id, person_id)

    def write(act: Act) -> None:
        change_person(act, place.id, unit_id, person_id, _staff(form))
        look_afresh(act, place, unit_id)

    return _taken(place, form, write) or _person_page(place, unit_id, person_id, form, 422)


@follow_up.post("/<place:place>/units/<id:unit_id>/people/<id:person_id>/removal")
def remove_person(place: Place, unit_id: int, person_id: int) -> Response:
    """Take somebody out of the unit."""
    db.session.rollback()
    act = act_here(place.zone)
    name = take_person_out(act, place.id, unit_id, person_id)
    look_afresh(act, place, unit_id)
    db.session.commit()
    return done(_("%(name)s is not in the unit any more.", name=name), url_for(".units", place=place))


def _taken(place: Place, form: Form, write: Callable[[Act], object]) -> Response | None:
    return take_in(place, form, write, url_for(".units", place=place), _("Saved."))


def _staff(form: PersonForm) -> Staff:
    return Staff(form.name.data or "", form.post.data or "", form.phone.data or "", form.email.data or "")


def _unit_page(place: Place, unit_id: int | None, form: UnitForm, status: int) -> Response:
    return page("follow_up/unit.html", status, place=place, form=form, unit_id=unit_id)


def _person_page(place: Place, unit_id: int, person_id: int | None, form: PersonForm, status: int) -> Response:
    return page(
        "follow_up/person.html",
        status,
        place=place,
        form=form,
        unit=unit_of(place.id, unit_id),
        person_id=person_id,
    )
