"""What a run would do: taken in on trial, written down, and taken back by whoever asked.

The trial is the import itself, so that what is shown before is what happens after.
"""

from typing import Any

from sqlalchemy import func, select

from tracker.agenda.models import Commitment
from tracker.audit.models import Act, AuditEntry
from tracker.core.db import db
from tracker.exchange.bringing.kinds import kind_of
from tracker.exchange.bringing.remembering import plain_of
from tracker.exchange.import_agenda import ImportResult, import_agenda
from tracker.exchange.mapping import AgendaMapping
from tracker.territory.queries import hold
from tracker.territory.rules import Place

#: Looks of another make are taken anew.
_MAKE = 1
_BATCH = 500
#: Verbs of the trail that are about a commitment or one of its milestones being new.
_NEW = ("import", "add_milestone")


def newest_entry(municipality_id: int) -> int:
    """How far the trail of a municipality has come: a look is good as long as this stays."""
    newest = select(func.max(AuditEntry.id)).where(AuditEntry.municipality_id == municipality_id)
    return db.session.scalar(newest) or 0


def is_fresh(look: dict[str, Any], mapping: dict[str, Any], newest: int) -> bool:
    """Whether a kept look still says what would happen."""
    return (look.get("make"), look.get("mapping"), look.get("newest")) == (_MAKE, mapping, newest)


def take_look(act: Act, place: Place, content: bytes, file_name: str, mapping: AgendaMapping) -> dict[str, Any]:
    """Plain values of what the run would do, in the present language. The caller takes the transaction back.

    Rows with faults are tried without: what becomes of the others is shown all the same.
    """
    hold(place.id)
    newest = newest_entry(place.id)
    result = import_agenda(act, place, content, file_name, mapping)
    faults = [{**wrong.to_json(), "kind": kind_of(wrong)} for wrong in result.errors]
    # Units can be made for all in one go: their rows are tried as if they were.
    faulty = {int(fault["row"]) for fault in faults if fault["row"] is not None and fault["kind"] != "unit"}
    units = {fault["value"] for fault in faults if fault["kind"] == "unit"}
    tried = result
    if faults and len(faulty) < 10_000 and not any(fault["kind"] == "whole" for fault in faults):
        left = tuple(sorted({*mapping.leave_out, *faulty}))
        rest = mapping.model_copy(update={"leave_out": left, "create_units": True})
        tried = import_agenda(act, place, content, file_name, rest)
    changes = _changes(place.id, newest) if not tried.errors else []
    return {
        "make": _MAKE,
        "mapping": plain_of(mapping),
        "newest": newest,
        "faults": faults,
        "need": len(units) + sum(fault["kind"] != "unit" for fault in faults),
        "tried": not tried.errors,
        "new": sum(change["new"] and not change["step"] for change in changes),
        "new_steps": sum(change["new"] and change["step"] for change in changes),
        "changed": sum(not change["new"] for change in changes),
        "unchanged": tried.unchanged,
        "skipped": len(result.skipped),
        "treated": _treated(tried),
        "units_created": tried.units_created,
        "notices": [str(notice) for notice in tried.notices],
        "alike": [{**vars(alike), "why": str(alike.why)} for alike in tried.look_alikes],
        "changes": changes,
    }


def _treated(result: ImportResult) -> dict[str, int]:
    counts: dict[str, int] = result.to_json()["treated"]
    return counts


def _changes(municipality_id: int, since: int) -> list[dict[str, Any]]:
    """What the trail says of the trial, a line for each commitment or milestone, in the order of the sheet."""
    db.session.flush()
    entries = db.session.execute(
        select(AuditEntry.verb, AuditEntry.subject, AuditEntry.changes)
        .where(AuditEntry.municipality_id == municipality_id, AuditEntry.id > since)
        .order_by(AuditEntry.id)
    ).all()
    about = [entry for entry in entries if entry.subject.startswith("commitment:")]
    names = _names(municipality_id, sorted({int(entry.subject.partition(":")[2]) for entry in about}))
    answer = []
    for verb, subject, changes in about:
        code, title = names.get(int(subject.partition(":")[2]), ("", ""))
        step = "milestone" in verb
        own = (changes.get("title") or [None, None])[1]
        answer.append(
            {
                "code": code,
                "title": own if step and own else title,
                "of": title if step else "",
                "new": verb in _NEW,
                "step": step,
                "cells": [[name, before, after] for name, (before, after) in changes.items()],
            }
        )
    return answer


def _names(municipality_id: int, ids: list[int]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), _BATCH):
        rows = db.session.execute(
            select(Commitment.id, Commitment.code, Commitment.title).where(
                Commitment.municipality_id == municipality_id, Commitment.id.in_(ids[start : start + _BATCH])
            )
        )
        found |= {row.id: (row.code, row.title) for row in rows}
    return found
