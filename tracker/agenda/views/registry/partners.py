"""Partners: the list, what each supports, its name and contact."""

from flask import g, url_for
from werkzeug.wrappers import Response

from tracker.agenda.forms.registering import PartnerForm
from tracker.agenda.queries.partners import partner_seen, partners_seen, support_of
from tracker.agenda.views import agenda
from tracker.agenda.views.registry.once import take_in
from tracker.audit.models import Act
from tracker.core.i18n import _
from tracker.core.paging import asked_page, pager
from tracker.core.web import page
from tracker.permissions import ADMINISTRATORS
from tracker.territory.models import Partner
from tracker.territory.registry.partners import add_partner, edit_partner

PAGE = 100
#: Municipalities shown of one partner.
MOST = 300


@agenda.get("/partners")
def partners() -> Response:
    """All of them, by name."""
    return _list_page(PartnerForm(formdata=None))


@agenda.post("/partners")
def create_partner() -> Response:
    """Write one down."""
    form = PartnerForm()

    def write(act: Act) -> str:
        made = add_partner(act, form.name.data or "", form.email.data or "")
        return url_for(".partner", partner_id=made.id)

    return take_in(form, write, url_for(".partners"), _("Written down.")) or _list_page(form, 422)


@agenda.get("/partners/<id:partner_id>")
def partner(partner_id: int) -> Response:
    """What it supports, and its contact."""
    row = partner_seen(partner_id, g.visitor.scope)
    return _partner_page(row, PartnerForm(data={"name": row.name, "email": row.email or ""}))


@agenda.post("/partners/<id:partner_id>")
def save_partner(partner_id: int) -> Response:
    """Correct its name and contact."""
    form = PartnerForm()
    partner_seen(partner_id, g.visitor.scope)

    def write(act: Act) -> None:
        edit_partner(act, partner_id, form.name.data or "", form.email.data or "")

    taken = take_in(form, write, url_for(".partner", partner_id=partner_id), _("Saved."))
    return taken or _partner_page(partner_seen(partner_id, g.visitor.scope), form, 422)


def _may_write() -> bool:
    return bool(g.visitor.roles_at(None) & ADMINISTRATORS)


def _list_page(form: PartnerForm, status: int = 200) -> Response:
    number = asked_page()
    found = partners_seen(g.visitor.scope, (number - 1) * PAGE, PAGE)
    return page(
        "agenda/partners.html",
        status,
        partners=found[:PAGE],
        form=form,
        may_write=_may_write(),
        pager=pager(number, len(found) > PAGE, lambda wanted: url_for(".partners", page=wanted)),
    )


def _partner_page(row: Partner, form: PartnerForm, status: int = 200) -> Response:
    support = support_of(row.id, g.visitor.scope, MOST)
    return page("agenda/partner.html", status, row=row, form=form, support=support, may_write=_may_write())
