"""What would change if the figures of a policy did: tried on the rows themselves, and taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from tracker.agenda.models import Standing, Watch
from tracker.agenda.queries.counting import live_counts
from tracker.audit.models import Act
from tracker.core.db import NEVER, db
from tracker.core.now import local_day
from tracker.follow_up.checks import Way, check_part
from tracker.follow_up.policies.redoing import redo_clocks
from tracker.notices.rules import APPROVAL_ABOVE
from tracker.territory.models import Municipality
from tracker.territory.policies.changing import set_policy
from tracker.territory.queries import hold_all, newest_policy, places_by_id
from tracker.territory.rules import Place

#: Commitments looked at in a trial, and municipalities; of the rest it is only said how many there are.
MOST_ROWS, MOST_PLACES = 3_000, 50


@dataclass
class Trial:
    """What would change: before → after, of the municipalities that were looked at."""

    #: Municipalities with an agenda under these figures, and how many of them were looked at.
    places: int
    looked_at: int
    late: tuple[int, int] = (0, 0)
    soon: tuple[int, int] = (0, 0)
    silent: tuple[int, int] = (0, 0)
    behind: tuple[int, int] = (0, 0)
    #: Who would be told of something tomorrow, and of how much.
    people: tuple[int, int] = (0, 0)
    told: tuple[int, int] = (0, 0)
    #: Names of municipalities with more mails on that day than leave without a yes.
    held: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether all of them were looked at."""
        return self.places == self.looked_at

    def estimate(self, number: int) -> int:
        """The same share of all of them."""
        return number if self.is_whole or not self.looked_at else round(number * self.places / self.looked_at)


def try_policy(act: Act, key: str, figures: Mapping[str, Any], now: datetime) -> Trial:
    """Change the figures of `*`, a country or a municipality, look, and take it back: nothing is written.

    The caller has begun nothing.
    """
    places, count = _places(key)
    ids = [place.id for place in places]
    trial = Trial(count, len(places))
    hold_all(sorted(ids))
    try:
        before = _state(places, now)
        set_policy(act, key, figures)
        redo_clocks(places, newest_policy(), now)
        after = _state(places, now)
    finally:
        db.session.rollback()
    for clock in _COUNTED:
        setattr(trial, clock, (before.counts[clock], after.counts[clock]))
    trial.people = len(_people(before.told)), len(_people(after.told))
    trial.told = sum(map(len, before.told.values())), sum(map(len, after.told.values()))
    trial.held = [place.name for place in places if len(_people({place.id: after.told[place.id]})) > APPROVAL_ABOVE]
    return trial


#: Clocks whose figures are policy, each with its count in a standing.
_COUNTED = {
    "late": "overdue_count",
    "soon": "due_soon_count",
    "silent": "silent_count",
    "behind": "behind_count",
}
_Told = dict[int, list[str]]


@dataclass(frozen=True)
class _State:
    """How many commitments each clock has struck; addresses that hear of something tomorrow, by municipality."""

    counts: Mapping[str, int]
    told: _Told


def _state(places: Sequence[Place], now: datetime) -> _State:
    days = {place.id: local_day(now, place.zone) for place in places}
    counts = live_counts(days).values()
    told: _Told = {place.id: [] for place in places}
    for place in places:
        tomorrow, way = days[place.id] + timedelta(days=1), Way(dry_run=True)
        done, go_on = check_part([place], tomorrow, now, way)
        while go_on is not None:
            part, go_on = check_part([place], tomorrow, now, way, go_on)
            done.add(part)
        told[place.id] = [line["recipient"] for line in done.notices if line["recipient"]]
    return _State({clock: sum(c[name] for c in counts) for clock, name in _COUNTED.items()}, told)


def _people(told: _Told) -> set[str]:
    return {address for addresses in told.values() for address in addresses}


def _places(key: str) -> tuple[list[Place], int]:
    """Municipalities with an agenda that these figures reach: those looked at, and how many there are in all."""
    statement = (
        select(Watch.municipality_id, Standing.open_count)
        .join(Municipality, Municipality.id == Watch.municipality_id)
        .outerjoin(Standing, (Standing.municipality_id == Watch.municipality_id) & (Standing.until_on == NEVER))
        .order_by(Watch.municipality_id)
    )
    if "-" in key:
        statement = statement.where(Municipality.code == key)
    elif key != "*":
        statement = statement.where(Municipality.country_code == key)
    rows = db.session.execute(statement).all()
    db.session.rollback()
    chosen: list[int] = []
    total = 0
    for row in rows:
        total += row.open_count or 0
        if chosen and (total > MOST_ROWS or len(chosen) == MOST_PLACES):
            break
        chosen.append(row.municipality_id)
    known = places_by_id(chosen)
    db.session.rollback()
    return [known[one] for one in chosen], len(rows)
