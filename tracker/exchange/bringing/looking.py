"""What a run would do: taken in on trial, written down, and taken back by whoever asked.

The trial is the import itself, so that what is shown before is what happens after.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from tracker.agenda.models import Commitment
from tracker.audit.models import Act, AuditEntry
from tracker.core.db import db
from tracker.core.i18n import _l
from tracker.core.sheets import Sheet
from tracker.exchange.around.names import ActionNames, new_people, people_of
from tracker.exchange.bringing.kinds import kind_of, words_of_reason
from tracker.exchange.bringing.remembering import plain_of, sheet_called
from tracker.exchange.guessing import drawn_schedule
from tracker.exchange.import_agenda import ImportResult, import_agenda
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.rows.look_alikes import units_asked
from tracker.territory.queries import hold, unit_names_of
from tracker.territory.rules import Place

#: Looks of another make are taken anew.
_MAKE = 4
_BATCH = 500
#: Kinds that are about a unit, not about a row.
_UNITS = ("unit", "unit_alike")
#: Verbs of the trail that are about a commitment or one of its milestones being new.
_NEW = ("import", "add_milestone")


def newest_entry(municipality_id: int) -> int:
    """How far the trail of a municipality has come: a look is good as long as this stays."""
    newest = select(func.max(AuditEntry.id)).where(AuditEntry.municipality_id == municipality_id)
    return db.session.scalar(newest) or 0


def is_fresh(look: dict[str, Any], mapping: dict[str, Any], newest: int) -> bool:
    """Whether a kept look still says what would happen."""
    return (look.get("make"), look.get("mapping"), look.get("newest")) == (_MAKE, mapping, newest)


def seen_mark(mapping: Mapping[str, Any], newest: int) -> str:
    """By what a confirmation names the look it is about."""
    said = json.dumps([newest, mapping], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def take_look(act: Act, place: Place, content: bytes, file_name: str, mapping: AgendaMapping) -> dict[str, Any]:
    """Plain values of what the run would do, in the present language. The caller takes the transaction back.

    Rows with faults are tried without: what becomes of the others is shown all the same.
    """
    # Others wait while the trial runs, not while the file is read.
    sheet = sheet_called(content, file_name, mapping.sheet)
    hold(place.id)
    newest = newest_entry(place.id)
    units_here = [name for _id, name in unit_names_of(place.id)]
    people = people_of(place.id)
    result = import_agenda(act, place, content, file_name, mapping, sheet)
    told = [
        {**wrong.to_json(), "reason": words_of_reason(wrong), "kind": kind_of(wrong)} for wrong in result.errors
    ]
    faults = [fault for fault in told if fault["kind"] != "conflict"]
    unknown = {str(fault["value"]) for fault in faults if fault["kind"] == "unit"}
    alike = units_asked(unknown, mapping, units_here)
    for fault in faults:
        fault["kind"] = "unit_alike" if fault["kind"] == "unit" and fault["value"] in alike else fault["kind"]
    conflicts = len(told) - len(faults)
    # Units can be made for all in one go: their rows are tried as if they were.
    faulty = {int(fault["row"]) for fault in faults if fault["row"] is not None and fault["kind"] not in _UNITS}
    units = {fault["value"] for fault in faults if fault["kind"] in _UNITS}
    tried, put_aside = result, 0
    if told and len(faulty) < 10_000 and not any(fault["kind"] == "whole" for fault in faults):
        left = tuple(sorted({*mapping.leave_out, *faulty}))
        put_aside = len(left) - len(mapping.leave_out)
        rest = mapping.model_copy(update={"leave_out": left, "create_units": True})
        if conflicts and mapping.back is not None:
            # What stands here is left alone until somebody says otherwise.
            rest = rest.model_copy(update={"back": mapping.back.model_copy(update={"conflicts": "theirs"})})
        tried = import_agenda(act, place, content, file_name, rest, sheet)
    changes = _changes(place.id, newest) if not tried.errors else []
    return {
        "make": _MAKE,
        "mapping": plain_of(mapping),
        "newest": newest,
        "faults": faults,
        "back": result.back.to_json() if result.back else None,
        "need": conflicts + len(units) + sum(fault["kind"] not in _UNITS for fault in faults),
        "tried": not tried.errors,
        "new": sum(change["new"] and not change["step"] for change in changes),
        "new_steps": sum(change["new"] and change["step"] for change in changes),
        "changed": sum(not change["new"] for change in changes),
        "unchanged": tried.unchanged,
        "skipped": len(result.skipped),
        "treated": _treated(tried, put_aside),
        "units_created": tried.units_created,
        "first_units": not units_here and bool(units),
        "units_alike": alike,
        "remarks": [] if result.back else _remarks(sheet, mapping),
        "notices": [str(notice) for notice in tried.notices],
        "alike": [{**vars(alike), "why": str(alike.why)} for alike in tried.look_alikes],
        "changes": [*changes, *(new_people(place.id, people) if not tried.errors else ())],
    }


def _treated(result: ImportResult, put_aside: int) -> dict[str, int]:
    """What lines of the mapping put right; rows that only the trial leaves out are not counted."""
    counts: dict[str, int] = dict(result.to_json()["treated"])
    if put_aside:
        counts["leave_out"] = counts.get("leave_out", 0) - put_aside
    return {rule: count for rule, count in counts.items() if count > 0}


def _remarks(sheet: Sheet | None, mapping: AgendaMapping) -> list[str]:
    """What a person should know before all of it comes in without a date or without anybody who answers."""
    fields = {*(mapping.columns or {}).values(), *mapping.constants}
    remarks: list[object] = []
    if "due_on" not in fields:
        remarks = drawn_schedule(sheet, mapping.header_rows or (1,)) if sheet is not None else []
        remarks = remarks or [
            _l("No column holds a due date: everything comes in without one, and nobody is reminded.")
        ]
    if not fields & {"unit", "partner"}:
        remarks.append(_l("No column says who leads: what comes in has no unit that would be reminded."))
    return [str(remark) for remark in remarks]


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
    answer, actions = [], ActionNames(municipality_id)
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
                "cells": [actions.cell(name, *pair) for name, pair in changes.items()],
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
