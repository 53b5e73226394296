"""Taking an import back as long as nothing has been built on it: what it made goes, what it changed is restored."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select, update

from tracker.agenda.models import RECKONED, Commitment, Milestone
from tracker.agenda.operations import reckon, recount
from tracker.agenda.operations.reckoning import restart
from tracker.audit.models import Act, AuditEntry, AuditName
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _
from tracker.exchange.bringing.footprint import TABLES, Footprint
from tracker.exchange.models import ImportRun
from tracker.exchange.removing import remove_partners, remove_rows
from tracker.follow_up.queries.updates import noted_since
from tracker.notices.models import Notice
from tracker.notices.operations import unclear, void_many
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import Place

_BATCH = 500
#: Columns that no person writes.
_RECKONED = RECKONED | {"version"}


def undo_import(act: Act, place: Place, run_id: int) -> ImportRun:
    """Take a finished import back; raises Refused where something has been built on it, and says on which."""
    hold(place.id)
    run = db.session.get(ImportRun, run_id)
    if run is None or run.municipality_id != place.id or run.state != "done":
        raise Refused(_("There is nothing to undo any more."))
    mark = Footprint.from_json(run.footprint)
    made, changed = _subjects(mark, made=True), _subjects(mark, made=False)
    stop = what_stops(place.id, run, made | changed)
    if stop:
        raise Refused(stop)
    void_many(place.id, sorted(made | changed), "changed", act.day)
    for start in range(0, len(changed), _BATCH):
        unclear(place.id, sorted(changed)[start : start + _BATCH])
    _put_away(place.id, sorted(made), run.id)
    remove_rows(act, mark.made, place.id)
    remove_partners(act, [int(key) for key in run.footprint.get("partners", ())])
    _restore(act, place, mark)
    recount(place.id, act.day)
    removed, restored = len(mark.made.get("commitment", ())), len(mark.before.get("commitment", {}))
    counts = {"removed": (None, removed), "restored": (None, restored), "file": (None, run.file_name)}
    record(act, "undo_import", place.id, "agenda", counts)
    run.state, run.changed_at, run.footprint = "undone", act.at, {}
    db.session.flush()
    return run


def what_stops(municipality_id: int, run: ImportRun, subjects: Iterable[str]) -> str | None:
    """Why an import cannot be undone: the first thing that was done since to what it made or changed."""
    about = set(subjects)
    entries = db.session.execute(
        select(AuditEntry.subject, AuditEntry.part, AuditName.name)
        .join(AuditName, (AuditName.chain == AuditEntry.chain) & (AuditName.who == AuditEntry.who))
        .where(AuditEntry.municipality_id == municipality_id, AuditEntry.id > run.footprint.get("last_entry", 0))
        .order_by(AuditEntry.number)
    )
    for subject, part, name in entries:
        if subject in about or part in about:
            what = _called(municipality_id, subject)
            return _(
                "“%(what)s” was changed since, by %(name)s. Correct what is wrong one by one.", what=what, name=name
            )
    for commitment_id, name in noted_since(municipality_id, run.ended_at):
        if f"commitment:{commitment_id}" in about:
            what = _called(municipality_id, f"commitment:{commitment_id}")
            return _(
                "%(name)s kept a note on “%(what)s” since. Correct what is wrong one by one.", what=what, name=name
            )
    told = db.session.execute(
        select(Notice.subject, Notice.name)
        .where(
            Notice.municipality_id == municipality_id,
            Notice.state.in_(("sent", "leaving")),
            Notice.raised_at >= run.ended_at,
        )
        .order_by(Notice.id)
    )
    for subject, name in told:
        if subject in about:
            what = _called(municipality_id, subject)
            return _(
                "%(name)s was told about “%(what)s” by mail since. Correct what is wrong one by one.",
                what=what,
                name=name,
            )
    return None


def subjects_of(run: ImportRun) -> set[str]:
    """All that a finished import made or changed, as notices and the trail name it."""
    mark = Footprint.from_json(run.footprint)
    return _subjects(mark, made=True) | _subjects(mark, made=False)


def _subjects(mark: Footprint, *, made: bool) -> set[str]:
    return {
        f"{kind}:{key}"
        for kind in ("commitment", "milestone")
        for key in (mark.made.get(kind, ()) if made else mark.before.get(kind, {}))
    }


def _called(municipality_id: int, subject: str) -> str:
    kind, _colon, key = subject.partition(":")
    model = Commitment if kind == "commitment" else Milestone
    found = db.session.execute(
        select(model.code, model.title).where(model.municipality_id == municipality_id, model.id == int(key))
    ).first()
    return " · ".join(part for part in found if part)[:120] if found else subject


def _put_away(municipality_id: int, subjects: Sequence[str], run_id: int) -> None:
    """Notices of what goes keep a name that no later row can get, as SQLite gives numbers anew."""
    for start in range(0, len(subjects), _BATCH):
        batch = subjects[start : start + _BATCH]
        apart = f"~{run_id}"
        rest = func.substr(Notice.key, func.length(Notice.subject) + 1)
        db.session.execute(
            update(Notice)
            .where(Notice.municipality_id == municipality_id, Notice.subject.in_(batch))
            .values(subject=Notice.subject.concat(apart), key=Notice.subject.concat(apart).concat(rest))
        )


def _restore(act: Act, place: Place, mark: Footprint) -> None:
    """Columns as they were before, clocks reckoned anew; a unit's address that somebody set since stays."""
    for name, rows in mark.removed.items():
        if rows:
            db.session.execute(insert(TABLES[name]), list(rows.values()))
    for name, rows in mark.before.items():
        _restore_rows(TABLES[name], place.id, rows, mark.after[name])
    if mark.made.get("watch"):
        watch = TABLES["watch"]
        db.session.execute(update(watch).where(watch.c.municipality_id == place.id).values(last_number=0))
    db.session.flush()
    db.session.expire_all()
    keys = set(mark.before.get("commitment", {}))
    steps = [*mark.before.get("milestone", {}), *mark.made.get("milestone", [])]
    keys |= _commitments_of(place.id, steps)
    _reckon(act, place, keys, mark)


def _restore_rows(
    table: Table, municipality_id: int, rows: dict[int, dict[str, Any]], after: dict[int, dict[str, Any]]
) -> None:
    own = table.name in ("commitment", "milestone")
    key = table.c.municipality_id if table.name == "watch" else table.c.id
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for number, columns in rows.items():
        kept = tuple(name for name in columns if not own or name not in _RECKONED)
        if kept:
            values = {f"v_{name}": columns[name] for name in kept}
            values |= {} if own else {f"w_{name}": after[number][name] for name in kept}
            alike.setdefault(kept, []).append({"k": number, **values})
    for names, values_of in alike.items():
        still = [] if own else [table.c[name].is_not_distinct_from(bindparam(f"w_{name}")) for name in names]
        statement = (
            update(table)
            .where(table.c.municipality_id == municipality_id, key == bindparam("k"), *still)
            .values({name: bindparam(f"v_{name}") for name in names})
        )
        db.session.connection().execute(statement, values_of)


def _commitments_of(municipality_id: int, milestone_ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(milestone_ids), _BATCH):
        mine = Milestone.municipality_id == municipality_id, Milestone.id.in_(milestone_ids[start : start + _BATCH])
        found |= set(db.session.scalars(select(Milestone.commitment_id).where(*mine)))
    return found


def _reckon(act: Act, place: Place, keys: set[int], mark: Footprint) -> None:
    policy, ids = policy_for(place), sorted(keys)
    before, after = mark.before.get("commitment", {}), mark.after.get("commitment", {})
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        steps: dict[int, list[Milestone]] = {}
        owned = Milestone.municipality_id == place.id, Milestone.commitment_id.in_(batch)
        for milestone in db.session.scalars(select(Milestone).where(*owned)):
            steps.setdefault(milestone.commitment_id, []).append(milestone)
        mine = Commitment.municipality_id == place.id, Commitment.id.in_(batch)
        for commitment in db.session.scalars(select(Commitment).where(*mine)):
            restart(commitment)
            for milestone in steps.get(commitment.id, []):
                restart(milestone)
            commitment.version += 1
            reckon(commitment, steps.get(commitment.id, []), policy)
            undone = {
                name: (after[commitment.id][name], value)
                for name, value in before.get(commitment.id, {}).items()
                if name not in _RECKONED and not name.endswith("_id")
            }
            record(act, "undo_import", place.id, commitment.subject, undone)
