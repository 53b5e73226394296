"""Who must hear what on which day, told a second time: from the product's rules alone, in plain Python.

The tests put the same facts into this model and into the product and compare every row. It knows nothing of
`tracker`, keeps everything in dicts and looks at every row on every day. Beside each rule stands, in a few
words, what the product promises.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)

#: Digests leave from this hour of the local day on.
DIGEST_HOUR = 7
#: What was late already when it came in rests so long.
REST = 45 * DAY
#: The ladder in days from the due date; after its last rung again every 30 days.
BEFORE, AFTER, AGAIN = (-14, -3), (1, 10, 30), 30
#: Silent: so many days without a sign; sooner near the due date, never before the least.
SILENCE, BEFORE_DUE, LEAST = 90, 60, 30
#: Slow by a figure: so many points less than the share of time gone, after so much of it and so many days.
POINTS, SHARE, FIRST_DAYS = 15, 25, 15
#: Whether what reached nobody is told as soon as somebody can be reached.
REACHED_LATER = True

#: States of a notice; a cancelled one goes by its reason.
WAITING, SENT, FAILED, NOBODY = "waiting", "sent", "failed", "nobody"
SKIPPED, OVERTAKEN, REACHED = "skipped", "overtaken", "reached"
CHANGED, COMPLETED, CANCELLED, NEWS = "changed", "completed", "cancelled", "news"
#: Ended before it left because a fact changed: the same notice may stand again.
WITHDRAWN = (CHANGED, COMPLETED, CANCELLED, NEWS)
#: Clocks of a commitment beside its date.
SILENT, BEHIND, UNDATED, BLOCKED = "silent", "behind", "undated", "blocked"
#: What somebody answered or said: told once, whatever becomes of dates.
ANSWER, VERDICT, REPLY = "answer", "verdict", "reply"


class Key(NamedTuple):
    """What makes a notice the same notice."""

    subject: str
    step: str
    struck_on: date
    recipient: str

    @property
    def clock(self) -> str:
        """Of which clock it speaks: `silent`, `behind`, else the date; what somebody said stands alone."""
        name = self.step.partition("+")[0]
        if name in (ANSWER, VERDICT, REPLY):
            return self.step
        return name if name in (SILENT, BEHIND, UNDATED, BLOCKED) else "date"


class Rung(NamedTuple):
    """A step: days from the due date or the strike, the day it is told, its name, the day its clock struck."""

    offset: int
    falls_on: date
    step: str
    struck_on: date
    quiet: bool = False


#: A person and a local day.
Which = tuple[str, date]


@dataclass
class Party:
    """A unit or a partner: the addresses of its people, and its mailbox."""

    people: list[str] = field(default_factory=list)
    mailbox: str | None = None


@dataclass
class InTheWay:
    """An obstacle that is open, and the addresses of who can clear it."""

    since: date
    clearer: Party


@dataclass(eq=False)
class Subject:
    """A commitment or a milestone."""

    place: "Place"
    due_on: date | None
    entered_on: date
    lead: Party | None
    others: list[Party]
    #: A milestone: the commitment it is a step of, what it weighs, the day of the rhythm that it was made for.
    whole: "Subject | None" = None
    weight: int = 1
    occurs_on: date | None = None
    steps: list["Subject"] = field(default_factory=list)
    #: When it begins, how much is promised and was delivered, and the figure that was reported.
    start_on: date | None = None
    promised: int | None = None
    delivered: int = 0
    reported: int | None = None
    open: bool = True
    done: bool = False
    #: An occurrence that was not held: closed, and counted all the same.
    not_held: bool = False
    #: Somebody reported on it, or did it.
    begun: bool = False
    #: The last day on which it was taken up again, or something was heard of it.
    heard_on: date | None = None
    #: What is in the way, in the order it was written down.
    obstacles: list[InTheWay] = field(default_factory=list)
    #: Last day of the latest suspension.
    rests_until: date | None = None
    #: When its other clocks strike, as last reckoned.
    struck: dict[str, date | None] = field(default_factory=dict)
    #: The last day on which the check saw it; None when it came in, moved or was opened again since then.
    seen_on: date | None = None


@dataclass
class Place:
    """A municipality; `holidays` are those of its country."""

    holidays: frozenset[date] = frozenset()
    coordinators: list[str] = field(default_factory=list)
    agenda: dict[str, Subject] = field(default_factory=dict)
    #: The last day on which the check came by.
    seen_on: date | None = None


@dataclass
class Digest:
    """One mail: what it is to carry, and what it carried once it left."""

    keys: list[Key]
    over: bool = False
    carried: frozenset[Key] = frozenset()


def ladder(due_on: date, entered_on: date, day: date) -> list[Rung]:
    """The rungs that have come by a day, oldest first."""
    late = [*AFTER, *range(AFTER[-1] + AGAIN, (day - due_on).days + 1, AGAIN)]
    # Soon due strikes 14 days ahead, late on the day after.
    soon = [Rung(days, due_on + days * DAY, f"due{days}", due_on + BEFORE[0] * DAY) for days in BEFORE]
    plain = soon + [Rung(days, due_on + days * DAY, f"overdue+{days}", due_on + DAY) for days in late]
    if due_on < entered_on:
        # Quiet start: told once, then a rest of 45 days, then one step for all that came meanwhile.
        awake_on = entered_on + REST
        slept = [rung for rung in plain if rung.falls_on <= awake_on]
        rest = [rung for rung in plain if rung.falls_on > awake_on]
        first = Rung(AFTER[0], due_on + DAY, f"overdue+{AFTER[0]}", due_on + DAY, quiet=True)
        plain = [first, slept[-1]._replace(falls_on=awake_on), *rest]
    return [rung for rung in plain if rung.falls_on <= day]


def ladders(subject: Subject, day: date) -> list[list[Rung]]:
    """The rungs of each of its clocks that have come by a day."""
    dates = ladder(subject.due_on, subject.entered_on, day) if subject.due_on is not None else []
    return [*([dates] if dates else []), *other_ladders(subject, day)]


def silence(subject: Subject) -> int:
    """After how many days without a sign it is silent."""
    if subject.due_on is None:
        return SILENCE
    near = (subject.due_on - last_heard(subject)).days - BEFORE_DUE
    return min(SILENCE, max(LEAST, near))


def last_heard(subject: Subject) -> date:
    """It came in, was heard of or taken up again."""
    return max(subject.entered_on, subject.heard_on or subject.entered_on)


def figure_of(subject: Subject) -> int | None:
    """What was delivered of what is promised, in whole percent; else what was reported."""
    if subject.promised is not None:
        return min(100, subject.delivered * 100 // subject.promised)
    return subject.reported


def behind_from(subject: Subject) -> date | None:
    """With a figure by time; else the day after the first due date by which more weight is due than done."""
    figure = figure_of(subject)
    if figure is not None:
        return _behind_by(figure, subject.start_on, subject.due_on)
    counted = [step for step in subject.steps if step.open or step.done]
    done = sum(step.weight for step in counted if step.done)
    for day in sorted({step.due_on for step in counted if step.due_on is not None}):
        due = sum(step.weight for step in counted if step.due_on is not None and step.due_on <= day)
        if len(counted) > 1 and due > done:
            return day + DAY
    return None


def _behind_by(figure: int, start_on: date | None, due_on: date | None) -> date | None:
    """The first day on which the figure and some points are less than the share of time gone."""
    if start_on is None or due_on is None or start_on >= due_on:
        return None
    span = (due_on - start_on).days
    for days in range(FIRST_DAYS, span + FIRST_DAYS + 1):
        gone = min(100 * span, 100 * days)
        if gone >= SHARE * span and (figure + POINTS) * span < gone:
            return start_on + days * DAY
    return None


def late_from(subject: Subject) -> date | None:
    """The day after its date while it is open."""
    return subject.due_on + DAY if subject.open and subject.due_on is not None else None


def late_step_from(subject: Subject) -> date | None:
    """The day on which the first of its open milestones is late."""
    return min((day for step in subject.steps if (day := late_from(step))), default=None) if subject.open else None


def earliest(subject: Subject) -> InTheWay | None:
    """The obstacle that speaks: the one that is in the way for longest."""
    return min(subject.obstacles, key=lambda obstacle: obstacle.since, default=None)


def other_ladders(subject: Subject, day: date) -> list[list[Rung]]:
    """The rungs of silence and of pace that have come by a day."""
    found: list[list[Rung]] = []
    silent, behind = subject.struck.get(SILENT), subject.struck.get(BEHIND)
    if silent is not None:
        first = silent
        if subject.due_on is not None and subject.due_on < subject.entered_on:
            first = max(silent, subject.entered_on + REST)
        days = silence(subject)
        found.append([Rung(0, first, "silent+0", silent), Rung(days, first + days * DAY, f"silent+{days}", silent)])
    if behind is not None and (subject.heard_on is None or subject.heard_on < behind):
        # Who reported on it when it was slow already knows.
        found.append([Rung(0, behind, "behind+0", behind)])
    if (blocked := subject.struck.get(BLOCKED)) is not None:
        # On the day itself, then once a month while it is in the way.
        months = range(0, (day - blocked).days + 1, AGAIN)
        found.append([Rung(days, blocked + days * DAY, f"{BLOCKED}+{days}", blocked) for days in months])
    if subject.due_on is None and subject.whole is None:
        # Asked for a date once a month since it came in.
        since = subject.entered_on
        months = range(AGAIN, (day - since).days + 1, AGAIN)
        found.append([Rung(days, since + days * DAY, f"{UNDATED}+{days}", since) for days in months])
    return [rungs for ladder in found if (rungs := [rung for rung in ladder if rung.falls_on <= day])]


def audience(subject: Subject, rung: Rung) -> list[str]:
    """Who hears at a rung."""
    coordinators = subject.place.coordinators
    responsible = people_of(subject.lead, subject.place)
    if rung.step.startswith(BLOCKED):
        obstacle = earliest(subject)
        clearer = obstacle.clearer if obstacle else Party()
        return [*responsible, *clearer.people, *([clearer.mailbox] if clearer.mailbox else [])]
    if rung.step.startswith((SILENT, BEHIND, UNDATED)):
        return coordinators if rung.step.startswith(SILENT) and rung.offset else responsible
    if rung.quiet or rung.offset == AFTER[1]:
        # Ten days late, and what came in late whatever its step.
        return [*responsible, *coordinators]
    if rung.offset < AFTER[0]:
        return responsible
    if rung.offset == AFTER[0]:
        # Late: the others are copied.
        return [*responsible, *(who for party in subject.others for who in people_of(party, subject.place))]
    return coordinators


def people_of(party: Party | None, place: Place) -> list[str]:
    """The people of a unit and its mailbox; no one there: the coordinator."""
    own = [*party.people, *([party.mailbox] if party.mailbox else [])] if party else []
    return own or place.coordinators


class Model:
    """All facts, all notices, all digests."""

    def __init__(self) -> None:
        self.subjects: dict[str, Subject] = {}
        #: By subject, because every rule is about one.
        self.notices: dict[str, dict[Key, str]] = {}
        self.digests: dict[Which, Digest] = {}
        self.digest_of: dict[Key, Which] = {}

    def states(self) -> dict[Key, str]:
        """Every notice and what became of it."""
        return {key: state for notices in self.notices.values() for key, state in notices.items()}

    def mails(self) -> dict[Which, frozenset[Key]]:
        """What left: for whom, of which local day, carrying what."""
        return {which: digest.carried for which, digest in self.digests.items() if digest.carried}

    # What people record.

    def add(self, name: str, subject: Subject) -> None:
        """A commitment or a milestone comes in."""
        self.subjects[name] = subject.place.agenda[name] = subject
        self.notices[name] = {}
        if subject.whole is not None:
            subject.whole.steps.append(subject)
        self._reckon(subject)

    def move(self, name: str, due_on: date | None) -> None:
        """A date that moves voids the old steps; the new ones count anew."""
        self.subjects[name].due_on, self.subjects[name].seen_on = due_on, None
        self._void(name, CHANGED)
        self._reckon(self.subjects[name])

    def end(self, name: str, reason: str, day: date, fulfilled: bool = True) -> None:
        """Completed or cancelled: nobody is reminded any more. What is done is a sign, also of the whole."""
        subject = self.subjects[name]
        self._close(subject, reason == COMPLETED)
        if subject.done:
            for heard in (subject, subject.whole):
                if heard is not None:
                    heard.heard_on = day
        if subject.done and subject.whole is None and fulfilled and subject.promised is None:
            subject.reported = 100
        self._void(name, reason)
        self._reckon(subject)

    def _close(self, subject: Subject, done: bool, not_held: bool = False) -> None:
        subject.open, subject.done, subject.not_held = False, done, not_held
        subject.begun = subject.begun or done

    def miss(self, name: str, day: date) -> None:
        """An occurrence was not held, or will not be: a sign of the whole by whoever says so."""
        subject = self.subjects[name]
        assert subject.whole is not None
        self._close(subject, done=False, not_held=True)
        subject.whole.heard_on = day
        self._void(name, CANCELLED)
        self._reckon(subject)

    def recur(self, name: str, made: dict[str, Subject], gone: Iterable[str]) -> None:
        """It falls on other days: milestones are made ahead, those of days that are no more are dropped."""
        whole = self.subjects[name]
        for dropped in gone:
            self._close(self.subjects[dropped], done=False)
            self.subjects[dropped].occurs_on = None
            self._void(dropped, CANCELLED)
        for new, step in made.items():
            self.subjects[new] = step.place.agenda[new] = step
            self.notices[new] = {}
            whole.steps.append(step)
        self._reckon(whole)

    def report(self, name: str, day: date, figure: int | None = None, delivered: int = 0) -> None:
        """Somebody says how it goes: a sign of the whole, perhaps with a figure or what was delivered."""
        subject = self.subjects[name]
        whole = subject.whole or subject
        subject.begun, whole.heard_on = True, day
        whole.delivered += delivered
        if figure is not None:
            whole.reported = figure
        self._reckon(whole)

    def reopen(self, name: str, day: date) -> None:
        """Taken up again: the clocks run again. That all was done is no longer so."""
        subject = self.subjects[name]
        subject.open, subject.done, subject.not_held = True, False, False
        subject.seen_on, subject.heard_on = None, day
        if subject.reported == 100:
            subject.reported = None
        self._reckon(subject)

    def hear(self, name: str, day: date) -> None:
        """A sign of life: somebody asked for another date, or said how it goes."""
        self.subjects[name].heard_on = day
        self._reckon(self.subjects[name])

    def block(self, name: str, obstacle: InTheWay, day: date) -> None:
        """Something is in the way: a sign of life, and looked at afresh where it is the first or the oldest."""
        self._obstacles(name, [*self.subjects[name].obstacles, obstacle], day)

    def clear(self, name: str, number: int, day: date) -> None:
        """It is out of the way: a sign of life; what is still in the way then speaks."""
        left = [other for place, other in enumerate(self.subjects[name].obstacles) if place != number]
        self._obstacles(name, left, day)

    def _obstacles(self, name: str, left: list[InTheWay], day: date) -> None:
        subject = self.subjects[name]
        before, subject.obstacles, subject.heard_on = earliest(subject), left, day
        self._reckon(subject)
        now = earliest(subject)
        if now is not None and (before is None or now.since != before.since):
            subject.seen_on = None

    def rest(self, name: str, until: date) -> None:
        """Suspended until a day, that one included; or a suspension ends on it."""
        self.subjects[name].rests_until = until
        self._reckon(self.subjects[name])

    def answer(self, name: str, request: int, day: date, asker: str | None) -> None:
        """A date that was asked for is granted or refused: who asked hears, else who answers for it."""
        subject = self.subjects[name]
        self._say(name, f"{ANSWER}+{request}", day, [asker] if asker else people_of(subject.lead, subject.place))

    def judge(self, name: str, verdict: int, day: date, earlier: list[int]) -> None:
        """Somebody else says how far it is: who leads hears; what the same voice said before need not be said."""
        subject = self.subjects[name]
        for before in earlier:
            for key, state in self.notices[name].items():
                if key.step == f"{VERDICT}+{before}" and state == WAITING:
                    self._settle(key, OVERTAKEN)
        self._say(name, f"{VERDICT}+{verdict}", day, people_of(subject.lead, subject.place))

    def reply(self, name: str, verdict: int, day: date, judge: str) -> None:
        """The municipality replies: who said it hears."""
        self._say(name, f"{REPLY}+{verdict}", day, [judge])

    def _say(self, name: str, step: str, day: date, told: list[str]) -> None:
        for who in dict.fromkeys(told):
            self.notices[name][Key(name, step, day, who)] = WAITING

    def _reckon(self, subject: Subject) -> None:
        """When the other clocks of a commitment strike; what was raised of another day need not be said."""
        whole = subject.whole or subject
        name = next(name for name, other in self.subjects.items() if other is whole)
        obstacle = earliest(whole)
        struck: dict[str, date | None] = {SILENT: None, BEHIND: None, BLOCKED: None}
        if whole.open:
            struck[SILENT] = last_heard(whole) + silence(whole) * DAY
            struck[BEHIND] = behind_from(whole)
            struck[BLOCKED] = obstacle.since if obstacle else None
        for clock in (SILENT, BEHIND):
            if struck[clock] is not None and whole.rests_until is not None:
                # While it is suspended it is neither silent nor slow.
                struck[clock] = max(struck[clock] or date.min, whole.rests_until + DAY)
        for clock, day in struck.items():
            before = whole.struck.get(clock)
            if before is not None and before != day:
                self._void(name, NEWS, clock)
            if clock != BLOCKED and before != day is not None and whole.seen_on is not None:
                # Struck on a day that was seen already: looked at once more.
                whole.seen_on = min(whole.seen_on, day - DAY)
        whole.struck = struck

    def _void(self, name: str, reason: str, clock: str = "") -> None:
        for key, state in self.notices[name].items():
            spoken = key.step.startswith((ANSWER, VERDICT, REPLY))
            if state in (WAITING, NOBODY) and not spoken and clock in ("", key.clock):
                self._settle(key, reason)

    # The check of a local day.

    def check(self, place: Place, day: date) -> None:
        """Look at every open row of a municipality."""
        open_rows = [
            (name, subject, rungs)
            for name, subject in place.agenda.items()
            if subject.open
            for rungs in ladders(subject, day)
        ]
        # What nobody heard is looked at whole.
        unheard = {name for name, _, _ in open_rows if NOBODY in self.notices[name].values()}
        news = [name for name, subject, rungs in open_rows if self._look_at(name, subject, rungs)]
        if REACHED_LATER and (news or place.seen_on != day):
            # Where nobody could be told somebody may have come: asked once a day, and whenever there is news.
            for name, subject, rungs in open_rows:
                if name in unheard:
                    self._raise(name, subject, rungs[-1])
        for subject in place.agenda.values():
            if subject.open:
                subject.seen_on = day
        place.seen_on = day

    def _look_at(self, name: str, subject: Subject, rungs: list[Rung]) -> bool:
        """A missed run catches up with the current step only; those that went by are recorded, not sent.

        What went by before the row came in was never to be told. Whether there was anything new.
        """
        news = [rung for rung in rungs if subject.seen_on is None or rung.falls_on > subject.seen_on]
        for rung in news[:-1]:
            if rung.falls_on >= subject.entered_on and not rung.step.startswith(UNDATED):
                for key in self._keys(name, subject, rung):
                    if self.notices[name].get(key, CHANGED) in WITHDRAWN:
                        self._settle(key, SKIPPED)
        if news:
            self._raise(name, subject, rungs[-1])
        return bool(news)

    def _keys(self, name: str, subject: Subject, rung: Rung) -> Iterator[Key]:
        """Each person once; no one at all: one row without an address."""
        told = audience(subject, rung)
        if not told and rung.step.startswith(BEHIND):
            # It only goes along with something else.
            return
        for who in dict.fromkeys(told or [""]):
            yield Key(name, rung.step, rung.struck_on, who)

    def _raise(self, name: str, subject: Subject, rung: Rung) -> None:
        """One row per subject, step, day and person. What never left may stand again, what was sent never."""
        notices = self.notices[name]
        for key in list(self._keys(name, subject, rung)):
            if notices.get(key, CHANGED) in WITHDRAWN:
                self._take_place_of(notices, key)
                notices[key] = WAITING if key.recipient else NOBODY

    def _take_place_of(self, notices: dict[Key, str], new: Key) -> None:
        """A new step overtakes what that person was not sent of this clock, and ends what nobody heard of it."""
        for old, state in notices.items():
            if old.clock != new.clock:
                continue
            if state == WAITING and old.recipient == new.recipient:
                self._settle(old, OVERTAKEN)
            if state == NOBODY and REACHED_LATER:
                self._settle(old, REACHED if new.recipient else OVERTAKEN)

    def _settle(self, key: Key, state: str) -> None:
        """It ends, and no mail carries it any more."""
        self.notices[key.subject][key] = state
        self.digest_of.pop(key, None)

    # Mails.

    def compose(self, clocks: Iterable[tuple[Place, date, int]]) -> None:
        """Digests on working days of the country from the hour on, one a person and local day.

        `clocks` are local day and hour of every municipality at one instant.
        """
        bundles: dict[Which, list[Key]] = {}
        for place, day, hour in clocks:
            if hour >= DIGEST_HOUR and day.weekday() < 5 and day not in place.holidays:
                for name in place.agenda:
                    for key, state in self.notices[name].items():
                        if state == WAITING and key not in self.digest_of:
                            bundles.setdefault((key.recipient, day), []).append(key)
        for which, keys in bundles.items():
            # What is raised later that day leaves with the next one. For what is slow alone no mail is written.
            if which not in self.digests and any(key.clock != BEHIND for key in keys):
                self.digests[which] = Digest(keys)
                self.digest_of.update(dict.fromkeys(keys, which))

    def deliver(self, refused: Iterable[str] = (), held: Iterable[Which] = ()) -> None:
        """Send what still stands; nothing when there is nothing.

        To `refused` the mail server says no for good. `held` were claimed by a worker that died: nobody else
        touches them before the lease is over.
        """
        for which, digest in self.digests.items():
            if not digest.over and which not in held:
                digest.over = True
                standing = [key for key in digest.keys if self.digest_of.get(key) == which]
                if all(key.clock == BEHIND for key in standing):
                    # It waits for the next mail.
                    for key in standing:
                        self.digest_of.pop(key)
                    continue
                for key in standing:
                    self._settle(key, FAILED if which[0] in refused else SENT)
                digest.carried = frozenset(() if which[0] in refused else standing)
