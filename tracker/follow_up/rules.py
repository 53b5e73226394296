"""Who hears at which step of the ladder."""

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from tracker.agenda.rules import Step
from tracker.territory.rules import Policy

#: How somebody told what the update says.
CHANNELS = ("phone", "visit", "meeting", "message")
HAPPENED = ("under_way", "finished")
#: What can be in the way, and where somebody works who can clear it outside units and partners.
OBSTACLE_KINDS = ("money", "permit", "land", "people", "purchase", "information", "weather", "other")
LEVELS = ("state", "national", "court", "company", "other")
#: How people reached are counted: women, men, and those of whom it was not recorded.
PEOPLE = ("women", "men", "unsexed")
#: One update cannot reach more.
MOST_PEOPLE = 10**9


#: How far a commitment is in the eyes of somebody else; "not reviewed" is none of these.
VERDICTS = ("no_evidence", "not_started", "limited", "substantial", "complete")
#: Characters of an address that shows something.
LINK_LENGTH = 500


def is_link(text: str) -> bool:
    """Whether it is the address of a page that people can open."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    fit = text.isprintable() and " " not in text and len(text) <= LINK_LENGTH
    return fit and parts.scheme in ("https", "http") and bool(parts.hostname)


def is_verified(
    closed_at: datetime | None, closed_by: int | None, said: Sequence[tuple[int | None, str, datetime, int | None]]
) -> bool:
    """Whether the newest word of an organisation since it was closed, by somebody else, is that it is complete.

    `said` is (organisation, verdict, when, by which user), newest first. Taking it up again and closing it anew
    begins afresh.
    """
    if closed_at is None:
        return False
    newest: dict[int | None, str] = {}
    for organisation, verdict, at, by in said:
        if at >= closed_at and (by is None or by != closed_by):
            newest.setdefault(organisation, verdict)
    return "complete" in newest.values()


#: A date that moves so few days before it is due, or later, moves late.
NEAR_DAYS = 7


def days_before_due(old_due_on: date | None, on: date) -> int | None:
    """How many days before the old due date it was moved on the day `on`, below 0 for after it.

    None where it moved in good time, or where there was no date.
    """
    if old_due_on is None or (old_due_on - on).days > NEAR_DAYS:
        return None
    return (old_due_on - on).days


def audience_of(step: Step, policy: Policy) -> tuple[str, ...]:
    """Who hears: `responsible`, `co_responsible`, `clearer`, `coordinator`; the default ladder of follow-up.

    What came in late is told once to the responsible and the coordinator, whatever its step.
    """
    if step.clock in ("due_soon", "behind", "undated"):
        return ("responsible",)
    if step.clock == "blocked":
        return ("responsible", "clearer")
    if step.clock == "silent":
        return ("responsible",) if step.name == "silent+0" else ("coordinator",)
    if step.quiet_start:
        return ("responsible", "coordinator")
    days = int(step.name.partition("+")[2])
    first, second, third = policy.late_days
    if days < second:
        return ("responsible", "co_responsible") if days >= first else ("responsible",)
    if days < third:
        return ("responsible", "coordinator")
    return ("coordinator",)


def preference_for(step: Step, audience: str, policy: Policy) -> str:
    """The preference with which somebody may do without a notice: `early`, `copies`, or empty for a duty.

    The last reminder before the due day and whatever is late stay a duty of who answers for it; somebody outside
    owes nobody an answer.
    """
    if audience in ("co_responsible", "outside"):
        return "copies"
    is_last = step.name == f"due-{min(policy.remind_days, default=0)}"
    return "early" if step.clock == "due_soon" and not is_last else ""
