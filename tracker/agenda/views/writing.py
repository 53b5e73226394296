"""Writing a commitment down and correcting it."""

from typing import Any

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.forms.promising import CommitmentForm
from tracker.agenda.models import Commitment
from tracker.agenda.operations import attach, create_commitment, edit_commitment, promise_draft
from tracker.agenda.operations.promise import BudgetFacts, PartyFacts, Promise
from tracker.agenda.queries.agreements import agreements_of
from tracker.agenda.queries.page import attachments_of, commitment_called, parties_of
from tracker.agenda.queries.scoping import partners_near
from tracker.agenda.views import agenda
from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.audit.operations import remember_submission
from tracker.audit.queries import result_of_submission
from tracker.core.both_texts import differences
from tracker.core.db import db
from tracker.core.errors import EditConflict, Refused
from tracker.core.forms import no_choice, version_of
from tracker.core.i18n import _, _l, minor_digits
from tracker.core.storage import StoredFile
from tracker.core.uploads import store_upload
from tracker.core.web import done, page
from tracker.plan.queries import actions_of
from tracker.territory.operations import find_or_create_unit
from tracker.territory.queries import hold, unit_names_of
from tracker.territory.registry.associations import members_by_name
from tracker.territory.rules import Place

_PLAIN = (
    "title", "description", "promised_to", "start_on", "due_on", "due_precision", "quantity", "measure",
    "quantity_base", "precondition", "verification", "act_kind", "act_number", "act_on", "instrument", "public",
    "condition", "condition_days", "evidence_required",
)  # fmt: skip


@agenda.get("/<place:place>/agenda/new")
def new(place: Place) -> Response:
    """An empty form."""
    form = CommitmentForm()
    return _form_page(place, form, None)


@agenda.post("/<place:place>/agenda")
def create(place: Place) -> Response:
    """Write a commitment down."""
    form = CommitmentForm()
    _offer(place, form)
    if not form.validate_on_submit():
        return _form_page(place, form, None, 422)
    db.session.rollback()
    act = act_here(place.zone)
    try:
        file = store_upload(request.files.get("act_file"), "act_file")
        hold(place.id)
        if earlier := result_of_submission(form.click(), act.user_id):
            return redirect(earlier, 303)
        draft = request.form.get("as") == "draft"
        commitment = create_commitment(act, place, _promise(act, place, form), draft=draft)
        _attach_act(act, commitment, file)
        url = url_for("follow_up.commitment", place=place, code=commitment.code)
        remember_submission(form.click(), act, url)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(_at_fields(refused))
        return _form_page(place, form, None, 422)
    said = _("Kept as a draft, %(code)s.", code=commitment.code) if draft else None
    return done(said or _("Written down as %(code)s.", code=commitment.code), url)


@agenda.post("/<place:place>/agenda/<code>/promise")
def promise(place: Place, code: str) -> Response:
    """Let a draft count from today on."""
    commitment_called(place, g.visitor.scope, code)
    db.session.rollback()
    promise_draft(act_here(place.zone), place, code)
    db.session.commit()
    said = _("Promised. Its date counts from today on.")
    return done(said, url_for("follow_up.commitment", place=place, code=code))


@agenda.get("/<place:place>/agenda/<code>/edit")
def edit(place: Place, code: str) -> Response:
    """The form with what stands."""
    commitment = commitment_called(place, g.visitor.scope, code)
    form = CommitmentForm(data=_typed_before(commitment))
    del form.budgets
    return _form_page(place, form, commitment)


@agenda.post("/<place:place>/agenda/<code>/edit")
def save(place: Place, code: str) -> Response:
    """Save corrections; a second editor gets both texts side by side. Money has a page of its own."""
    form = CommitmentForm()
    del form.budgets
    _offer(place, form)
    commitment = commitment_called(place, g.visitor.scope, code)
    if not form.validate_on_submit():
        return _form_page(place, form, commitment, 422)
    db.session.rollback()
    act = act_here(place.zone)
    try:
        file = store_upload(request.files.get("act_file"), "act_file")
        hold(place.id)
        saved = edit_commitment(
            act,
            place,
            code,
            _promise(act, place, form),
            version_of(form.version.data),
            str(form.date_reason.data or ""),
        )
        _attach_act(act, saved, file)
        db.session.commit()
    except EditConflict:
        db.session.rollback()
        return _conflict(place, code, form)
    except Refused as refused:
        db.session.rollback()
        form.refuse(_at_fields(refused))
        return _form_page(place, form, commitment_called(place, g.visitor.scope, code), 422)
    return done(_("Saved."), url_for("follow_up.commitment", place=place, code=saved.code))


def _conflict(place: Place, code: str, form: CommitmentForm) -> Response:
    """409: what the other person saved beside what was typed, and the form ready to save over it."""
    commitment = commitment_called(place, g.visitor.scope, code)
    theirs = _typed_before(commitment)
    form.version.data = theirs["version"]
    return _form_page(place, form, commitment, 409, both_texts=differences(form, theirs))


def _form_page(
    place: Place, form: CommitmentForm, commitment: Commitment | None, status: int = 200, **more: Any
) -> Response:
    if not (form.lead.choices and form.action_id.choices):
        _offer(place, form)
    while len(form.parties) < 40 and (not form.parties or form.parties[-1].form.who.data):
        form.parties.append_entry()
    if "budgets" in form and len(form.budgets) < 40 and _is_full(form):
        form.budgets.append_entry({"currency": place.currency})
    _offer(place, form)
    files = attachments_of(commitment, "act") if commitment else []
    return page("agenda/form.html", status, place=place, form=form, commitment=commitment, act_files=files, **more)


def _is_full(form: CommitmentForm) -> bool:
    """Whether there is no row of money left to type into."""
    return not form.budgets or form.budgets[-1].form.amount.data is not None


def _offer(place: Place, form: CommitmentForm) -> None:
    units = [(f"unit-{i}", name) for i, name in unit_names_of(place.id)]
    others = [(f"partner-{i}", name) for i, name in partners_near(place)]
    members = []
    if place.kind == "association":
        members = [(f"member-{one.id}", one.name) for one in members_by_name(place.id)]
    actions = [(str(a.id), f"{a.code} {a.title}".strip()) for a in actions_of(place.id)]
    form.offer(
        [no_choice(_l("nobody yet")), *units, *others],
        [no_choice(), *members, *units, *others],
        [no_choice(_l("none")), *actions],
        [no_choice(_l("none")), *[(str(a.id), a.title) for a in agreements_of(place.id)]],
    )


def _typed_before(commitment: Commitment) -> dict[str, Any]:
    return {
        **{name: getattr(commitment, name) for name in _PLAIN},
        "version": str(commitment.version),
        "lead": _who(commitment.unit_id, commitment.partner_id),
        "action_id": str(commitment.action_id or ""),
        "agreement_id": str(commitment.agreement_id or ""),
        "parties": [
            {"who": _who(p.unit_id, p.partner_id, p.member_id), "kind": p.kind, "part": p.part}
            for p in parties_of(commitment)
        ],
    }


def _who(unit_id: int | None, partner_id: int | None, member_id: int | None = None) -> str:
    if member_id:
        return f"member-{member_id}"
    return f"unit-{unit_id}" if unit_id else f"partner-{partner_id}" if partner_id else ""


def _ids(who: str | None) -> dict[str, int | None]:
    kind, _sep, number = (who or "").partition("-")
    return {
        "unit_id": int(number) if kind == "unit" else None,
        "partner_id": int(number) if kind == "partner" else None,
    }


def _party_ids(who: str | None) -> dict[str, int | None]:
    """The same for who takes part, which may be a member of the association."""
    kind, _sep, number = (who or "").partition("-")
    return {**_ids(who), "member_id": int(number) if kind == "member" else None}


def _promise(act: Act, place: Place, form: CommitmentForm) -> Promise:
    """What the form says, checked against this municipality's own lists; a typed unit is made."""
    lead = _ids(form.lead.data)
    if form.new_unit.data and form.lead.data:
        raise Refused(fields={"new_unit": _l("Choose from the list or type a new unit, not both.")})
    if any(p.form.who.data and p.form.who.data == form.lead.data for p in form.parties):
        raise Refused(fields={"lead": _l("Who leads cannot also be co-responsible.")})
    if form.new_unit.data:
        lead = {"unit_id": find_or_create_unit(act, place.id, form.new_unit.data)[0].id, "partner_id": None}
    parties = tuple(
        PartyFacts(kind=p.form.kind.data, part=p.form.part.data or "", **_party_ids(p.form.who.data))
        for p in form.parties
        if p.form.who.data
    )
    plain: dict[str, Any] = {name: getattr(form, name).data for name in _PLAIN}
    return Promise(
        **plain,
        unit_id=lead["unit_id"],
        partner_id=lead["partner_id"],
        action_id=int(form.action_id.data) if form.action_id.data else None,
        agreement_id=int(form.agreement_id.data) if form.agreement_id.data else None,
        parties=parties,
        budgets=_budgets(form),
    )


def _budgets(form: CommitmentForm) -> tuple[BudgetFacts, ...] | None:
    if "budgets" not in form:
        return None
    answer: dict[tuple[int, str], BudgetFacts] = {}
    for entry in form.budgets:
        row = entry.form
        if row.amount.data is None:
            continue
        currency = (row.currency.data or "").upper()
        year = row.fiscal_year.data or (form.due_on.data.year if form.due_on.data else None)
        if year is None or not 1990 <= year <= 2100:
            raise Refused(fields={"budgets": _l("Give the fiscal year of the money, such as 2027.")})
        if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
            raise Refused(fields={"budgets": _l("Give the currency as three letters, such as MXN.")})
        if not 0 <= row.amount.data < 10**15:
            raise Refused(fields={"budgets": _l("Give an amount of 0 or more.")})
        key = year, row.source.data or ""
        if key in answer:
            raise Refused(fields={"budgets": _l("The same year and source stand twice; add the amounts up.")})
        answer[key] = BudgetFacts(year, key[1], currency, int(row.amount.data * 10 ** minor_digits(currency)))
    return tuple(answer.values())


def _at_fields(refused: Refused) -> Refused:
    """Rules speak of unit and partner; the form has one field for both."""
    names = {"unit_id": "lead", "partner_id": "lead"}
    return Refused(refused.message, {names.get(name, name): message for name, message in refused.fields.items()})


def _attach_act(act: Act, commitment: Commitment, file: StoredFile | None) -> None:
    if file:
        attach(act, commitment, "act", file)
