"""Making the occurrences of a promise that recurs, and saying that one was not held."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from tracker.agenda import rules
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations.commitments import fill_quiet, milestones_of, open_commitment
from tracker.agenda.operations.milestones import milestone_for_write
from tracker.agenda.operations.reckoning import reckon, recount
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import NEVER, db
from tracker.core.errors import Refused
from tracker.core.i18n import _l, format_day, format_month, in_language
from tracker.notices.operations import void
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import FIRST_DAY, LAST_DAY, Place


@dataclass(frozen=True)
class Ahead:
    """What a pattern would do to a commitment on a day."""

    pattern: rules.Pattern
    #: Days on which an occurrence would be made, with its title.
    new: list[tuple[date, str]]
    #: Future open occurrences that the pattern does not have any more.
    dropped: list[Milestone]
    #: Those that it does not have either and that stay: somebody moved their date or reported on them.
    kept: list[Milestone]
    #: Days that are over: nothing is made for them.
    over: list[date] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """What was looked at: another mark means that something else would be done."""
        done = (self.pattern.written(), self.new, sorted(m.id for m in self.dropped))
        return sha256(repr(done).encode()).hexdigest()


def look_ahead(
    day: date,
    place: Place,
    commitment: Commitment,
    milestones: Sequence[Milestone],
    pattern: rules.Pattern,
    title: str = "",
) -> Ahead:
    """What the pattern would make and drop from `day` on; raises Refused with a message per field.

    Occurrences that are over, today's, held ones and those that were not held stay as they are, and those whose
    date was moved by hand or that were reported on. One that was moved onto a day of the pattern stands for it.
    """
    _check(commitment, pattern, title)
    days = rules.days_of(pattern)
    if len(days) > rules.MOST_OCCURRENCES:
        most = _l("At most %(count)s times; choose an earlier last day.", count=rules.MOST_OCCURRENCES)
        raise Refused(fields={"until_on": most})
    if not days:
        raise Refused(fields={"until_on": _l("It does not fall on any day until then.")})
    wanted = set(days)
    others = [m for m in milestones if m.occurs_on is not None and m.occurs_on not in wanted]
    coming = [m for m in others if m.is_open and (m.due_on is None or m.due_on > day)]
    kept = [m for m in coming if m.due_on != m.occurs_on or m.begun_on < NEVER]
    dropped = [m for m in coming if m not in kept]
    there = {m.occurs_on for m in milestones} | {m.due_on for m in others if m not in dropped}
    new = [one for one in days if one >= day and one not in there]
    return Ahead(
        pattern,
        list(zip(new, _titles(place, pattern, title.strip() or commitment.title, new), strict=True)),
        dropped,
        kept,
        [one for one in days if one < day and one not in there],
    )


def make_occurrences(
    act: Act, place: Place, code: str, pattern: rules.Pattern, title: str = "", mark: str | None = None
) -> Ahead:
    """Make a milestone for each day of the pattern from today on that has none yet; says what was done.

    Done again it makes nothing; a longer pattern goes on after the last one; another pattern drops the future open
    ones it does not have, but for those that somebody moved or reported on. Without `title` they are called after
    the commitment. Raises Refused with a message per field, or where `mark` is given and something else would be
    done by now than what was looked at.
    """
    hold(place.id)
    commitment = open_commitment(place.id, code)
    own = milestones_of(commitment)
    ahead = look_ahead(act.day, place, commitment, own, pattern, title)
    if mark is not None and mark != ahead.mark:
        raise Refused(_l("Something has changed since you looked at the days. Look at them again."))
    written = pattern.written()
    if not ahead.new and not ahead.dropped and commitment.recurs == written:
        return ahead
    for milestone in ahead.dropped:
        # It is no occurrence any more, so that the same day can be one again later.
        milestone.occurs_on, milestone.cancelled_on = None, act.day
        milestone.end_reason, milestone.assistant = _reason(place), act.assistant
        told: dict[str, tuple[object, object]] = {
            "title": (None, milestone.title),
            "reason": (None, milestone.end_reason),
        }
        record(act, "cancel_milestone", place.id, commitment.subject, told, milestone.subject)
        void(place.id, milestone.subject, "cancelled", act.day)
    db.session.flush()
    made = [_occurrence(act, commitment, day, name) for day, name in ahead.new]
    commitment.recurs = written
    db.session.add_all(made)
    reckon(commitment, [*own, *made], policy_for(place))
    recount(place.id, act.day)
    changes: dict[str, tuple[object, object]] = {
        "from_on": (None, pattern.from_on),
        "until_on": (None, rules.days_of(pattern)[-1]),
        "occurrences": (None, len(made)),
    }
    record(act, "make_occurrences", place.id, commitment.subject, changes)
    return ahead


def not_held(act: Act, place: Place, code: str, milestone_id: int, reason: str) -> Milestone:
    """Say why an occurrence was not held: it is closed and counts as not held; reopening undoes it."""
    hold(place.id)
    commitment = open_commitment(place.id, code)
    milestone = milestone_for_write(commitment, milestone_id)
    if milestone.occurs_on is None:
        raise Refused(_l("This milestone does not recur: drop it instead."))
    if milestone.not_held and milestone.end_reason == reason.strip():
        return milestone
    if not milestone.is_open:
        raise Refused(_l("This milestone is closed. Reopen it first."))
    if not reason.strip():
        raise Refused(fields={"reason": _l("Say in a few words why it was not held.")})
    milestone.cancelled_on, milestone.end_reason, milestone.not_held = act.day, reason.strip(), True
    milestone.assistant = act.assistant
    # Whoever says why it was not held is at work.
    commitment.last_sign_on = max(act.day, commitment.last_sign_on or act.day)
    void(place.id, milestone.subject, "cancelled", act.day)
    reckon(commitment, milestones_of(commitment), policy_for(place))
    recount(place.id, act.day)
    changes: dict[str, tuple[object, object]] = {
        "title": (None, milestone.title),
        "reason": (None, milestone.end_reason),
    }
    record(act, "not_held", place.id, commitment.subject, changes, milestone.subject)
    return milestone


def _occurrence(act: Act, commitment: Commitment, day: date, title: str) -> Milestone:
    milestone = Milestone(
        municipality_id=commitment.municipality_id,
        commitment_id=commitment.id,
        code="",
        title=title,
        due_on=day,
        due_precision="day",
        first_due_on=day,
        occurs_on=day,
        not_held=False,
        entered_on=act.day,
        assistant=act.assistant,
        weight=1,
    )
    fill_quiet(milestone)
    return milestone


def _titles(place: Place, pattern: rules.Pattern, title: str, days: Sequence[date]) -> list[str]:
    """`Vacunación · marzo 2027` in the language of the place; with the day where a month may have several."""
    said = format_day if pattern.unit == "week" else format_month
    with in_language(place.languages[0], place.country_code):
        ends = [f" · {said(day)}" for day in days]
    return [title[: rules.TITLE_LENGTH - len(end)] + end for end in ends]


def _reason(place: Place) -> str:
    with in_language(place.languages[0], place.country_code):
        return str(_l("It recurs on other days now."))


def _check(commitment: Commitment, pattern: rules.Pattern, title: str) -> None:
    wrong: dict[str, object] = {}
    if pattern.unit not in rules.UNITS:
        wrong["unit"] = _l("Choose how often it recurs.")
    if not 1 <= pattern.every <= 99:
        wrong["every"] = _l("Give a whole number from 1 to 99.")
    weekly = pattern.unit == "week" or pattern.nth
    if not 1 <= pattern.day <= (7 if weekly else 31):
        wrong["weekday" if weekly else "month_day"] = (
            _l("Choose a day of the week.") if weekly else _l("Give a day from 1 to 31.")
        )
    if not 0 <= pattern.nth <= (0 if pattern.unit == "week" else rules.LAST):
        wrong["nth"] = _l("Choose which day of the month.")
    if not FIRST_DAY <= pattern.from_on <= LAST_DAY:
        wrong["from_on"] = _l("Give a day between 1990 and 2100.")
    elif commitment.start_on and pattern.from_on < commitment.start_on:
        wrong["from_on"] = _l("This is before the start of the commitment.")
    if pattern.until_on is None and pattern.count is None:
        wrong["until_on"] = _l("Give a last day or how many times.")
    elif pattern.until_on is not None and not pattern.from_on <= pattern.until_on <= LAST_DAY:
        wrong["until_on"] = _l("The last day is before the first.")
    if pattern.count is not None and not 1 <= pattern.count <= rules.MOST_OCCURRENCES:
        wrong["count"] = _l("Give a whole number from 1 to %(most)s.", most=rules.MOST_OCCURRENCES)
    if len(title) > rules.TITLE_LENGTH:
        wrong["title"] = _l("At most %(count)s characters.", count=rules.TITLE_LENGTH)
    if wrong:
        raise Refused(fields=wrong)
