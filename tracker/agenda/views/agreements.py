"""Agreements with partners: what they are, and which partner sees what because of them."""

from typing import Any

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.agenda.forms.promising import AgreementForm
from tracker.agenda.models import Agreement
from tracker.agenda.operations.agreements import Agreed, add_agreement, edit_agreement
from tracker.agenda.queries.agreements import agreement_of, agreements_with_counts
from tracker.agenda.queries.scoping import partners_near
from tracker.agenda.views import agenda
from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.audit.operations import remember_submission
from tracker.audit.queries import result_of_submission
from tracker.core.both_texts import differences
from tracker.core.db import db
from tracker.core.errors import EditConflict, Refused
from tracker.core.forms import no_choice, options, version_of
from tracker.core.i18n import _, _l
from tracker.core.web import done, page
from tracker.permissions import WRITERS
from tracker.territory.operations import find_or_create_partner
from tracker.territory.queries import hold
from tracker.territory.rules import Place

_PLAIN = ("title", "number", "from_on", "until_on")


@agenda.get("/<place:place>/agreements")
def agreements(place: Place) -> str:
    """All of the municipality's, each with how many commitments serve it."""
    return render_template(
        "agenda/agreements.html",
        place=place,
        rows=agreements_with_counts(place.id),
        may_write=bool(g.visitor.roles_at(place) & WRITERS),
    )


@agenda.get("/<place:place>/agreements/new")
def new_agreement(place: Place) -> Response:
    """An empty form."""
    return _form_page(place, AgreementForm(), None)


@agenda.post("/<place:place>/agreements")
def create_agreement(place: Place) -> Response:
    """Write one down."""
    form = AgreementForm()
    _offer(place, form)
    if not form.validate_on_submit():
        return _form_page(place, form, None, 422)
    db.session.rollback()
    act = act_here(place.zone)
    url = url_for("agenda.agreements", place=place)
    try:
        hold(place.id)
        if earlier := result_of_submission(form.click(), act.user_id):
            return redirect(earlier, 303)
        add_agreement(act, place, _agreed(act, form))
        remember_submission(form.click(), act, url)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _form_page(place, form, None, 422)
    return done(_("Written down."), url)


@agenda.get("/<place:place>/agreements/<id:agreement_id>/edit")
def edit_agreement_form(place: Place, agreement_id: int) -> Response:
    """The form with what stands."""
    agreement = agreement_of(place, agreement_id)
    return _form_page(place, AgreementForm(data=_typed_before(agreement)), agreement)


@agenda.post("/<place:place>/agreements/<id:agreement_id>/edit")
def save_agreement(place: Place, agreement_id: int) -> Response:
    """Save corrections; a second editor gets both texts side by side."""
    form = AgreementForm()
    _offer(place, form)
    agreement = agreement_of(place, agreement_id)
    if not form.validate_on_submit():
        return _form_page(place, form, agreement, 422)
    db.session.rollback()
    act = act_here(place.zone)
    try:
        hold(place.id)
        edit_agreement(act, place, agreement_id, _agreed(act, form), version_of(form.version.data))
        db.session.commit()
    except EditConflict:
        db.session.rollback()
        agreement = agreement_of(place, agreement_id)
        theirs = _typed_before(agreement)
        form.version.data = theirs["version"]
        return _form_page(place, form, agreement, 409, both_texts=differences(form, theirs))
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _form_page(place, form, agreement_of(place, agreement_id), 422)
    return done(_("Saved."), url_for("agenda.agreements", place=place))


def _form_page(
    place: Place, form: AgreementForm, agreement: Agreement | None, status: int = 200, **more: Any
) -> Response:
    _offer(place, form)
    return page("agenda/agreement.html", status, place=place, form=form, agreement=agreement, **more)


def _offer(place: Place, form: AgreementForm) -> None:
    form.partner_id.choices = options(
        [no_choice(_l("not in the list")), *[(str(i), name) for i, name in partners_near(place)]]
    )


def _typed_before(agreement: Agreement) -> dict[str, Any]:
    plain = {name: getattr(agreement, name) for name in _PLAIN}
    return plain | {"version": str(agreement.version), "partner_id": str(agreement.partner_id)}


def _agreed(act: Act, form: AgreementForm) -> Agreed:
    """What the form says; a typed partner is made."""
    if form.new_partner.data and form.partner_id.data:
        raise Refused(fields={"new_partner": _l("Choose from the list or type a new partner, not both.")})
    partner_id = int(form.partner_id.data) if form.partner_id.data else None
    if form.new_partner.data:
        partner_id = find_or_create_partner(act, form.new_partner.data)[0].id
    return Agreed(
        title=str(form.title.data or "").strip(),
        partner_id=partner_id,
        number=form.number.data or "",
        from_on=form.from_on.data,
        until_on=form.until_on.data,
    )
