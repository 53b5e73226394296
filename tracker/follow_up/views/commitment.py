"""One commitment: who promises whom what by when, its line of time, and what happened to it, in words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.agenda.explaining import explained, suspension_words
from tracker.agenda.guards import may_report
from tracker.agenda.models import Attachment, Commitment, DateChange, Milestone
from tracker.agenda.money.telling import MONEY_WORDS, money_lines
from tracker.agenda.presenting import (
    OUTCOME_WORDS,
    STAGE_WORDS,
    clocks_in_words,
    end_words,
    folded,
    held_line,
    held_words,
    progress_shown,
    row_of,
    when_due,
)
from tracker.agenda.queries.listing import moves_of
from tracker.agenda.queries.page import (
    budgets_of,
    commitment_called,
    commitment_with_chain,
    date_changes_of,
    milestone_of,
    milestones_by_date,
    parties_of,
)
from tracker.agenda.queries.recurring import held_among, held_of
from tracker.core.db import NEVER
from tracker.core.i18n import _, format_day, format_instant
from tracker.core.now import local_day, today, zone
from tracker.core.web import is_partial
from tracker.follow_up.forms.reporting import CHANNEL_WORDS
from tracker.follow_up.models import DateRequest
from tracker.follow_up.presenting import people_words
from tracker.follow_up.queries.assessments import assessments_of
from tracker.follow_up.queries.dates import date_requests_of
from tracker.follow_up.queries.updates import files_on, notes_on, updates_and_people
from tracker.follow_up.rules import PEOPLE
from tracker.follow_up.timeline import events_of
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.asking.assessing import voices_on
from tracker.follow_up.views.asking.dates import may_ask
from tracker.follow_up.views.asking.obstacles import obstacle_lines
from tracker.follow_up.views.elsewhere import elsewhere
from tracker.follow_up.views.handover.standing import facts_of_terms
from tracker.frameworks.rules import goal_by_code
from tracker.notices.presenting import notice_lines
from tracker.notices.queries import notices_about
from tracker.notices.words import ago_words, due_words, period_words, slippage_words
from tracker.permissions import ENTERERS, INSIDE, NOTERS, WRITERS
from tracker.territory.rules import Place


@follow_up.get("/<place:place>/agenda/<code>")
def commitment(place: Place, code: str) -> str:
    """The whole page."""
    day = today(place.zone)
    promise, chain = commitment_with_chain(place, g.visitor.scope, code)
    milestones = milestones_by_date(promise)
    changes = date_changes_of(promise)
    subjects = [promise.subject, *[m.subject for m in milestones]]
    roles = g.visitor.roles_at(place)
    inside = bool(roles - {"partner"})
    own_changes = [change for change in changes if change.milestone_id is None]
    moves = sum(not change.is_correction for change in own_changes)
    act_files, shown = files_on(place.id, promise.id)
    updates, people = updates_and_people(place.id, promise.id)
    wishes = date_requests_of(place.id, promise.id)
    shown_steps, other_steps = folded(milestones, day)
    held = held_among(milestones, day)
    return render_template(
        "follow_up/commitment.html",
        place=place,
        day=day,
        commitment=promise,
        milestones=[_milestone(m, day, changes) for m in shown_steps],
        other_milestones=[_milestone(m, day, changes) for m in other_steps],
        progress=progress_shown(promise, held),
        held=held_words(held) if held else None,
        held_line=held_line(promise, held) if held else None,
        due=end_words(promise, day) or when_due(promise, day),
        slippage=slippage_words(promise.slips_from_on, promise.due_on, moves, day),
        clocks=clocks_in_words(promise, day),
        suspended=suspension_words(promise),
        obstacles=obstacle_lines(place, promise),
        may_see_letter=bool(roles & INSIDE),
        explained=explained(promise, milestones, day),
        stage=_("passed on") if promise.passed_to else STAGE_WORDS[promise.stage_on(day)],
        elsewhere=elsewhere(promise),
        outcome=OUTCOME_WORDS.get(promise.outcome or ""),
        parties=parties_of(promise),
        money=money_lines(budgets_of(promise)),
        money_columns=[{"label": words, "num": True} for words in MONEY_WORDS.values()],
        people=people_words(people),
        act_files=act_files,
        events=events_of(promise, shown_steps, own_changes, wishes, day),
        wishes=[_wish(wish, milestones) for wish in wishes if wish.is_open] if promise.is_open else [],
        voices=voices_on(place, promise, assessments_of(promise)),
        may_ask=may_ask(place, promise),
        may_decide=bool(roles & WRITERS),
        updates=[_update(u, shown.get(u.id, []), place, day) for u in updates],
        told=notice_lines([n for n in notices_about(place.id, subjects) if n.reason != "skipped"], place)
        if inside
        else [],
        notes=_notes(place, promise, day) if roles & INSIDE else None,
        terms=facts_of_terms(promise, own_changes, day),
        chain=chain,
        may_see_plan=inside,
        goal=goal_by_code(chain[0].goal_code) if chain else None,
        may_write=bool(roles & ENTERERS),
        may_report=may_report(place, promise) and not promise.draft,
        may_note=bool(roles & NOTERS),
    )


@follow_up.get("/<place:place>/agenda/<code>/row")
def row(place: Place, code: str) -> Response | str:
    """The closed row of a list, for htmx; a plain visit goes to the page."""
    promise = commitment_called(place, g.visitor.scope, code)
    if not is_partial():
        return redirect(url_for("follow_up.commitment", place=place, code=promise.code), 303)
    return closed_row(place, promise)


@follow_up.get("/<place:place>/agenda/<code>/milestones/<id:milestone_id>/row")
def milestone_row(place: Place, code: str, milestone_id: int) -> Response | str:
    """The closed row of a milestone, for htmx; a plain visit goes to the page."""
    promise = commitment_called(place, g.visitor.scope, code)
    milestone = milestone_of(promise, milestone_id)
    if not is_partial():
        return redirect(url_for("follow_up.commitment", place=place, code=promise.code), 303)
    return closed_row(place, milestone)


def closed_row(place: Place, subject: Commitment | Milestone, saved: bool = False) -> str:
    """One row as the lists show it."""
    promise = subject.commitment if isinstance(subject, Milestone) else subject
    day = today(place.zone)
    item = row_of(subject, place, day, moves_of([subject]), may_report(place, promise), held_of([subject], day))
    if saved:
        item = replace(item, clocks=[*item.clocks, ("done", _("Thank you, noted."))])
    return render_template("follow_up/row.html", item=item)


def _milestone(milestone: Milestone, day: date, changes: Sequence[DateChange]) -> dict[str, Any]:
    moves = sum(c.milestone_id == milestone.id and not c.is_correction for c in changes)
    return {
        "id": milestone.id,
        "title": milestone.title,
        "is_open": milestone.is_open,
        "due": end_words(milestone, day) or due_words(milestone.due_on, milestone.due_precision, day),
        "slippage": slippage_words(milestone.slips_from_on, milestone.due_on, moves, day),
        "clocks": clocks_in_words(milestone, day),
        "tone": "done" if milestone.completed_on < NEVER else "plain",
        "reason": milestone.end_reason,
        "weight": milestone.weight,
        "occurs": milestone.occurs_on is not None,
    }


def _wish(wish: DateRequest, milestones: Sequence[Milestone]) -> dict[str, Any]:
    """A new date that is asked for."""
    return {
        "id": wish.id,
        "of": next((m.title for m in milestones if m.id == wish.milestone_id), None),
        "wanted": period_words(wish.new_due_on, wish.new_precision),
        "reason": wish.reason,
        "by": wish.by,
        "on": format_day(wish.asked_on),
    }


def _update(update: Any, files: Sequence[Attachment], place: Place, day: date) -> dict[str, Any]:
    how = CHANNEL_WORDS.get(update.told_how)
    by = update.by
    if update.told_by:
        by = (
            _("%(person)s, %(how)s; entered by %(name)s", person=update.told_by, how=how, name=update.by)
            if how
            else _("%(person)s; entered by %(name)s", person=update.told_by, name=update.by)
        )
    if update.assistant:
        by = _("%(name)s, as assistant", name=by)
    return {
        "on": update.on,
        "words": ago_words(update.on, day),
        "exact": format_instant(update.at, zone(place.zone)),
        "iso": update.at.isoformat(),
        "text": update.text,
        "steady": update.steady,
        "progress": update.progress,
        "delivered": update.delivered,
        "people": people_words({name: getattr(update, f"{name}_count") for name in PEOPLE}),
        "by": by,
        "milestone_id": update.milestone_id,
        "link": update.link,
        "host": urlsplit(update.link).hostname if update.link else "",
        "files": files,
    }


def _notes(place: Place, promise: Commitment, day: date) -> list[dict[str, Any]]:
    return [
        {
            "words": ago_words(local_day(note.at, place.zone), day),
            "exact": format_instant(note.at, zone(place.zone)),
            "iso": note.at.isoformat(),
            "text": note.text,
            "by": note.by,
        }
        for note in notes_on(place.id, promise.id)
    ]
