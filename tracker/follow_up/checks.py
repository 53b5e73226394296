"""The scheduled check: what strikes on a local day is raised as notices, each once.

It asks for rows whose `next_check_on` has come, so its cost follows what changes that day; the notice key makes
repeats harmless. Each call works in the caller's transaction, on municipalities it holds, and looks at so many rows
at most: a municipality with a hundred thousand late rows is several transactions, and what one has done stays done.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select

from tracker.agenda import rules
from tracker.agenda.models import Commitment, Milestone, Watch
from tracker.agenda.operations import next_check_of, recount_many
from tracker.agenda.queries.follow_up import (
    Cursor,
    Looked,
    led_by_reachable_partners,
    rows_about,
    rows_to_check,
)
from tracker.core.db import db
from tracker.follow_up.checked import Checked, notice_line
from tracker.follow_up.escalation import Roster, add_parties, notices_for, roster_of
from tracker.follow_up.models import PlaceCheck
from tracker.notices.operations import raise_notices, would_raise
from tracker.notices.queries import municipalities_with_nobody, subjects_of_nobody
from tracker.notices.rules import Raised
from tracker.territory.queries import hold_all, hold_free, policies_for
from tracker.territory.rules import Place, Policy

#: Rows looked at in one transaction.
MOST_ROWS = 1_000


@dataclass(frozen=True)
class Way:
    """How a check goes about it."""

    #: Look at every open row, not only at those whose check has come.
    everything: bool = False
    #: Write nothing.
    dry_run: bool = False
    #: Name each notice in the answer.
    listing: bool = True
    #: Leave out municipalities that somebody is writing at this moment instead of waiting for them.
    skip_busy: bool = False
    #: Rows looked at in one part.
    most: int = MOST_ROWS


def check_places(places: Sequence[Place], day: date, at: datetime, way: Way | None = None) -> Checked:
    """Check these municipalities for their local `day`: raise the current step of each struck clock.

    A day before a municipality's last check raises nothing there.
    """
    done, go_on = check_part(places, day, at, way or Way())
    while go_on is not None:
        part, go_on = check_part(places, day, at, way or Way(), go_on)
        done.add(part)
    return done


def check_part(
    places: Sequence[Place], day: date, at: datetime, way: Way, after: Cursor | None = None
) -> tuple[Checked, Cursor | None]:
    """The same for so many rows at most; the answer's second part is where to go on, None when the day is done.

    What one call did may be committed before the next: each row's own check has moved on.
    """
    done = Checked(day)
    held = _held(places, way)
    by_id = {place.id: place for place in held}
    policies = policies_for(held)
    watches = {
        w.municipality_id: w for w in db.session.scalars(select(Watch).where(Watch.municipality_id.in_(by_id)))
    }
    due = [i for i in sorted(by_id) if i in watches and watches[i].checked_on <= day]
    rows, go_on = rows_to_check(due, day, way.everything, after or Cursor(), way.most)
    roster = roster_of(sorted({c.municipality_id for _, c in rows}))
    unheard = subjects_of_nobody(due)
    reached = _now_reachable(unheard, rows, roster) if after is None else []
    waiting = {subject for subjects in unheard.values() for subject in subjects}
    add_parties(roster, [commitment for _, commitment in (*rows, *reached)])
    counted: dict[int, Checked] = {}
    raised: list[tuple[Raised, date]] = []
    for row, commitment in (*rows, *reached):
        place = by_id[commitment.municipality_id]
        own = counted.setdefault(place.id, Checked(day))
        own.looked_at += 1
        own.changed += _struck_since(row, day)
        whole = way.everything or row.subject in waiting
        raised += _look_at(row, commitment, day, place, policies[place.id][0], roster, whole)
        if not way.dry_run:
            row.checked_on = max(day, row.checked_on)
            row.next_check_on = next_check_of(row, policies[place.id][0])
    only = [notice for notice, _ in raised]
    fresh = would_raise(only) if way.dry_run else raise_notices(only, at, day)
    for notice in fresh:
        own = counted[notice.municipality_id]
        own.told += notice.is_told
        own.skipped += notice.first_state[0] == "cancelled"
        own.nobody += notice.first_state[0] == "nobody"
    if way.listing:
        done.known = {i: (watch, policies[i][0]) for i, watch in watches.items()}
        falls_on = {notice.key: on for notice, on in raised}
        # What nobody could be told is told by the next day's check, whenever its step fell.
        late = {row.subject: watches[c.municipality_id].checked_on + timedelta(days=1) for row, c in reached}
        falls_on |= {n.key: max(on, late[n.subject]) for n, on in raised if n.subject in late}
        codes = {row.subject: (commitment.code, row) for row, commitment in (*rows, *reached)}
        for notice in fresh:
            told = done.not_told if notice.first_state[0] == "cancelled" else done.notices
            told.append(notice_line(notice, codes, by_id, falls_on[notice.key]))
    for own in counted.values():
        done.add(own)
    if go_on is None:
        done.municipalities = len(held)
    if not way.dry_run:
        _write_down(counted, day, at)
        _close(due if go_on is None else [], watches, day)
    return done, go_on


def watched_until(latest: date) -> list[int]:
    """Ids of municipalities whose check comes on this day or before, or where somebody still could not be told."""
    due = db.session.scalars(select(Watch.municipality_id).where(Watch.next_check_on <= latest))
    return sorted({*due, *municipalities_with_nobody()})


def places_due(day_of: dict[int, date]) -> list[int]:
    """Of these municipalities (id → local day) those whose check has come and was not yet made that day.

    Where nobody could be told of something, every day: somebody may have come meanwhile.
    """
    if not day_of:
        return []
    latest = max(day_of.values())
    nobody = set(municipalities_with_nobody())
    waiting = db.session.execute(
        select(Watch.municipality_id, Watch.next_check_on, Watch.checked_on).where(
            (Watch.next_check_on <= latest) | Watch.municipality_id.in_(nobody)
        )
    )
    return [
        i
        for i, on, checked in waiting
        if i in day_of and ((on <= day_of[i] and checked <= day_of[i]) or (i in nobody and checked < day_of[i]))
    ]


def _held(places: Sequence[Place], way: Way) -> list[Place]:
    ids = sorted(place.id for place in places)
    if way.dry_run:
        return list(places)
    if way.skip_busy:
        free = set(hold_free(ids))
        return [place for place in places if place.id in free]
    hold_all(ids)
    return list(places)


def _now_reachable(waiting: dict[int, list[str]], rows: Sequence[Looked], roster: Roster) -> list[Looked]:
    """Rows of which nobody could be told, in municipalities where by now somebody can be."""
    if not waiting:
        return []
    roster.take_over(roster_of([i for i in waiting if i not in roster.municipality_ids]))
    known = {row.subject for row, _ in rows}
    unreached = [i for i in waiting if not roster.reaches(i)]
    partners = led_by_reachable_partners(unreached) if unreached else set()
    wanted = {
        i: [s for s in subjects if s not in known]
        for i, subjects in waiting.items()
        if roster.reaches(i) or i in partners
    }
    return rows_about(wanted) if wanted else []


def _struck_since(row: Commitment | Milestone, day: date) -> bool:
    struck = [row.soon_from, row.overdue_from]
    if isinstance(row, Commitment):
        struck += [row.behind_from, row.silent_from, row.blocked_from]
    return any(row.checked_on < on <= day for on in struck)


def _look_at(
    row: Commitment | Milestone,
    commitment: Commitment,
    day: date,
    place: Place,
    policy: Policy,
    roster: Roster,
    whole: bool,
) -> list[tuple[Raised, date]]:
    """The notices of one row on the day, each with the day its step falls on.

    Of each clock of which a step fell since the last check the current one; of every clock if `whole`.
    """
    raised: list[tuple[Raised, date]] = []
    for ladder in row.ladders(policy):
        steps = rules.fallen(ladder, day)
        if not steps or not (whole or steps[-1].falls_on > row.checked_on):
            continue
        # Steps from before it came in were nobody's to send, and those of what has no date may have fallen while
        # it had one: they are not recorded as skipped.
        since = max(row.checked_on + timedelta(days=1), row.entered_on)
        passed = [step for step in steps[:-1] if step.falls_on >= since and step.clock != "undated"]
        raised += [
            (notice, step.falls_on)
            for step in (steps[-1], *passed)
            for notice in notices_for(row, commitment, step, place, policy, roster, skipped=step is not steps[-1])
        ]
    return raised


def _write_down(counted: dict[int, Checked], day: date, at: datetime) -> None:
    """A line for every municipality where anything was looked at."""
    rows = [
        {"municipality_id": i, "day": day, "at": at, "error": "", **_without(own.counts(), "municipalities")}
        for i, own in counted.items()
    ]
    if rows:
        db.session.execute(insert(PlaceCheck), rows)


def _without(counts: dict[str, int], name: str) -> dict[str, int]:
    return {key: number for key, number in counts.items() if key != name}


def _close(ids: Iterable[int], watches: dict[int, Watch], day: date) -> None:
    """The day is done in these municipalities."""
    recount_many(dict.fromkeys(ids, day))
    for municipality_id in ids:
        watches[municipality_id].checked_on = day
    db.session.flush()
