"""New dates: asking for one, answering, withdrawing."""

from datetime import date
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.guards import may_report, must_be_own_unit
from tracker.agenda.models import Commitment
from tracker.agenda.queries.listing import moves_of
from tracker.agenda.queries.page import commitment_called, milestones_by_date
from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _, format_day, ngettext
from tracker.core.now import today
from tracker.core.web import done, page
from tracker.follow_up.forms.dates import AnswerForm, NewDateForm
from tracker.follow_up.operations.dates import (
    NewDate,
    ask_new_date,
    grant_new_date,
    refuse_new_date,
    withdraw_date_request,
)
from tracker.follow_up.queries.dates import Wish, date_request
from tracker.follow_up.rules import days_before_due
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.once import take_in
from tracker.notices.words import due_words, moved_near_words, period_words, slippage_words
from tracker.permissions import WRITERS
from tracker.territory.rules import Place


@follow_up.get("/<place:place>/agenda/<code>/dates/new")
def new_date(place: Place, code: str) -> Response:
    """An empty form; `of` names the milestone whose date is to move."""
    return _form_page(place, code, NewDateForm(of=request.args.get("of", "")))


@follow_up.post("/<place:place>/agenda/<code>/dates")
def ask_for_date(place: Place, code: str) -> Response:
    """Ask for a new date; where the visitor decides on dates it takes effect at once."""
    form = NewDateForm()
    commitment = commitment_called(place, g.visitor.scope, code)
    must_be_own_unit(place, commitment)
    _offer(commitment, form)
    decides = bool(g.visitor.roles_at(place) & WRITERS)

    def write(act: Act) -> None:
        of = int(form.of.data) if form.of.data else None
        wanted = NewDate(form.due_on.data, form.due_precision.data, form.reason.data or "", of)
        ask_new_date(act, place, code, wanted, decides)

    said = _("The date has moved; the first promised date stays visible.")
    if not decides:
        said = _("Asked for. Until the coordination answers, the date stands.")
    return take_in(place, form, write, _home(place, code), said) or _form_page(place, code, form, 422)


@follow_up.get("/<place:place>/agenda/<code>/dates/<id:request_id>")
def date_decision(place: Place, code: str, request_id: int) -> Response:
    """What is asked for, and the answer to give."""
    return _decision_page(place, code, request_id, AnswerForm())


@follow_up.post("/<place:place>/agenda/<code>/dates/<id:request_id>")
def decide_date(place: Place, code: str, request_id: int) -> Response:
    """Grant or refuse."""
    form = AnswerForm()
    commitment_called(place, g.visitor.scope, code)

    def write(act: Act) -> None:
        if form.answer.data == "granted":
            grant_new_date(act, place, code, request_id)
        elif form.answer.data == "refused":
            refuse_new_date(act, place, code, request_id, form.reason.data or "")
        else:
            raise Refused(fields={"answer": _("Choose an answer.")})

    said = _("The date has moved.") if form.answer.data == "granted" else _("The date stands.")
    url = url_for("follow_up.asked", place=place)
    return take_in(place, form, write, url, said) or _decision_page(place, code, request_id, form, 422)


@follow_up.post("/<place:place>/agenda/<code>/dates/<id:request_id>/withdrawal")
def withdraw_date(place: Place, code: str, request_id: int) -> Response:
    """Ask for it no more."""
    must_be_own_unit(place, commitment_called(place, g.visitor.scope, code))
    db.session.rollback()
    try:
        withdraw_date_request(act_here(place.zone), place, code, request_id)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return done(str(refused.message), _home(place, code))
    return done(_("You do not ask for it any more."), _home(place, code))


def wish_line(wish: Wish, day: date, moves: dict[str, int]) -> dict[str, Any]:
    """A new date that is asked for, in words."""
    asked, row = wish.request, wish.row
    wanted = period_words(asked.new_due_on, asked.new_precision)
    move = asked.new_due_on - row.due_on if row.due_on else None
    return {
        "id": asked.id,
        "code": wish.commitment.code,
        "title": row.title,
        "of": wish.commitment.title if wish.milestone else None,
        "lead": wish.commitment.unit or wish.commitment.partner,
        "stands": due_words(row.due_on, row.due_precision, day),
        "slippage": slippage_words(row.slips_from_on, row.due_on, moves.get(row.subject, 0), day),
        "wanted": wanted,
        "wanted_days": _moves_by(move.days) if move else "",
        "beyond": _beyond(wish),
        "reason": asked.reason,
        "by": asked.by,
        "asked_on": format_day(asked.asked_on),
        "near": moved_near_words(days_before_due(asked.old_due_on, asked.asked_on)),
    }


def _beyond(wish: Wish) -> str:
    """That a milestone would be due after its commitment; empty where it would not."""
    whole = wish.commitment.due_on
    if wish.milestone is None or whole is None or wish.request.new_due_on <= whole:
        return ""
    return _("after the commitment itself, which is due %(day)s", day=format_day(whole))


def _moves_by(days: int) -> str:
    if days < 0:
        return ngettext("%(num)s day earlier", "%(num)s days earlier", -days)
    return ngettext("%(num)s day later", "%(num)s days later", days)


def _home(place: Place, code: str) -> str:
    return url_for("follow_up.commitment", place=place, code=code)


def _offer(commitment: Commitment, form: NewDateForm) -> None:
    steps = [(m.id, m.title) for m in milestones_by_date(commitment) if m.is_open]
    form.offer(_("The commitment itself: %(title)s", title=commitment.title), steps)


def _form_page(place: Place, code: str, form: NewDateForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    must_be_own_unit(place, commitment)
    _offer(commitment, form)
    decides = bool(g.visitor.roles_at(place) & WRITERS)
    context = {"place": place, "commitment": commitment, "form": form, "decides": decides}
    return page("follow_up/new_date.html", status, **context)


def _decision_page(place: Place, code: str, request_id: int, form: AnswerForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    wish = date_request(commitment, request_id)
    line = wish_line(wish, today(place.zone), moves_of([wish.row]))
    context = {"place": place, "commitment": commitment, "form": form, "wish": line, "asked": wish.request}
    return page("follow_up/date_decision.html", status, **context)


def may_ask(place: Place, commitment: Commitment) -> bool:
    """Whether the visitor is offered to ask for a new date."""
    return commitment.is_open and not commitment.draft and may_report(place, commitment)
