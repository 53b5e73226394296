"""A week of promises for the kill tests, and by plain code which notices must come of them.

Every working day something strikes in every municipality, and nothing strikes twice within the two weeks: so each
key that is expected must end, and no other may stand.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.post.sink import UNKNOWN
from tests.support.factories import DAY, be_patient, make_commitment, make_person, make_place, make_unit, make_user
from tracker.agenda.models import Commitment
from tracker.territory.models import Unit
from tracker.territory.rules import Place

#: Monday to Friday; none is a holiday in Brazil or Mexico.
DAYS = tuple(DAY + timedelta(days=n) for n in range(5))
PLACES, UNITS = 12, 6
#: People of an eastern and of a western municipality, where digests leave three hours later.
IN_BOTH = 4


@dataclass(frozen=True)
class Promise:
    """What a notice is about."""

    subject: str
    title: str
    place: Place
    code: str


@dataclass
class Expected:
    """What must come of the promises."""

    #: Key of each notice, and to whom it goes.
    keys: dict[str, str] = field(default_factory=dict)
    #: By the subject of a key.
    promises: dict[str, Promise] = field(default_factory=dict)

    def add(self, made: Commitment, place: Place, step: str, struck_on: date, *recipients: str) -> None:
        """One step of a promise, told to these."""
        self.promises[made.subject] = Promise(made.subject, made.title, place, made.code)
        for recipient in recipients:
            key = f"{made.subject}|{step}|{struck_on.isoformat()}|{recipient}"
            assert key not in self.keys
            self.keys[key] = recipient

    def title(self, key: str) -> str:
        """What a mail calls the promise of a key."""
        return self.promises[key.partition("|")[0]].title


def make_promises() -> Expected:
    """Write them down in an empty installation; the caller commits."""
    expected = Expected()
    for number in range(PLACES):
        # Neighbours of the list are an eastern and a western one.
        place = make_place("BR" if number % 2 == 0 else "MX", f"8{number:04d}")
        be_patient(place)
        coordinator = f"coordination.{number}@example.org"
        make_user("coordinator", place=place, email=coordinator)
        for unit_number in range(UNITS):
            told = [f"unit.{number}.{unit_number}@example.org"]
            if unit_number == 0 and number % 4 == 0:
                told = [f"{UNKNOWN}{number}@example.org"]
            unit = make_unit(place, f"Unidad {unit_number}", mailbox=told[0])
            if unit_number == 1 and number // 2 < IN_BOTH:
                told.append(f"both.{number // 2}@example.org")
                make_person(unit, email=told[1])
            _due_one_after_the_other(expected, place, unit, told)
            if unit_number == 2:
                _late_already(expected, place, unit, [*told, coordinator])
    return expected


def _due_one_after_the_other(expected: Expected, place: Place, unit: Unit, told: list[str]) -> None:
    for day in DAYS:
        made = make_commitment(place, _title(expected), due_on=day + timedelta(days=14), unit=unit)
        expected.add(made, place, "due-14", day, *told)


def _late_already(expected: Expected, place: Place, unit: Unit, told: list[str]) -> None:
    """One that came in late, and one whose earlier steps nobody checked for."""
    made = make_commitment(place, _title(expected), due_on=DAY - timedelta(days=20), unit=unit)
    expected.add(made, place, "overdue+1", DAY - timedelta(days=19), *told)
    entered_on = DAY - timedelta(days=30)
    made = make_commitment(place, _title(expected), due_on=DAY - timedelta(days=10), unit=unit, day=entered_on)
    expected.add(made, place, "overdue+10", DAY - timedelta(days=9), *told)


def _title(expected: Expected) -> str:
    return f"Pozo {len(expected.promises):04d}"
