"""Commitments and milestones as rows in words, ready for templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from flask import url_for
from markupsafe import Markup, escape

from tracker.agenda import rules
from tracker.agenda.models import Commitment, Milestone
from tracker.core.db import NEVER
from tracker.core.i18n import _, _l, format_day, format_number, format_percent, ngettext
from tracker.notices.words import (
    behind_words,
    blocked_words,
    due_words,
    late_words,
    silent_words,
    slippage_words,
    soon_words,
)
from tracker.territory.rules import Place

STAGE_WORDS = {
    "not_started": _l("not started"),
    "in_progress": _l("in progress"),
    "completed": _l("completed"),
    "cancelled": _l("dropped"),
}
OUTCOME_WORDS = {
    "fulfilled": _l("fulfilled"),
    "in_part": _l("fulfilled in part"),
    "not_fulfilled": _l("not fulfilled"),
}
SORTING_WORDS = {
    "done": _l("it was done on this day"),
    "moved": _l("it has this new date"),
    "dropped": _l("it is dropped"),
    "kept": _l("it stays as it is, late"),
}
PRECISION_WORDS = {
    "day": _l("exactly that day"),
    "month": _l("within that month"),
    "quarter": _l("within that quarter"),
    "half": _l("within that half-year"),
    "year": _l("within that year"),
}


#: Occurrences to come that a page shows at once.
_NEXT = 3


@dataclass(frozen=True)
class Row:
    """One line of a list, in words; what templates/components/row.html draws."""

    tone: str
    title: str
    url: str
    unit: str | None
    due_words: Markup | str
    slippage_words: str | None
    clocks: Sequence[tuple[str, str]]
    progress: int | None
    expected: int | None
    milestone_of: str | None
    update_url: str | None
    anchor: str
    #: "9 of 12 held, 1 not held", where it recurs: said instead of a figure, and drawn as one.
    held_words: str | None = None
    #: The code, where several commitments may be reported on at once.
    pick_value: str | None = None


def row_of(
    row: Commitment | Milestone,
    place: Place,
    day: date,
    moves: Mapping[str, int],
    may_update: bool,
    held: Mapping[int, rules.Held] = MappingProxyType({}),
) -> Row:
    """A commitment, or a milestone with its commitment loaded, seen from `day`; `held` by id where some recur."""
    commitment = row.commitment if isinstance(row, Milestone) else row
    recurring = held.get(row.id) if isinstance(row, Commitment) else None
    milestone_of = commitment.code if isinstance(row, Milestone) else None
    clocks = clocks_in_words(row, day)
    return Row(
        tone=_tone(row, clocks),
        title=row.title,
        url=url_for("follow_up.commitment", place=place, code=commitment.code)
        + (f"#milestone-{row.id}" if isinstance(row, Milestone) else ""),
        unit=lead_name(commitment),
        due_words=end_words(row, day) or when_due(row, day),
        slippage_words=slippage_words(row.slips_from_on, row.due_on, moves.get(row.subject), day),
        clocks=clocks,
        progress=None if isinstance(row, Milestone) else progress_shown(row, recurring),
        held_words=held_line(commitment, recurring) if recurring else None,
        expected=None
        if isinstance(row, Milestone) or not row.is_open
        else rules.share_of_time(row.start_on, row.due_on, day),
        milestone_of=milestone_of,
        update_url=update_url(row, place) if may_update and row.is_open and commitment.is_watched else None,
        anchor=row.subject.replace(":", "-"),
        pick_value=row.code if isinstance(row, Commitment) and may_update and row.is_watched else None,
    )


def when_due(row: Commitment | Milestone, day: date) -> Markup:
    """When it is due, seen from `day`; what its date hangs on where that is not there yet."""
    if isinstance(row, Commitment) and row.waits_for_condition and row.condition_days is not None:
        said = ngettext(
            "due %(num)s day after: %(condition)s",
            "due %(num)s days after: %(condition)s",
            row.condition_days,
            condition="\x00",
        )
        before, _sign, after = str(said).partition("\x00")
        return Markup(f"{escape(before)}<b>{escape(row.condition)}</b>{escape(after)}")
    return due_words(row.due_on, row.due_precision, day)


def progress_shown(row: Commitment, held: rules.Held | None) -> int | None:
    """The figure that was reported; else, where it recurs, percent of its occurrences that were held."""
    if row.progress is None and held is not None:
        return held.held * 100 // held.all
    return row.progress


def held_words(held: rules.Held) -> str:
    """ "9 of 12 held, 1 not held, 2 to come"."""
    parts = [
        ngettext("%(num)s of %(all)s held", "%(num)s of %(all)s held", held.held, all=format_number(held.all)),
        ngettext("%(num)s not held", "%(num)s not held", held.not_held) if held.not_held else "",
        _("%(count)s not said yet", count=format_number(held.unsaid)) if held.unsaid else "",
        _("%(count)s to come", count=format_number(held.to_come)) if held.to_come else "",
    ]
    return ", ".join(part for part in parts if part)


def held_line(row: Commitment, held: rules.Held) -> str:
    """The same after the figure that was reported, if one was."""
    said = held_words(held)
    return said if row.progress is None else f"{format_percent(row.progress)} · {said}"


def folded(milestones: Sequence[Milestone], day: date) -> tuple[list[Milestone], list[Milestone]]:
    """(those that a page shows, those out of sight): of what recurs what is due, and what is next.

    Where nothing recurs all are shown.
    """
    coming = [m.id for m in milestones if m.occurs_on is not None and m.is_open and m.due_on and m.due_on > day]
    soon = set(coming[:_NEXT])
    some_recur = any(m.occurs_on is not None for m in milestones)

    def is_shown(m: Milestone) -> bool:
        if m.occurs_on is None:
            return not some_recur or m.cancelled_on == NEVER
        return m.id in soon or (m.is_open and m.id not in coming)

    return [m for m in milestones if is_shown(m)], [m for m in milestones if not is_shown(m)]


def _tone(row: Commitment | Milestone, clocks: Sequence[tuple[str, str]]) -> str:
    """Of the most pressing clock; else whether it is done."""
    if clocks and clocks[0][0] != "plain":
        return clocks[0][0]
    return "done" if row.completed_on < NEVER else "plain"


def update_url(row: Commitment | Milestone, place: Place) -> str:
    """Where an update of this row is typed."""
    if isinstance(row, Milestone):
        return url_for("follow_up.new_milestone_update", place=place, code=row.commitment.code, milestone_id=row.id)
    return url_for("follow_up.new_update", place=place, code=row.code)


def clocks_in_words(row: Commitment | Milestone, day: date) -> list[tuple[str, str]]:
    """(tone, words) of every clock that holds on the day, most pressing first; then who entered it for others."""
    entered = [("plain", _("entered by %(name)s as assistant", name=row.assistant))] if row.assistant else []
    return [*_clocks(row, day), *entered]


def _clocks(row: Commitment | Milestone, day: date) -> list[tuple[str, str]]:
    if isinstance(row, Commitment) and row.draft and row.is_open:
        return [("plain", _("draft, seen inside the municipality alone"))]
    found = []
    is_late = row.due_on is not None and row.overdue_from <= day
    if row.due_on is not None and is_late:
        found.append(("late", late_words(row.due_on, day)))
    if isinstance(row, Commitment):
        found += _follow_clocks(row, day, is_late)
    if row.due_on is not None and not is_late and row.soon_from <= day:
        found.append(("soon", soon_words(row.due_on, day)))
    return found


def _follow_clocks(row: Commitment, day: date, is_late: bool) -> list[tuple[str, str]]:
    """Beside the date of a commitment: blocked, a late step, silent, too slow, suspended."""
    found = []
    if row.blocked_from <= day:
        found.append(("blocked", blocked_words(row.blocked_from, day)))
    if row.late_step_from <= day and not is_late:
        found.append(("late", _("has a late step since %(day)s", day=format_day(row.late_step_from, year=False))))
    facts = row.follow_facts()
    if row.silent_from <= day:
        found.append(("silent", silent_words(rules.last_heard_on(facts), day)))
    if row.behind_from <= day and not is_late:
        share = rules.share_of_time(row.start_on, row.due_on, day)
        found.append(("soon", behind_words(facts.figure, share)))
    if row.is_open and row.suspended_until is not None and row.is_suspended_on(day):
        until = format_day(row.suspended_until, row.suspended_until.year != day.year)
        found.append(("plain", _("suspended until %(day)s", day=until)))
    return found


def end_words(row: Commitment | Milestone, day: date) -> str | None:
    """How and when it ended; None while open."""
    if row.completed_on < NEVER:
        when = format_day(row.completed_on, row.completed_on.year != day.year)
        if row.completion_not_stated:
            return _("done, date not stated (noted %(day)s)", day=when)
        outcome = row.outcome if isinstance(row, Commitment) else None
        if outcome and outcome != "fulfilled":
            return _("%(outcome)s on %(day)s", outcome=OUTCOME_WORDS[outcome], day=when)
        return _("done on %(day)s", day=when)
    if isinstance(row, Commitment) and row.passed_to:
        day_words = format_day(row.cancelled_on, row.cancelled_on.year != day.year)
        return _("passed on to another municipality on %(day)s", day=day_words)
    if isinstance(row, Milestone) and row.not_held:
        day_words = format_day(row.cancelled_on, row.cancelled_on.year != day.year)
        return _("not held, noted on %(day)s", day=day_words)
    if row.cancelled_on < NEVER:
        return _("dropped on %(day)s", day=format_day(row.cancelled_on, row.cancelled_on.year != day.year))
    return None


def lead_name(commitment: Commitment) -> str | None:
    """Who leads, None while nobody does."""
    if commitment.unit is not None:
        return commitment.unit.name
    return commitment.partner.name if commitment.partner is not None else None
