"""What stands out about a commitment, explained: which rule fired, since when, and what clears it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.agenda import rules
from tracker.agenda.models import Commitment, Milestone
from tracker.core.i18n import _, format_day, format_percent, ngettext


@dataclass(frozen=True)
class Explained:
    """One clock in sentences."""

    tone: str
    #: The rule, with the figures that made it fire.
    rule: str
    since_on: date
    clears: str


def explained(row: Commitment, milestones: Sequence[Milestone], day: date) -> list[Explained]:
    """Every clock of a commitment that holds on the day, most pressing first."""
    facts = row.follow_facts(milestones)
    found = []
    if row.overdue_from <= day and row.due_on is not None:
        late = _("The due date, %(due)s, has passed.", due=format_day(row.due_on))
        clears = _("Closing it, or a new date with its reason.")
        found.append(Explained("late", late, row.overdue_from, clears))
    if row.blocked_from <= day:
        clears = _("Writing down that the obstacle is cleared.")
        found.append(Explained("blocked", _("An obstacle is open."), row.blocked_from, clears))
    if row.late_step_from <= day:
        step = _("A milestone is late.")
        clears = _("Reaching the milestone, moving its date or dropping it.")
        found.append(Explained("late", step, row.late_step_from, clears))
    if row.silent_from <= day:
        clears = _("Any report, also that it is still on course.")
        found.append(Explained("silent", _silence(row, facts), row.silent_from, clears))
    if row.behind_from <= day:
        clears = _("A report with more progress, or a new date with its reason.")
        if rules.pace_rule(facts) == "milestones":
            clears = _("Reaching the milestones that are due, moving their dates or dropping them.")
        found.append(Explained("soon", _pace(facts, day), row.behind_from, clears))
    return found


def suspension_words(row: Commitment) -> str:
    """From when to when an open commitment is or was suspended, and why; empty where it never was."""
    if row.suspended_from is None or row.suspended_until is None or not row.is_open:
        return ""
    return _(
        "Suspended from %(first)s to %(last)s: %(reason)s",
        first=format_day(row.suspended_from),
        last=format_day(row.suspended_until),
        reason=row.suspended_reason,
    )


def _silence(row: Commitment, facts: rules.FollowFacts) -> str:
    last_on = rules.last_heard_on(facts)
    days, last = (row.silent_from - last_on).days, format_day(last_on)
    return ngettext(
        "No sign of life since %(last)s; after %(num)s day it counts as silent.",
        "No sign of life since %(last)s; after %(num)s days it counts as silent.",
        days,
        last=last,
    )


def _pace(facts: rules.FollowFacts, day: date) -> str:
    share = rules.share_of_time(facts.start_on, facts.due_on, day)
    if facts.figure is None or share is None:
        return _("By weight, more milestones are due than reached.")
    return _(
        "%(done)s is done, and %(gone)s of the time is gone: further apart than is tolerated.",
        done=format_percent(facts.figure),
        gone=format_percent(share),
    )
