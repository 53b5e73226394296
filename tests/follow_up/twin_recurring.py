"""Promises of twin towns that recur, and reports on any of them; clocks and counts of both sides compared."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tests.follow_up import year_model
from tests.follow_up.twin_towns import Row, Town, TwinTowns
from tests.follow_up.year_recurring import Held, Rhythm, ahead, held, occurrences
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations.promise import Promise
from tracker.agenda.queries.recurring import held_among, held_of
from tracker.agenda.recurring.making import make_occurrences, not_held
from tracker.agenda.rules import Pattern
from tracker.core.db import NEVER, begin_write, db
from tracker.core.ticks import transaction
from tracker.follow_up.operations import Report, report_progress

#: Clocks of a commitment that are stored.
STORED = ("overdue_from", "late_step_from", "behind_from", "silent_from", "blocked_from")


class RecurringTowns(TwinTowns):
    """The same, and what recurs."""

    def recur(self, town: Town, row: Row, rhythm: Rhythm) -> None:
        """Occurrences are made ahead; those of another rhythm before go."""
        act, whole = self._act(town), self.model.subjects[row.subject]
        days, gone = ahead(whole, rhythm, act.day)
        with transaction():
            begin_write()
            done = make_occurrences(act, town.place, row.code, Pattern(**asdict(rhythm)))
            assert [day for day, _ in done.new] == days, f"{self.now} {row.subject} {rhythm}"
            dropped = {milestone.subject for milestone in done.dropped}
            here = Milestone.commitment_id == int(row.subject.partition(":")[2])
            rows = db.session.execute(
                select(Milestone.id, Milestone.occurs_on).where(here, Milestone.occurs_on.in_(days))
            )
            made = {day: Row(f"milestone:{i}", row.code, Promise("Jornada", due_on=day), i) for i, day in rows}
        steps = {
            made[day].subject: year_model.Subject(
                town.side, day, act.day, whole.lead, whole.others, whole, occurs_on=day
            )
            for day in days
        }
        row.steps += [made[day] for day in days]
        town.rows += [made[day] for day in days]
        going = [step.subject for step in row.steps if self.model.subjects.get(step.subject) in gone]
        assert dropped == set(going), f"{self.now} {row.subject} {rhythm}"
        self.model.recur(row.subject, steps, going)

    def miss(self, town: Town, row: Row) -> None:
        """An occurrence was not held, or will not be."""
        assert row.milestone_id is not None
        with transaction():
            begin_write()
            not_held(self._act(town), town.place, row.code, row.milestone_id, "lluvia")
        self.model.miss(row.subject, self.day_in(town))

    def report(self, town: Town, row: Row, figure: int | None = None, delivered: int = 0) -> None:
        """Somebody says how it goes."""
        amount = Decimal(delivered) if delivered else None
        with transaction():
            begin_write()
            report_progress(
                self._act(town), town.place, row.code, Report("Va bien", figure, amount), row.milestone_id
            )
        self.model.report(row.subject, self.day_in(town), figure, delivered)

    def apart(self, towns: Iterable[Town]) -> Iterator[str]:
        """Stored clocks and counts of what was held on which the two do not agree."""
        for town in towns:
            product, model = self._of_product(town), self._of_model(town)
            for name in sorted({*product, *model}):
                if product.get(name) != model.get(name):
                    yield f"clocks {name}: product {product.get(name)}, model {model.get(name)}"

    def _of_product(self, town: Town) -> Mapping[str, Any]:
        day, found = self.day_in(town), dict[str, Any]()
        with transaction():
            steps: dict[int, list[Milestone]] = {}
            for step in db.session.scalars(select(Milestone).where(Milestone.municipality_id == town.place.id)):
                steps.setdefault(step.commitment_id, []).append(step)
                found[step.subject] = (step.overdue_from,)
            rows = db.session.scalars(select(Commitment).where(Commitment.municipality_id == town.place.id)).all()
            counted = held_of(rows, day)
            for row in rows:
                own = held_among(steps.get(row.id, []), day)
                assert own == counted.get(row.id), "the list and the page count differently"
                counts = own and (Held(own.held, own.not_held, own.unsaid, own.to_come), own.outcome)
                found[row.subject] = (*(getattr(row, clock) for clock in STORED), counts)
        return found

    def _of_model(self, town: Town) -> Mapping[str, Any]:
        day, found = self.day_in(town), dict[str, Any]()
        for name, subject in town.side.agenda.items():
            clocks = [year_model.late_from(subject)]
            if subject.whole is not None:
                found[name] = (clocks[0] or NEVER,)
                continue
            others = (year_model.BEHIND, year_model.SILENT, year_model.BLOCKED)
            clocks += [year_model.late_step_from(subject), *map(subject.struck.get, others)]
            counts = held(occurrences(subject), day)
            found[name] = (*(clock or NEVER for clock in clocks), (counts, counts.outcome) if sum(counts) else None)
        return found
