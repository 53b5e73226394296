"""Notices in words: what was told, to whom, why, and whether it left."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.core.i18n import _, _l, format_day, format_instant
from tracker.core.now import local_day, zone
from tracker.notices.models import Notice
from tracker.notices.words import late_words, period_words, slippage_words, soon_words
from tracker.territory.rules import Place

STATE_WORDS = {
    "waiting": _l("leaves with the next digest"),
    "composed": _l("on its way"),
    "leaving": _l("on its way"),
    "sent": _l("sent"),
    "failed": _l("could not be delivered"),
    "cancelled": _l("not sent"),
    "nobody": _l("nobody to tell"),
}
REASON_WORDS = {
    "overtaken": _l("a later notice took its place"),
    "skipped": _l("its day had passed when the check ran"),
    "changed": _l("the date or the lead changed before it left"),
    "completed": _l("it was done before the notice left"),
    "cancelled": _l("it was dropped before the notice left"),
    "reached": _l("somebody can be told now and was told instead"),
    "unwanted": _l("its reader chose to do without it"),
    "declined": _l("too many mails for one day, and somebody decided against them"),
}
#: How something that was told as late was settled.
CLEARED_WORDS = {
    "completed": _l("done"),
    "cancelled": _l("dropped"),
    "changed": _l("has a new date or another lead"),
}
AUDIENCE_WORDS = {
    "responsible": _l("as responsible"),
    "co_responsible": _l("as co-responsible"),
    "coordinator": _l("as coordinator"),
    "stand_in": _l("as coordinator, because nobody is reached at the unit"),
    "nobody": _l("no address is known"),
}


def moved_words(notice: Any, day: date | None = None) -> str | None:
    """How the promise had moved when the notice was raised: "promised for 30 Jun, moved (+119 days)"."""
    first, due = notice.facts.get("first_due_on"), notice.facts.get("due_on")
    if not (first and due):
        return None
    return slippage_words(date.fromisoformat(first), date.fromisoformat(due), None, day or notice.day)


def what_words(notice: Any, day: date | None = None) -> str:
    """What the notice says, seen from its own day: "3 days late", "due in 14 days"."""
    due_text = notice.facts.get("due_on")
    if not due_text:
        return ""
    due_on = date.fromisoformat(due_text)
    seen_from = day or notice.day
    return late_words(due_on, seen_from) if notice.facts["clock"] == "overdue" else soon_words(due_on, seen_from)


def when_words(notice: Any) -> str:
    """The due date as it was given."""
    due_text = notice.facts.get("due_on")
    return period_words(date.fromisoformat(due_text), notice.facts["precision"]) if due_text else ""


def state_words(notice: Notice) -> str:
    """What became of it, with the reason or the mail server's own words."""
    words = str(STATE_WORDS[notice.state])
    reason = str(REASON_WORDS.get(notice.reason, notice.reason))
    return f"{words}: {reason}" if reason else words


def notice_lines(notices: Sequence[Notice], place: Place) -> list[dict[str, Any]]:
    """Lines of a list of notices of one place."""
    return [
        {
            "what": what_words(notice),
            "to": notice.name or notice.recipient or _("nobody"),
            "why": str(AUDIENCE_WORDS[notice.audience]),
            "state": state_words(notice),
            "is_well": notice.state in ("sent", "waiting", "composed", "leaving"),
            "day": format_day(local_day(notice.raised_at, place.zone)),
            "exact": format_instant(notice.raised_at, zone(place.zone)),
            "iso": notice.raised_at.isoformat(),
            "title": notice.facts["title"],
        }
        for notice in notices
    ]
