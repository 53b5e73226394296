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
#: Whether what reached nobody is told as soon as somebody can be reached.
REACHED_LATER = True

#: States of a notice; a cancelled one goes by its reason.
WAITING, SENT, FAILED, NOBODY = "waiting", "sent", "failed", "nobody"
SKIPPED, OVERTAKEN, REACHED = "skipped", "overtaken", "reached"
CHANGED, COMPLETED, CANCELLED = "changed", "completed", "cancelled"
#: Ended before it left because a fact changed: the same notice may stand again.
WITHDRAWN = (CHANGED, COMPLETED, CANCELLED)


class Key(NamedTuple):
    """What makes a notice the same notice."""

    subject: str
    step: str
    struck_on: date
    recipient: str


class Rung(NamedTuple):
    """A step: days from the due date, the day on which it is told, whether it is the one of a quiet start."""

    offset: int
    falls_on: date
    quiet: bool = False


#: A person and a local day.
Which = tuple[str, date]


@dataclass
class Party:
    """A unit or a partner: the addresses of its people, and its mailbox."""

    people: list[str] = field(default_factory=list)
    mailbox: str | None = None


@dataclass
class Subject:
    """A commitment or a milestone."""

    place: "Place"
    due_on: date | None
    entered_on: date
    lead: Party | None
    others: list[Party]
    open: bool = True
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
    plain = [Rung(offset, due_on + offset * DAY) for offset in (*BEFORE, *late)]
    if due_on < entered_on:
        # Quiet start: told once, then a rest of 45 days, then one step for all that came meanwhile.
        awake_on = entered_on + REST
        slept = [rung for rung in plain if rung.falls_on <= awake_on]
        rest = [rung for rung in plain if rung.falls_on > awake_on]
        plain = [Rung(AFTER[0], due_on + DAY, quiet=True), Rung(slept[-1].offset, awake_on), *rest]
    return [rung for rung in plain if rung.falls_on <= day]


def audience(subject: Subject, rung: Rung) -> list[str]:
    """Who hears at a rung."""
    coordinators = subject.place.coordinators
    responsible = people_of(subject.lead, subject.place)
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

    def move(self, name: str, due_on: date | None) -> None:
        """A date that moves voids the old steps; the new ones count anew."""
        self.subjects[name].due_on, self.subjects[name].seen_on = due_on, None
        self._void(name, CHANGED)

    def end(self, name: str, reason: str) -> None:
        """Completed or cancelled: nobody is reminded any more."""
        self.subjects[name].open = False
        self._void(name, reason)

    def reopen(self, name: str) -> None:
        """Taken up again: the clocks run again."""
        self.subjects[name].open, self.subjects[name].seen_on = True, None

    def _void(self, name: str, reason: str) -> None:
        for key, state in self.notices[name].items():
            if state in (WAITING, NOBODY):
                self._settle(key, reason)

    # The check of a local day.

    def check(self, place: Place, day: date) -> None:
        """Look at every open row of a municipality."""
        open_rows = [
            (name, subject, ladder(subject.due_on, subject.entered_on, day))
            for name, subject in place.agenda.items()
            if subject.open and subject.due_on is not None
        ]
        news = [name for name, subject, rungs in open_rows if self._look_at(name, subject, rungs)]
        if REACHED_LATER and (news or place.seen_on != day):
            # Where nobody could be told somebody may have come: asked once a day, and whenever there is news.
            for name, subject, rungs in open_rows:
                if NOBODY in self.notices[name].values():
                    self._raise(name, subject, rungs[-1])
        for _, subject, _ in open_rows:
            subject.seen_on = day
        place.seen_on = day

    def _look_at(self, name: str, subject: Subject, rungs: list[Rung]) -> bool:
        """A missed run catches up with the current step only; those that went by are recorded, not sent.

        What went by before the row came in was never to be told. Whether there was anything new.
        """
        news = [rung for rung in rungs if subject.seen_on is None or rung.falls_on > subject.seen_on]
        for rung in news[:-1]:
            if rung.falls_on >= subject.entered_on:
                for key in self._keys(name, subject, rung):
                    if self.notices[name].get(key, CHANGED) in WITHDRAWN:
                        self._settle(key, SKIPPED)
        if news:
            self._raise(name, subject, rungs[-1])
        return bool(news)

    def _keys(self, name: str, subject: Subject, rung: Rung) -> Iterator[Key]:
        """Each person once; no one at all: one row without an address."""
        assert subject.due_on is not None
        step = f"due{rung.offset}" if rung.offset < 0 else f"overdue+{rung.offset}"
        # Soon due strikes 14 days ahead, late on the day after.
        struck_on = subject.due_on + (BEFORE[0] if rung.offset < 0 else 1) * DAY
        for who in dict.fromkeys(audience(subject, rung) or [""]):
            yield Key(name, step, struck_on, who)

    def _raise(self, name: str, subject: Subject, rung: Rung) -> None:
        """One row per subject, step, day and person. What never left may stand again, what was sent never."""
        notices = self.notices[name]
        for key in list(self._keys(name, subject, rung)):
            if notices.get(key, CHANGED) in WITHDRAWN:
                self._take_place_of(notices, key.recipient)
                notices[key] = WAITING if key.recipient else NOBODY

    def _take_place_of(self, notices: dict[Key, str], recipient: str) -> None:
        """A new step overtakes what that person has not been sent yet, and ends what nobody heard."""
        for old, state in notices.items():
            if state == WAITING and old.recipient == recipient:
                self._settle(old, OVERTAKEN)
            if state == NOBODY and REACHED_LATER:
                self._settle(old, REACHED if recipient else OVERTAKEN)

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
            # What is raised later that day leaves with the next one.
            if which not in self.digests:
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
                for key in standing:
                    self._settle(key, FAILED if which[0] in refused else SENT)
                digest.carried = frozenset(() if which[0] in refused else standing)
