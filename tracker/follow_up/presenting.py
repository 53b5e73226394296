"""Checks in words: when, what was told at which step and why, and what became of it; people reached."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from tracker.core.i18n import _, _l, format_day, format_instant, format_long_day, format_number, ngettext
from tracker.core.now import is_zone, local_day, zone
from tracker.follow_up.rules import PEOPLE
from tracker.notices.models import Notice
from tracker.notices.presenting import answer_words, doubt_words, mail_words, state_words
from tracker.notices.rules import RIDER, ladder_of, leaving_day, may_leave
from tracker.post.models import OutboxMail
from tracker.territory.rules import Place, Policy

#: Jobs of the journal in words, and the counts of each: (its name in the journal, label).
JOBS: dict[str, tuple[Any, tuple[tuple[str, Any], ...]]] = {
    "check": (
        _l("Checks"),
        (
            ("municipalities", _l("Municipalities")),
            ("looked_at", _l("Looked at")),
            ("changed", _l("Newly due or late")),
            ("told", _l("Told")),
            ("skipped", _l("Not told")),
            ("nobody", _l("Nobody to tell")),
        ),
    ),
    "compose": (
        _l("Mails put together"),
        (
            ("digests", _l("Mails")),
            ("notices", _l("Notices in them")),
            ("waiting_for_approval", _l("Held for a yes")),
        ),
    ),
    "deliver": (
        _l("Mails sent"),
        (
            ("sent", _l("Sent")),
            ("retry", _l("Put off")),
            ("failed", _l("Not delivered")),
            ("cancelled", _l("Nothing left to say")),
        ),
    ),
    "terms": (_l("Terms of office"), (("mails", _l("Mails that say that one ends")),)),
    "sweep": (_l("Cleaning"), (("files", _l("Files nobody knew")),)),
}


def here(place: Place) -> tzinfo:
    """Where the municipality is; the meridian where its zone is not known."""
    return zone(place.zone) if is_zone(place.zone) else UTC


def day_here(now: datetime, place: Place) -> date:
    """Its calendar day."""
    return local_day(now, place.zone if is_zone(place.zone) else "UTC")


def at_words(at: datetime, zone_: tzinfo, today: date) -> str:
    """Day and time of an instant: "today at 00:01", "23 Nov 2026, 00:01"."""
    local = at.astimezone(zone_)
    if local.date() == today:
        return _("today at %(time)s", time=f"{local:%H:%M}")
    return format_instant(at, zone_)


def on_words(day: date, today: date) -> str:
    """A day seen from today: today, tomorrow, or the day with its weekday."""
    if day == today:
        return _("today")
    return _("tomorrow") if day == today + timedelta(days=1) else format_long_day(day)


def step_words(step: str, quiet_start: bool) -> str:
    """A step of the ladder: "reminder 14 days before", "step of 10 days after the due day"."""
    if quiet_start:
        return _("it was late when it came in: said once")
    if step == RIDER:
        return _("too slow: in a mail that leaves anyway")
    if ladder_of(step) != "dates":
        return _follow_step_words(ladder_of(step), int(step.partition("+")[2]))
    if step.startswith("due-"):
        days = int(step.removeprefix("due-"))
        return ngettext("reminder %(num)s day before", "reminder %(num)s days before", days)
    days = int(step.partition("+")[2])
    return ngettext("step of %(num)s day after the due day", "step of %(num)s days after the due day", days)


def _follow_step_words(ladder: str, days: int) -> str:
    """A step of silence, of an obstacle or of what has no date."""
    if ladder == "blocked":
        if not days:
            return _("the day an obstacle is in the way")
        return ngettext("step of %(num)s day of an obstacle", "step of %(num)s days of an obstacle", days)
    if ladder == "undated":
        return ngettext("%(num)s day without a date", "%(num)s days without a date", days)
    if not days:
        return _("the day it becomes silent")
    return ngettext(
        "step of %(num)s day after it became silent", "step of %(num)s days after it became silent", days
    )


def ladder_words(policy: Policy) -> list[tuple[str, str]]:
    """Who hears when, with the figures of a municipality."""
    before = [
        (
            ngettext("%(num)s day before the due day", "%(num)s days before the due day", days),
            _("who leads: the people and the mailbox of the unit"),
        )
        for days in policy.remind_days
    ]
    first, second, third = policy.late_days
    return [
        *before,
        (_after(first), _("who leads and who is co-responsible")),
        (_after(second), _("who leads and the coordinators")),
        (
            _after(third),
            ngettext(
                "the coordinators, and again every %(num)s day",
                "the coordinators, and again every %(num)s days",
                policy.repeat_days,
            ),
        ),
        (_("when it becomes silent"), _("who leads; after as many days again the coordinators")),
        (
            _("while it has no date"),
            ngettext("who leads, every %(num)s day", "who leads, every %(num)s days", policy.undated_repeat_days),
        ),
        (
            _("when something is in the way"),
            ngettext(
                "who leads and who can clear it, and again every %(num)s day",
                "who leads and who can clear it, and again every %(num)s days",
                policy.blocked_repeat_days,
            ),
        ),
    ]


def _after(days: int) -> str:
    return ngettext("%(num)s day after it", "%(num)s days after it", days)


@dataclass(frozen=True)
class Leaving:
    """When what waits in a municipality leaves."""

    today: date
    #: The next working day, today included; and whether its hour has come.
    day: date
    is_time: bool
    #: The working day after that.
    next_day: date
    hour: int
    #: More mails than leave without somebody's yes.
    held: bool = False
    #: Who has the mail of `day` already.
    served: Set[str] = frozenset()


def leaving_from(place: Place, policy: Policy, now: datetime) -> Leaving:
    """When mails of a municipality leave, seen from now."""
    today = day_here(now, place)
    day = leaving_day(today, place.country_code, policy)
    return Leaving(
        today=today,
        day=day,
        is_time=may_leave(now, zone(place.zone), place.country_code, policy) if is_zone(place.zone) else False,
        next_day=leaving_day(day + timedelta(days=1), place.country_code, policy),
        hour=policy.digest_hour,
    )


def fate_of(
    notice: Notice, mail: OutboxMail | None, leaving: Leaving, zone_: tzinfo, now: datetime
) -> tuple[str, str]:
    """(tone, words): what became of a notice, as far as anybody knows."""
    if notice.state == "waiting":
        along = notice.step == RIDER and notice.recipient not in leaving.served
        return "plain", _("goes along with the next mail") if along else waiting_words(notice.recipient, leaving)
    if mail is not None and notice.state in ("composed", "leaving", "sent"):
        tone, words = mail_words(mail, zone_, now)
        said = answer_words(mail.answer) if mail.state == "waiting" and mail.attempts else ""
        doubt = doubt_words(mail)
        return tone, "; ".join(part for part in (words, said, doubt) if part)
    return {"failed": "late", "nobody": "late", "cancelled": "silent"}.get(notice.state, "plain"), state_words(
        notice
    )


def waiting_words(recipient: str, leaving: Leaving) -> str:
    """Until when something waits, and for what."""
    hour = f"{leaving.hour:02d}:00"
    if leaving.held:
        return _("held: so many mails of one day leave only when somebody says yes")
    if recipient in leaving.served:
        return _(
            "had the mail of the day already; leaves with the next one, %(day)s from %(hour)s on",
            day=on_words(leaving.next_day, leaving.today),
            hour=hour,
        )
    if leaving.is_time:
        return _("leaves within minutes")
    return _(
        "waits for the hour of mails: %(day)s from %(hour)s on", day=on_words(leaving.day, leaving.today), hour=hour
    )


def short_day(day: date, today: date) -> str:
    """A day, its year only where it is another one."""
    return format_day(day, day.year != today.year)


def people_words(counts: Mapping[str, int | None]) -> str:
    """How many were reached, by PEOPLE: "12 women, 8 men"; what is not known is left out."""
    women, men, unsexed = (counts[name] for name in PEOPLE)
    said = []
    if women is not None:
        said.append(ngettext("%(count)s woman", "%(count)s women", women, count=format_number(women)))
    if men is not None:
        said.append(ngettext("%(count)s man", "%(count)s men", men, count=format_number(men)))
    if unsexed is not None:
        count = format_number(unsexed)
        said.append(
            ngettext(
                "%(count)s person not recorded by sex", "%(count)s people not recorded by sex", unsexed, count=count
            )
        )
    return ", ".join(said)
