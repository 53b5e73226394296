"""Terms of office: the list, and the form that writes one down or corrects it."""

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.core.both_texts import differences
from tracker.core.db import db
from tracker.core.errors import EditConflict, Refused
from tracker.core.forms import version_of
from tracker.core.i18n import _
from tracker.core.now import today
from tracker.core.web import done, page
from tracker.follow_up.forms.reporting import TermForm
from tracker.follow_up.handing.leaving import handovers_at
from tracker.follow_up.queries.inheriting import undecided_page
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.once import take_in
from tracker.permissions import LOCALS, WRITERS
from tracker.territory.governing import Office, add_term, edit_term, term_row, terms_of
from tracker.territory.models import TermOfOffice
from tracker.territory.rules import Place
from tracker.territory.terms import ends_soon, term_on


@follow_up.get("/<place:place>/terms")
def terms(place: Place) -> Response:
    """All terms, newest first, with the way to the handover."""
    day = today(place.zone)
    known = terms_of(place.id)
    present = term_on(known, day)
    return page(
        "follow_up/terms.html",
        place=place,
        terms=known[::-1],
        present=present,
        ending=present is not None and ends_soon(present, day),
        waiting=undecided_page(place.id, present)[1] if present else 0,
        may_write=bool(g.visitor.roles_at(place) & WRITERS),
        people=handovers_at(place.id),
        may_leave=not place.is_closed and bool(g.visitor.roles_at(place) & LOCALS),
    )


@follow_up.get("/<place:place>/terms/new")
def new_term(place: Place) -> Response:
    """An empty form."""
    return _form_page(place, TermForm(), None)


@follow_up.post("/<place:place>/terms")
def create_term(place: Place) -> Response:
    """Write one down."""
    form = TermForm()

    def write(act: Act) -> None:
        add_term(act, place.id, _office(form))

    taken = take_in(place, form, write, url_for("follow_up.terms", place=place), _("Written down."))
    return taken or _form_page(place, form, None, 422)


@follow_up.get("/<place:place>/terms/<id:term_id>/edit")
def edit_term_form(place: Place, term_id: int) -> Response:
    """The form with what stands."""
    row = term_row(place.id, term_id)
    return _form_page(place, TermForm(data=_typed_before(row)), row)


@follow_up.post("/<place:place>/terms/<id:term_id>/edit")
def save_term(place: Place, term_id: int) -> Response:
    """Save corrections; a second editor gets both texts side by side."""
    form = TermForm()
    row = term_row(place.id, term_id)
    if not form.validate_on_submit():
        return _form_page(place, form, row, 422)
    db.session.rollback()
    try:
        edit_term(act_here(place.zone), place.id, term_id, _office(form), version_of(form.version.data))
        db.session.commit()
    except EditConflict:
        db.session.rollback()
        row = term_row(place.id, term_id)
        theirs = _typed_before(row)
        form.version.data = theirs["version"]
        return _form_page(place, form, row, 409, differences(form, theirs))
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _form_page(place, form, term_row(place.id, term_id), 422)
    return done(_("Saved."), url_for("follow_up.terms", place=place))


def _form_page(
    place: Place,
    form: TermForm,
    row: TermOfOffice | None,
    status: int = 200,
    both_texts: list[tuple[str, str, str]] | None = None,
) -> Response:
    return page("follow_up/term.html", status, place=place, form=form, term=row, both_texts=both_texts)


def _typed_before(row: TermOfOffice) -> dict[str, object]:
    plain = {name: getattr(row, name) for name in ("authority", "post", "starts_on", "ends_on")}
    return plain | {"version": str(row.version)}


def _office(form: TermForm) -> Office:
    return Office(form.starts_on.data, form.ends_on.data, form.authority.data or "", form.post.data or "")
