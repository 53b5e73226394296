"""The line of time of one commitment, in words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.agenda.models import Commitment, DateChange, Milestone
from tracker.core.db import NEVER
from tracker.core.i18n import _, format_day, ngettext
from tracker.follow_up.models import DateRequest
from tracker.follow_up.rules import days_before_due
from tracker.notices.words import moved_near_words, period_words


def events_of(
    promise: Commitment,
    milestones: Sequence[Milestone],
    moves: Sequence[DateChange],
    wishes: Sequence[DateRequest],
    day: date,
) -> list[dict[str, Any]]:
    """The line of time: start, first date, moves, refused dates, milestones, today, due date, end; by day.

    `moves` and `wishes` (new dates asked for) are those of the commitment's own date; wishes of milestones are left
    out.
    """
    found: list[tuple[date, int, dict[str, Any]]] = []

    def add(on: date | None, order: int, title: str, tone: str, text: str = "", by: str = "") -> None:
        if on is not None and on < NEVER:
            found.append((on, order, {"title": title, "tone": tone, "text": text, "by": by}))

    add(promise.entered_on, 0, _("written down here"), "plain")
    add(promise.start_on, 1, _("start"), "plain")
    if promise.first_due_on != promise.due_on:
        add(promise.first_due_on, 4, _("first promised date"), "plain")
    if promise.condition and promise.condition_met_on is not None:
        days = promise.condition_days or 0
        follows = ngettext("due %(num)s day after that", "due %(num)s days after that", days)
        add(promise.condition_met_on, 2, promise.condition, "plain", follows)
    for move in moves:
        moved_to = period_words(move.new_due_on, move.new_precision) if move.new_due_on else _("no date")
        if move.is_correction:
            add(move.on, 2, _("brought up to date: %(day)s", day=moved_to), "plain", move.reason, move.by)
        else:
            add(move.on, 2, _("date moved to %(day)s", day=moved_to), "soon", _why(move), _who(move))
    for wish in wishes:
        if wish.answer == "refused" and wish.milestone_id is None:
            wanted = period_words(wish.new_due_on, wish.new_precision)
            said = _("%(name)s had asked for %(day)s: %(reason)s", name=wish.by, day=wanted, reason=wish.reason)
            refused = _("no new date: %(reason)s", reason=wish.answer_reason)
            add(wish.answered_on, 2, refused, "plain", said, wish.answered_by)
    for milestone in milestones:
        if milestone.completed_on < NEVER:
            add(milestone.completed_on, 3, milestone.title, "done", _("milestone reached"))
        elif milestone.is_open:
            late = milestone.overdue_from <= day
            add(
                milestone.due_on,
                3,
                milestone.title,
                "late" if late else "plain",
                _("milestone is late") if late else _("milestone is due"),
            )
    tone = "plain" if not promise.is_open else "late" if promise.overdue_from <= day else "soon"
    add(promise.due_on, 5, _("due date"), tone)
    add(promise.completed_on, 6, _("closed"), "done", promise.closing_note)
    ended = _("passed on to another municipality") if promise.passed_to else _("dropped")
    add(promise.cancelled_on, 6, ended, "silent", promise.end_reason)
    found.append((day, 9, {"title": _("today"), "tone": "plain", "moment": "today"}))
    answer = []
    for on, _order, event in sorted(found, key=lambda entry: entry[:2]):
        moment = event.get("moment") or ("ahead" if on > day else None)
        answer.append({**event, "date_words": format_day(on), "iso": on.isoformat(), "moment": moment})
    return answer


def _why(move: DateChange) -> str:
    """The reason, and that it came late if it did."""
    near = moved_near_words(days_before_due(move.old_due_on, move.on))
    return f"{move.reason} ({near})" if near else move.reason


def _who(move: DateChange) -> str:
    """Who decided, and whether somebody else had asked."""
    if move.asked_by and move.asked_by != move.by:
        return _("asked for by %(name)s, granted by %(other)s", name=move.asked_by, other=move.by)
    return _("%(name)s, on own decision", name=move.by)
