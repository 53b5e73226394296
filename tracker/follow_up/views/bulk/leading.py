"""Another lead for several commitments."""

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.operations.leading import Lead
from tracker.agenda.queries.scoping import partners_near
from tracker.audit.models import Act
from tracker.core.forms import no_choice
from tracker.core.i18n import _l
from tracker.core.web import page
from tracker.follow_up.bulk.changing import give_lead
from tracker.follow_up.forms.bulk import LeadForm
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.bulk.choosing import changed_words
from tracker.follow_up.views.bulk.ticked import codes_in, ticked_rows
from tracker.follow_up.views.once import take_in
from tracker.territory.queries import unit_names_of
from tracker.territory.rules import Place


@follow_up.get("/<place:place>/bulk/lead")
def bulk_lead(place: Place) -> Response:
    """Who is to lead what the address ticks?"""
    return _page(place, LeadForm(codes=codes_in(request.args)))


@follow_up.post("/<place:place>/bulk/lead")
def give_lead_post(place: Place) -> Response:
    """Give them another lead."""
    form = LeadForm()
    _offer(place, form)
    codes = codes_in(request.form)

    def write(act: Act) -> None:
        kind, _sign, number = (form.lead.data or "").partition("-")
        chosen = int(number) if number else None
        lead = Lead(chosen if kind == "unit" else None, chosen if kind == "partner" else None)
        give_lead(act, place, codes, lead)

    url = url_for("follow_up.bulk", place=place)
    return take_in(place, form, write, url, changed_words(len(codes))) or _page(place, form, 422)


def _offer(place: Place, form: LeadForm) -> None:
    units = [(f"unit-{i}", name) for i, name in unit_names_of(place.id)]
    partners = [(f"partner-{i}", name) for i, name in partners_near(place)]
    form.offer([no_choice(_l("nobody yet")), *units, *partners])


def _page(place: Place, form: LeadForm, status: int = 200) -> Response:
    _offer(place, form)
    rows = ticked_rows(place, form.codes.data)
    return page("follow_up/bulk/lead.html", status, place=place, form=form, rows=rows)
