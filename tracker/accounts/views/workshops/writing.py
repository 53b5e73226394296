"""Workshops written down and corrected; which municipalities came."""

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from tracker.accounts.forms.workshops import CameForm, WorkshopForm
from tracker.accounts.views import accounts
from tracker.accounts.views.workshops.around import seen_workshop
from tracker.accounts.words import KIND_WORDS
from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.audit.once import taken_once
from tracker.core.both_texts import differences
from tracker.core.db import begin_write, db
from tracker.core.errors import EditConflict, Refused
from tracker.core.forms import no_choice, options, version_of
from tracker.core.i18n import _, label, ngettext
from tracker.core.web import done, page
from tracker.territory.models import Workshop
from tracker.territory.queries import countries
from tracker.territory.registry.listed import read_list
from tracker.territory.registry.workshops import (
    Attendance,
    Course,
    Session,
    edit_workshop,
    note_came,
    note_did_not_come,
    write_workshop,
)

_PLAIN = ("name", "kind", "venue", "starts_on", "ends_on")


@accounts.get("/workshops/new")
def new_workshop() -> Response:
    """An empty form."""
    return _form_page(_offered(WorkshopForm()), None)


@accounts.post("/workshops")
def create_workshop() -> Response:
    """Write one down."""
    form = _offered(WorkshopForm())
    if not form.validate_on_submit():
        return _form_page(form, None, 422)

    def write(act: Act) -> str:
        return url_for(".came", workshop_id=write_workshop(act, _course(form)).id)

    db.session.rollback()
    address = taken_once(act_here("UTC"), form, begin_write, write, url_for(".workshops"))
    if address is None:
        return _form_page(form, None, 422)
    db.session.commit()
    return done(_("Written down."), address)


@accounts.get("/workshops/<id:workshop_id>/edit")
def edit_workshop_form(workshop_id: int) -> Response:
    """The form with what stands."""
    row = seen_workshop(workshop_id)
    return _form_page(_offered(WorkshopForm(data=_typed_before(row))), row)


@accounts.post("/workshops/<id:workshop_id>/edit")
def save_workshop(workshop_id: int) -> Response:
    """Save corrections; a second editor gets both texts side by side."""
    form = _offered(WorkshopForm())
    row = seen_workshop(workshop_id)
    if not form.validate_on_submit():
        return _form_page(form, row, 422)
    db.session.rollback()
    try:
        edit_workshop(act_here("UTC"), workshop_id, _course(form), version_of(form.version.data))
        db.session.commit()
    except EditConflict:
        db.session.rollback()
        row = seen_workshop(workshop_id)
        theirs = _typed_before(row)
        form.version.data = theirs["version"]
        return _form_page(form, row, 409, both_texts=differences(form, theirs))
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _form_page(form, seen_workshop(workshop_id), 422)
    return done(_("Saved."), url_for(".workshop", workshop_id=workshop_id))


@accounts.get("/workshops/<id:workshop_id>/municipalities")
def came(workshop_id: int) -> Response:
    """An empty list to type into."""
    return _came_page(seen_workshop(workshop_id), CameForm())


@accounts.post("/workshops/<id:workshop_id>/municipalities")
def save_came(workshop_id: int) -> Response:
    """Note who came; where a line is not understood, nothing is noted and the list is kept."""
    form = CameForm()
    row = seen_workshop(workshop_id)
    if not form.validate_on_submit():
        return _came_page(row, form, 422)
    ids, form.lines.errors = read_list(str(form.lines.data), row.country_code or "")
    if form.lines.errors:
        return _came_page(row, form, 422)
    db.session.rollback()
    act = act_here("UTC")
    begin_write()
    new = note_came(act, seen_workshop(workshop_id), ids)
    db.session.commit()
    said = ngettext("%(num)s municipality noted.", "%(num)s municipalities noted.", new)
    if new < len(ids):
        said += " " + ngettext("%(num)s had been noted.", "%(num)s had been noted.", len(ids) - new)
    return done(said, url_for(".workshop", workshop_id=workshop_id))


@accounts.post("/workshops/<id:workshop_id>/municipalities/<id:municipality_id>/removal")
def remove_came(workshop_id: int, municipality_id: int) -> Response:
    """It did not come after all."""
    act = act_here("UTC")
    db.session.rollback()
    begin_write()
    note_did_not_come(act, seen_workshop(workshop_id), municipality_id)
    db.session.commit()
    return done(_("Taken off the list of who came."), url_for(".workshop", workshop_id=workshop_id))


def _offered(form: WorkshopForm) -> WorkshopForm:
    """The form with what can be chosen, and an empty row at each end."""
    form.kind.choices = options(KIND_WORDS.items())
    known = sorted(((c.code, label(c.name)) for c in countries()), key=lambda pair: pair[1])
    form.country_code.choices = options([no_choice(), *known])
    for entry in form.attendance:
        entry.form.country_code.choices = options([no_choice(), *known])
    return form


def _form_page(form: WorkshopForm, row: Workshop | None, status: int = 200, **more: Any) -> Response:
    for _n in range(60):
        if len(form.sessions) >= 60 or (len(form.sessions) > 2 and not form.sessions[-3].form.title.data):
            break
        form.sessions.append_entry()
    for _n in range(100):
        if len(form.attendance) >= 100 or (len(form.attendance) > 2 and not _counts(form.attendance[-3].form)):
            break
        form.attendance.append_entry()
    return page("accounts/workshop_form.html", status, form=_offered(form), workshop=row, **more)


def _came_page(row: Workshop, form: CameForm, status: int = 200) -> Response:
    return page("accounts/workshop_came.html", status, workshop=row, form=form)


def _counts(part: Any) -> tuple[int, int, int] | None:
    """Women, men, not stated; None where nothing was typed."""
    counts = part.women.data, part.men.data, part.not_stated.data
    return None if counts == (None, None, None) else (counts[0] or 0, counts[1] or 0, counts[2] or 0)


def _course(form: WorkshopForm) -> Course:
    plain: dict[str, Any] = {name: getattr(form, name).data for name in _PLAIN}
    sessions = tuple(
        Session(entry.form.on.data, entry.form.title.data or "")
        for entry in form.sessions
        if entry.form.title.data or entry.form.on.data
    )
    attendance = tuple(
        Attendance(entry.form.country_code.data or "", entry.form.sector.data or "", *counts)
        for entry in form.attendance
        if (counts := _counts(entry.form))
    )
    country = form.country_code.data or ""
    return Course(**plain, country_code=country, sessions=sessions, attendance=attendance)


def _typed_before(row: Workshop) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in _PLAIN},
        "country_code": row.country_code or "",
        "version": str(row.version),
        "sessions": [{"on": one.on, "title": one.title} for one in row.sessions],
        "attendance": [
            {
                "country_code": one.country_code or "",
                "sector": one.sector,
                "women": one.women,
                "men": one.men,
                "not_stated": one.not_stated,
            }
            for one in row.attendance
        ],
    }
