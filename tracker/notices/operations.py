"""Writing notices: raising them once, voiding what no longer holds."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Insert, and_, func, not_, or_, select, update

from tracker.core.db import db, insert_into
from tracker.notices.models import Notice
from tracker.notices.queries import IS_LASTING, IS_SPOKEN, preferences_of
from tracker.notices.rules import Raised, ladder_of

#: Reasons of notices that never left and may stand again when the same thing is raised anew.
REVIVABLE = ("changed", "completed", "cancelled", "clock", "news")
#: States of what has not left and can still be held back.
UNSENT = ("waiting", "composed", "nobody")
_BATCH = 500
#: Keys asked about in one statement.
_READ_AT_ONCE = 5_000


def raise_notices(raised: Sequence[Raised], at: datetime, day: date) -> list[Raised]:
    """Write notices in the caller's transaction; those whose key exists add nothing. Returns the new ones.

    What its recipient does without is recorded and not sent. A recipient's unsent earlier step of the same
    subject is overtaken by the new one; "nobody to tell" ends as soon as somebody is told.
    """
    unique = {notice.key: notice for notice in _as_wanted(raised)}
    standing, void_in_passing = _standing_keys(list(unique))
    for start in range(0, len(void_in_passing), _BATCH):
        # Its mail is being handed over, and what had made it void is undone: it leaves after all.
        again = Notice.key.in_(void_in_passing[start : start + _BATCH])
        db.session.execute(update(Notice).where(again).values(reason=""))
    fresh = [notice for key, notice in unique.items() if key not in standing]
    rows = [_row(notice, at, day) for notice in fresh]
    for start in range(0, len(rows), _BATCH):
        db.session.execute(_insert(), rows[start : start + _BATCH])
    _overtake([notice for notice in fresh if not notice.skipped and not notice.unwanted])
    return fresh


def would_raise(raised: Sequence[Raised]) -> list[Raised]:
    """What raising these would add: the new ones, with what their recipients do without marked. Writes nothing."""
    unique = {notice.key: notice for notice in _as_wanted(raised)}
    standing, _ = _standing_keys(list(unique))
    return [notice for key, notice in unique.items() if key not in standing]


def void(municipality_id: int, subject: str, reason: str, day: date) -> None:
    """Cancel what is waiting to be said about a subject, in the transaction that changed its facts.

    `reason` is one of REVIVABLE. Who was told already that it is late hears on `day` or later that it is settled.
    What somebody answered or said of it stays true and waits on.
    """
    void_many(municipality_id, [subject], reason, day)


def void_many(municipality_id: int, subjects: Sequence[str], reason: str, day: date) -> None:
    """The same for many subjects of one municipality, in three statements for every 500 of them."""
    for start in range(0, len(subjects), _BATCH):
        about = (
            Notice.municipality_id == municipality_id,
            Notice.subject.in_(subjects[start : start + _BATCH]),
            not_(IS_LASTING),
        )
        db.session.execute(
            update(Notice).where(*about, Notice.state.in_(UNSENT)).values(state="cancelled", reason=reason)
        )
        # Its mail is being handed over at this moment: only when that fails was it held back.
        db.session.execute(update(Notice).where(*about, Notice.state == "leaving").values(reason=reason))
        # What could not be delivered is not to be told any more, should somebody have its mail sent again.
        told = or_(and_(Notice.state == "sent", Notice.step.like("overdue+%")), Notice.state == "failed")
        db.session.execute(
            update(Notice)
            .where(*about, told, Notice.cleared_on.is_(None))
            .values(cleared_on=day, cleared_how=reason)
        )


def void_ladder(municipality_id: int, subject: str, ladder: str) -> None:
    """Cancel what is waiting to be said of one clock of a subject (`silent`, `behind`…): there is news."""
    own = Notice.municipality_id == municipality_id, Notice.subject == subject
    about = (*own, Notice.step.like(f"{ladder}+%"))
    unsent = update(Notice).where(*about, Notice.state.in_(UNSENT))
    db.session.execute(unsent.values(state="cancelled", reason="news"))
    db.session.execute(update(Notice).where(*about, Notice.state == "leaving").values(reason="news"))


def void_questions(municipality_id: int, subjects: Sequence[str]) -> None:
    """There is news of these subjects: a question that has not left need not be asked."""
    for start in range(0, len(subjects), _BATCH):
        own = Notice.municipality_id == municipality_id, Notice.subject.in_(subjects[start : start + _BATCH])
        unsent = update(Notice).where(*own, Notice.step.like("asked+%"), Notice.state.in_(UNSENT))
        db.session.execute(unsent.values(state="cancelled", reason="news"))


def hold_back(municipality_id: int, subjects: Sequence[str], reason: str) -> set[str]:
    """Cancel what has not left about subjects that go on elsewhere; those of them that something waited for.

    Whoever was told already does not hear that it is settled: it is not. What is spoken is raised by no check: it
    leaves from here.
    """
    waited: set[str] = set()
    for start in range(0, len(subjects), _BATCH):
        unsent = (
            Notice.municipality_id == municipality_id,
            Notice.subject.in_(subjects[start : start + _BATCH]),
            Notice.state.in_((*UNSENT, "leaving")),
            not_(IS_LASTING),
        )
        waited |= set(db.session.scalars(select(Notice.subject).where(*unsent)))
        held = update(Notice).where(*unsent, Notice.state != "leaving")
        db.session.execute(held.values(state="cancelled", reason=reason))
    return waited


def waiting_for(municipality_id: int, address: str) -> int:
    """How many notices of a municipality wait for an address."""
    waits = Notice.municipality_id == municipality_id, Notice.recipient == address, Notice.state.in_(UNSENT)
    return db.session.scalar(select(func.count()).select_from(Notice).where(*waits)) or 0


def hold_back_from(municipality_id: int, address: str, reason: str) -> set[str]:
    """Cancel what waits for an address whose owner left the municipality; the subjects that a check tells anew."""
    waits = Notice.municipality_id == municipality_id, Notice.recipient == address, Notice.state.in_(UNSENT)
    subjects = set(db.session.scalars(select(Notice.subject).where(*waits, not_(IS_SPOKEN))))
    db.session.execute(update(Notice).where(*waits).values(state="cancelled", reason=reason))
    return subjects


def unclear(municipality_id: int, subjects: Sequence[str]) -> None:
    """What was settled is open again: whoever has not heard that it was settled need not."""
    db.session.execute(
        update(Notice)
        .where(
            Notice.municipality_id == municipality_id,
            Notice.subject.in_(subjects),
            Notice.cleared_on.is_not(None),
            Notice.cleared_in.is_(None),
        )
        .values(cleared_on=None, cleared_how="")
    )


def take_back_skipped(municipality_id: int, day: date) -> None:
    """Steps passed over by checks of days after `day`, which have not come: they may be raised when they do."""
    db.session.execute(
        update(Notice)
        .where(
            Notice.municipality_id == municipality_id,
            Notice.day > day,
            Notice.state == "cancelled",
            Notice.reason == "skipped",
        )
        .values(reason="clock")
    )


def _as_wanted(raised: Iterable[Raised]) -> list[Raised]:
    """The same, with what its recipient does without marked so."""
    raised = list(raised)
    asked = sorted({n.recipient for n in raised if n.preference and n.recipient})
    preferences = preferences_of(asked) if asked else {}
    return [
        replace(n, unwanted=True)
        if n.preference and n.recipient in preferences and not getattr(preferences[n.recipient], n.preference)
        else n
        for n in raised
    ]


def _insert() -> Insert:
    statement = insert_into(Notice)
    excluded = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[Notice.key],
        set_={
            "state": excluded.state,
            "reason": excluded.reason,
            "raised_at": excluded.raised_at,
            "day": excluded.day,
            "facts": excluded.facts,
            "digest_id": None,
        },
        # Spelled out: an IN list cannot be expanded when many rows go in at once.
        where=and_(Notice.state == "cancelled", or_(*[Notice.reason == reason for reason in REVIVABLE])),
    )


def _standing_keys(keys: list[str]) -> tuple[set[str], list[str]]:
    """Keys that have a row which stays as it is; and those of them that are leaving and were void in passing."""
    found: set[str] = set()
    again: list[str] = []
    for start in range(0, len(keys), _READ_AT_ONCE):
        mine = Notice.key.in_(keys[start : start + _READ_AT_ONCE])
        for key, state, reason in db.session.execute(select(Notice.key, Notice.state, Notice.reason).where(mine)):
            if state == "leaving" and reason:
                again.append(key)
            if state != "cancelled" or reason not in REVIVABLE:
                found.add(key)
    return found, again


def _row(notice: Raised, at: datetime, day: date) -> dict[str, object]:
    state, reason = notice.first_state
    return {
        "key": notice.key,
        "municipality_id": notice.municipality_id,
        "subject": notice.subject,
        "step": notice.step,
        "struck_on": notice.struck_on,
        "recipient": notice.recipient,
        "name": notice.name,
        "locale": notice.locale,
        "audience": notice.audience,
        "state": state,
        "reason": reason,
        "facts": notice.facts,
        "raised_at": at,
        "day": day,
        "cleared_how": "",
    }


def _overtake(fresh: Sequence[Raised]) -> None:
    """End unsent earlier steps of the same clock and recipient, and "nobody" where somebody is told now."""
    keys = {notice.key for notice in fresh}
    told = {(notice.subject, ladder_of(notice.step), notice.recipient) for notice in fresh}
    reached = {(notice.subject, ladder_of(notice.step)) for notice in fresh if notice.recipient}
    subjects = sorted({notice.subject for notice in fresh})
    for start in range(0, len(subjects), _BATCH):
        unsent = db.session.execute(
            select(Notice.id, Notice.key, Notice.subject, Notice.step, Notice.recipient, Notice.state).where(
                Notice.subject.in_(subjects[start : start + _BATCH]), Notice.state.in_((*UNSENT, "leaving"))
            )
        ).all()
        reached_now, overtaken = [], []
        for old in unsent:
            ladder = old.subject, ladder_of(old.step)
            if old.key in keys:
                continue
            if old.state == "nobody" and ladder in reached:
                reached_now.append(old.id)
            elif (*ladder, old.recipient) in told:
                overtaken.append(old.id)
        _end(reached_now, "reached")
        _end(overtaken, "overtaken")


def _end(ids: list[int], reason: str) -> None:
    if not ids:
        return
    mine = Notice.id.in_(ids)
    db.session.execute(update(Notice).where(mine, Notice.state == "leaving").values(reason=reason))
    db.session.execute(
        update(Notice).where(mine, Notice.state.in_(UNSENT)).values(state="cancelled", reason=reason)
    )
