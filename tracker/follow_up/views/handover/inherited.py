"""What the present term inherited: a row each, three answers, or "taken over" for many."""

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.presenting import row_of
from tracker.agenda.queries.listing import moves_of
from tracker.audit.acting import act_here
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _, format_day, ngettext
from tracker.core.now import today
from tracker.core.web import done, page
from tracker.follow_up.forms.reporting import INHERITED_WORDS, InheritedForm
from tracker.follow_up.operations.inheriting import Decision, decide_inherited
from tracker.follow_up.queries.inheriting import decided_in, undecided_ids, undecided_page
from tracker.follow_up.views import follow_up
from tracker.territory.governing import terms_of
from tracker.territory.rules import Place
from tracker.territory.terms import Term, term_on

#: Decisions shown, the newest.
_SHOWN = 50


@follow_up.get("/<place:place>/handover")
def handover(place: Place) -> Response:
    """Inherited commitments that wait for a decision, and those decided."""
    return _handover_page(place, InheritedForm())


@follow_up.post("/<place:place>/handover")
def decide(place: Place) -> Response:
    """Take in the answers of the rows, or "taken over" for the ticked ones or for all others."""
    form = InheritedForm()
    term = term_on(terms_of(place.id), today(place.zone))
    if not form.validate_on_submit() or term is None:
        return _handover_page(place, form, 422)
    _name_unanswered(form)
    if form.errors:
        return _handover_page(place, form, 422)
    decisions = _decisions(place, form, term)
    db.session.rollback()
    if not decisions:
        form.form_errors.append(_("Choose what becomes of at least one of them."))
        return _handover_page(place, form, 422)
    if request.form.get("for") == "all" and request.form.get("sure") != "yes":
        return _handover_page(place, form, 200, asked=len(decisions))
    try:
        count = decide_inherited(act_here(place.zone), place, decisions)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        _refuse(form, refused)
        return _handover_page(place, form, 422)
    said = ngettext("%(num)s commitment decided.", "%(num)s commitments decided.", count)
    return done(said, url_for("follow_up.handover", place=place))


def _name_unanswered(form: InheritedForm) -> None:
    """A date or words without an answer are not thrown away in silence."""
    for entry in form.rows:
        said = entry.form.on.data or entry.form.reason.data
        if said and not entry.form.how.data:
            entry.form.how.errors = [_("Choose what becomes of it.")]


def _decisions(place: Place, form: InheritedForm, term: Term) -> dict[int, Decision]:
    """By id what was answered; one answer for many leaves rows with an answer of their own alone."""
    own: dict[int, Decision] = {}
    ticked: list[int] = []
    for entry in form.rows:
        row, number = entry.form, _id_of(entry.form.commitment.data)
        if number is None:
            continue
        if row.how.data:
            own[number] = Decision(row.how.data, row.on.data, row.reason.data or "")
        elif row.ticked.data:
            ticked.append(number)
    many = {"ticked": lambda: ticked, "all": lambda: undecided_ids(place.id, term)}.get(request.form.get("for", ""))
    return dict.fromkeys(many(), Decision("taken_over")) | own if many else own


def _id_of(text: str | None) -> int | None:
    """The id that a row carries; None where it is none."""
    number = text or ""
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None


def _refuse(form: InheritedForm, refused: Refused) -> None:
    """Say at each row what is wrong with its answer."""
    by_id = {_id_of(entry.form.commitment.data): entry.form for entry in form.rows}
    for at, message in refused.fields.items():
        number, _space, name = at.partition(" ")
        by_id[int(number)][name].errors = [str(message)]
    if not refused.fields:
        form.form_errors.append(str(refused))


def _handover_page(place: Place, form: InheritedForm, status: int = 200, asked: int = 0) -> Response:
    """The page; with `asked` it asks once more before so many are taken over."""
    day = today(place.zone)
    term = term_on(terms_of(place.id), day)
    rows, count = undecided_page(place.id, term) if term else ([], 0)
    moves = moves_of(rows)
    typed = {str(entry.form.commitment.data): entry for entry in form.rows}
    lines: list[tuple[Any, Any]] = []
    for row in rows:
        entry = typed.get(str(row.id)) or form.rows.append_entry({"commitment": str(row.id)})
        lines.append((row_of(row, place, day, moves, may_update=False), entry.form))
    return page(
        "follow_up/handover.html",
        status,
        place=place,
        form=form,
        term=term,
        lines=lines,
        count=count,
        asked=asked,
        decided=[_decided(found) for found in decided_in(place.id, term, _SHOWN)] if term else [],
    )


def _decided(found: Any) -> dict[str, Any]:
    decision = found.decision
    return {
        "code": found.commitment.code,
        "title": found.commitment.title,
        "how": INHERITED_WORDS[decision.how],
        "reason": decision.reason,
        "by": decision.by,
        "on": format_day(decision.on),
    }
