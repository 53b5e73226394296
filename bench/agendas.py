"""Model agendas: what one municipality promised, by when, and its clocks as the product's own rules reckon them.

A region is made of copies of a few of them, so that a million rows cost a few thousand reckonings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations import reckon
from tracker.agenda.rules import DateFacts, next_check_on, next_code
from tracker.core.db import NEVER
from tracker.territory.rules import Policy

COMMITMENTS, MILESTONES = 100, 3
#: Of a hundred commitments, and of their milestones too, so many are late and so many done.
LATE, DONE = 20, 10
#: Days on which something strikes: on each of them 2 of the 400 rows of every municipality, 0.5 %.
CHECK_DAYS, STRIKING = 6, 2
#: Dates lie between so many days before today and so many after it: three years.
PAST, AHEAD = 540, 555
#: Every so many rows a date has moved once, by so many days.
MOVED_EVERY, MOVED_BY = 10, 60
#: Positions whose state differs from their commitment's, so that late steps and dropped milestones occur.
_ODD = 4

_VERBS = ("Construir", "Rehabilitar", "Equipar", "Ampliar", "Poner en marcha", "Actualizar", "Capacitar a")
_THINGS = (
    "la red de agua potable de las comunidades del norte",
    "el centro de salud de la cabecera municipal",
    "las escuelas rurales que no tienen saneamiento",
    "el camino que une las dos riberas del río",
    "el registro de hogares que reciben apoyo",
    "los comités vecinales de gestión de riesgos",
)
_STEPS = ("Estudio y presupuesto aprobados", "Mitad de la obra", "Entrega a la comunidad")


@dataclass(frozen=True)
class Promised:
    """A commitment and its milestones with clocks, as instances no session knows."""

    commitment: Commitment
    milestones: tuple[Milestone, ...]


def model_agenda(variant: int, today: date) -> list[Promised]:
    """A hundred commitments seen from `today`, the same for the same variant; checked until yesterday."""
    draw = _Draw(Random(variant), today)
    return [_promised(position, draw) for position in range(COMMITMENTS)]


class _Draw:
    """Draws due dates on which nothing strikes, or just the one thing wanted, during the days of the check."""

    def __init__(self, random: Random, today: date) -> None:
        self.random, self.today = random, today
        self.checked_on = today - timedelta(days=1)
        self.quiet_until = today + timedelta(days=CHECK_DAYS - 1)

    def day(self, low: int, high: int) -> date:
        """A due date so many days from today whose next step falls after the days of the check."""
        while True:
            due_on = self.today + timedelta(days=self.random.randint(low, high))
            facts = DateFacts(due_on, entered_on(due_on, self.today), ended=False)
            if next_check_on(facts, Policy(), self.checked_on) > self.quiet_until:
                return due_on


def entered_on(due_on: date, today: date) -> date:
    """It came in half a year before it is due, or lately."""
    return min(due_on - timedelta(days=180), today - timedelta(days=10))


def _promised(position: int, draw: _Draw) -> Promised:
    """Drawn anew while another clock than the one wanted would strike on the days of the check."""
    while True:
        made = _drawn(position, draw)
        nth = position if position < LATE else -1
        if _ODD <= nth < _ODD + CHECK_DAYS or made.commitment.next_check_on > draw.quiet_until:
            return made


def _drawn(position: int, draw: _Draw) -> Promised:
    is_late = position < LATE
    is_done = not is_late and position < LATE + DONE
    nth = position - (0 if is_late else LATE if is_done else LATE + DONE)
    if is_late or is_done:
        due_on = draw.day(-PAST, -1)
    else:
        due_on = draw.day(1, AHEAD)
    if is_late and _ODD <= nth < _ODD + CHECK_DAYS:
        # Its ten days are over on one of the days of the check.
        due_on = draw.today + timedelta(days=nth - _ODD - 10)
    title = f"{_VERBS[position % len(_VERBS)]} {_THINGS[position % len(_THINGS)]}"
    commitment = Commitment(
        title=title,
        code=next_code(position),
        code_key=next_code(position).lower(),
        description="Acordado con los comités de cada comunidad en el taller.",
        promised_to="Comités de las comunidades",
        start_on=entered_on(due_on, draw.today),
        progress=100 if is_done else draw.random.choice((None, 10, 35, 60)),
        delivered=Decimal(0),
        outcome="fulfilled" if is_done else None,
        closing_note="Entregado con acta." if is_done else "",
        last_sign_on=due_on if is_done else draw.today - timedelta(days=20),
        begun_on=entered_on(due_on, draw.today),
        version=1,
    )
    _date(commitment, due_on, position % MOVED_EVERY == 0, draw, due_on if is_done else NEVER)
    milestones = tuple(_milestones(is_late, is_done, nth, due_on, draw))
    # All was seen by the check of yesterday: pace and silence of before are told already.
    reckon(commitment, milestones, Policy(), same_facts=True)
    return Promised(commitment, milestones)


def _milestones(is_late: bool, is_done: bool, nth: int, last_due_on: date, draw: _Draw) -> Iterator[Milestone]:
    for step in range(MILESTONES):
        late = is_late or (not is_done and nth < _ODD and step == 0)
        due_on = draw.day(-PAST, -1) if late or is_done else draw.day(1, AHEAD)
        if step == MILESTONES - 1 and (is_done or (is_late and nth < _ODD)):
            due_on = last_due_on
        if not is_late and not is_done and step == 0 and _ODD <= nth < _ODD + CHECK_DAYS:
            # Its first reminder falls on one of the days of the check.
            due_on = draw.today + timedelta(days=nth - _ODD + 14)
        milestone = Milestone(title=_STEPS[step], weight=1, begun_on=NEVER)
        reached = is_done or (is_late and nth < _ODD and step == 0)
        dropped = is_done and nth < _ODD and step == MILESTONES - 1
        _date(milestone, due_on, False, draw, due_on if reached and not dropped else NEVER)
        if dropped:
            milestone.cancelled_on, milestone.end_reason = due_on, "Ya no hacía falta."
        yield milestone


def _date(row: Commitment | Milestone, due_on: date, moved: bool, draw: _Draw, completed_on: date) -> None:
    """Fill in what a dated row needs before its clocks can be reckoned."""
    row.due_on, row.due_precision = due_on, "day"
    row.first_due_on = due_on - timedelta(days=MOVED_BY) if moved else due_on
    row.entered_on = entered_on(due_on, draw.today)
    row.completed_on, row.cancelled_on = completed_on, NEVER
    row.end_reason, row.completion_not_stated = "", False
    row.checked_on = draw.checked_on
