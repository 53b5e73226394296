"""Notices in words: what was told, to whom, why, and whether it left."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from tracker.core.i18n import _, _l, format_day, format_instant
from tracker.core.now import local_day, zone
from tracker.notices.models import Notice
from tracker.notices.rules import LADDERS, SPOKEN
from tracker.notices.words import (
    follow_words,
    late_words,
    period_words,
    slippage_words,
    soon_words,
    spoken_words,
)
from tracker.post.models import MailTry, OutboxMail
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
    "passed_on": _l("another municipality took it over and is told instead"),
    "handed_over": _l("its reader handed over to somebody else, who is told instead"),
    "news": _l("there was news before it left"),
    "taken_back": _l("who asked took the question back"),
    "clock": _l("the clock of the service had run ahead"),
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
    "clearer": _l("who can clear it"),
    # Somebody who has no role here, by a mail address that somebody else wrote down.
    "outside": _l("who can clear it"),
    "asker": _l("who asked for it"),
    "judge": _l("who said how far it is"),
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


#: The look of what is said of a clock.
TONES = {
    **{clock: clock for clock in ("silent", "blocked")},
    **{"overdue": "late", "due_soon": "soon", "behind": "soon", "undated": "silent"},
    **dict.fromkeys(SPOKEN, "plain"),
}


def what_words(notice: Any, day: date | None = None) -> str:
    """What the notice says, seen from its own day: "3 days late", "due in 14 days"."""
    return said_words(notice.facts, notice.struck_on, day or notice.day)


def said_words(facts: Mapping[str, Any], struck_on: date, seen_from: date) -> str:
    """The same of facts as notices carry them."""
    if facts["clock"] in LADDERS:
        return follow_words(facts["clock"], facts, struck_on, seen_from)
    if facts["clock"] in SPOKEN:
        return spoken_words(facts)
    if not facts.get("due_on"):
        return ""
    due_on = date.fromisoformat(facts["due_on"])
    return late_words(due_on, seen_from) if facts["clock"] == "overdue" else soon_words(due_on, seen_from)


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


#: Kinds of mails, by the name under which they are registered.
KIND_WORDS = {
    "digest": _l("daily mail"),
    "invitation": _l("invitation"),
    "reset": _l("link for a new password"),
    "address_old": _l("change of address, to the old one"),
    "address_new": _l("change of address, to the new one"),
    "account_news": _l("news about an account"),
    "term_ends": _l("end of a term of office"),
}
#: Answers that are our own words and not a mail server's.
OWN_ANSWERS = {
    "nothing left to say": _l("nothing was left to say"),
    "connection lost": _l("the connection was lost before its turn"),
    "no answer in time": _l("the mail server gave no answer in time"),
    "the process ended before the answer came": _l("the service was stopped before the answer came"),
}


def mail_words(mail: OutboxMail, zone_: tzinfo, now: datetime) -> tuple[str, str]:
    """(tone, words) for the state of a mail."""
    if mail.state == "sent" and mail.sent_at:
        return "done", _("sent %(when)s", when=format_instant(mail.sent_at, zone_))
    if mail.state == "sending":
        return "plain", _("is being handed over")
    if mail.state == "failed":
        return "late", _("could not be delivered")
    if mail.state == "cancelled":
        return "silent", _("cancelled: nothing was left to say")
    if mail.not_before > now and mail.attempts:
        return "soon", _("waiting until %(when)s", when=format_instant(mail.not_before, zone_))
    return "plain", _("waiting, leaves within minutes")


def doubt_words(mail: OutboxMail) -> str:
    """What a lost answer means for its reader; empty where none was lost."""
    if not mail.in_doubt:
        return ""
    if mail.state == "sent":
        return _("in doubt: it may have arrived twice")
    return _("in doubt: it may have arrived already")


def answer_words(answer: str | None) -> str:
    """What the mail server said last, or what happened instead, in the reader's language where it is ours."""
    text = answer or ""
    if text.startswith("could not be written: "):
        return _("it could not be written; the log says why (%(error)s)", error=text.partition(": ")[2])
    if text.startswith("written to "):
        return _("written to the file %(name)s", name=text.removeprefix("written to "))
    return str(OWN_ANSWERS.get(text, text))


def try_events(mail: OutboxMail, tries: Sequence[MailTry], zone_: tzinfo, now: datetime) -> list[dict[str, Any]]:
    """The line of time of a mail: composed, each try with the server's words, what comes next."""
    found = [_event(mail.created_at, zone_, "plain", _("composed"))]
    for each in tries:
        if each.outcome == "again":
            asked = _("%(name)s had it sent again", name=each.answer)
            found.append(_event(each.at, zone_, "plain", asked))
            continue
        tone, title = {
            "later": ("soon", _("try %(number)s: put off", number=each.number)),
            "doubt": ("soon", _("try %(number)s: no answer came, it may have arrived", number=each.number)),
        }.get(each.outcome, ("late", _("try %(number)s: not delivered, given up", number=each.number)))
        found.append(_event(each.at, zone_, tone, title, answer_words(each.answer)))
    if mail.state == "sent" and mail.sent_at:
        taken = _("try %(number)s: taken by the mail server", number=mail.attempts)
        found.append(_event(mail.sent_at, zone_, "done", taken, answer_words(mail.answer)))
    elif mail.state == "waiting" and mail.not_before > now:
        found.append({**_event(mail.not_before, zone_, "plain", _("next try, at the earliest")), "moment": "ahead"})
    return found


def _event(at: datetime, zone_: tzinfo, tone: str, title: str, text: str = "") -> dict[str, Any]:
    words = format_instant(at, zone_)
    return {"date_words": words, "iso": at.isoformat(), "tone": tone, "title": title, "text": text}


def said_lines(notices: Sequence[Notice], places: Mapping[int, Place]) -> list[dict[str, Any]]:
    """Lines of what a mail says, each with its municipality and why its reader hears it."""
    return [
        {
            "place": places[notice.municipality_id],
            "code": notice.facts["code"],
            "title": notice.facts["title"],
            "of": notice.facts.get("of"),
            "tone": TONES[notice.facts["clock"]],
            "what": what_words(notice),
            "due": when_words(notice),
            "unit": notice.facts.get("unit"),
            "why": str(AUDIENCE_WORDS[notice.audience]),
            "state": state_words(notice),
            "settled": str(CLEARED_WORDS.get(notice.cleared_how, "")),
        }
        for notice in notices
    ]
