"""Keys and states of notices."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tracker.territory.rules import Policy, is_working_day

#: What people may do without, as columns of MailPreference; everything else is a duty.
PREFERENCES = ("early", "copies", "cleared")
#: Ladders beside that of dates; their steps are called `silent+0`, `blocked+30`…
LADDERS = ("blocked", "silent", "behind", "undated")
#: What is told because somebody answered, judged or asked, not because a clock struck. The steps are called
#: `answer+7`, by the id of what was answered or said: each is told for itself.
SPOKEN = ("answer", "verdict", "reply", "asked")
#: Of these, what stays true whatever becomes of the promise; a question ends with news.
LASTING = ("answer", "verdict", "reply")
#: A step that leaves only in a mail that leaves anyway.
RIDER = "behind+0"
#: Above so many mails for one municipality on one day a person must say yes.
APPROVAL_ABOVE = 100


@dataclass(frozen=True)
class Raised:
    """A notice as decided, before it is a row."""

    municipality_id: int
    subject: str
    step: str
    struck_on: date
    recipient: str
    name: str
    locale: str
    audience: str
    facts: dict[str, Any]
    #: A step that a missed run passed over: recorded, not sent.
    skipped: bool = False
    #: The preference that may do without it: `early`, `copies`, or empty for a duty.
    preference: str = ""
    #: The recipient does without it: recorded, not sent.
    unwanted: bool = False

    @property
    def key(self) -> str:
        """subject | step | day it struck | recipient"""
        return notice_key(self.subject, self.step, self.struck_on, self.recipient)

    @property
    def is_told(self) -> bool:
        """Whether somebody is to hear it, not merely to be able to see later why nobody did."""
        return bool(self.recipient) and not self.skipped and not self.unwanted

    @property
    def first_state(self) -> tuple[str, str]:
        """(state, reason) with which it becomes a row."""
        if self.skipped or self.unwanted:
            return "cancelled", "skipped" if self.skipped else "unwanted"
        return ("waiting" if self.recipient else "nobody"), ""


def masked(address: str) -> str:
    """An address as its owner knows it again and nobody else learns it: `o…s@example.org`, on one line."""
    name, sign, host = address.rpartition("@")
    return f"{name[:1]}…\u2060{name[-1:] if len(name) > 2 else ''}{sign}{host}"


def ladder_of(step: str) -> str:
    """To which ladder a step belongs: `dates` (soon and late), one of LADDERS; what is spoken stands alone."""
    name = step.partition("+")[0]
    if name in SPOKEN:
        return step
    return name if name in LADDERS else "dates"


def notice_key(subject: str, step: str, struck_on: date, recipient: str) -> str:
    """What makes a notice the same notice."""
    return f"{subject}|{step}|{struck_on.isoformat()}|{recipient}"


@dataclass(frozen=True)
class Mass:
    """The mails about one municipality on one of its days, and whether somebody let them leave although many."""

    #: People for whom something waits and who have no digest of that day yet: a mail each.
    waiting: int
    #: Mails that were composed for that day already.
    composed: int = 0
    approved: bool = False

    @property
    def is_held(self) -> bool:
        """Whether what waits leaves only after a person's yes."""
        return self.waiting > 0 and not self.approved and self.waiting + self.composed > APPROVAL_ABOVE


def leaving_day(day: date, country_code: str, policy: Policy) -> date:
    """The first day from `day` on, itself included, on which digests leave; `day` where none ever does."""
    days = (day + timedelta(days=number) for number in range(366))
    return next((each for each in days if is_working_day(each, country_code, policy)), day)


def may_leave(now: datetime, zone: ZoneInfo, country_code: str, policy: Policy) -> bool:
    """Whether digests of a municipality leave at this instant: a working day, from the policy's hour on."""
    local = now.astimezone(zone)
    return local.time() >= time(policy.digest_hour) and is_working_day(local.date(), country_code, policy)
