"""Making and editing commitments."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select

from tracker.agenda import rules
from tracker.agenda.models import Budget, Commitment, DateChange, Milestone, Party
from tracker.agenda.operations.linked import differing, linked_words
from tracker.agenda.operations.promise import PLAIN, Promise, check_promise
from tracker.agenda.operations.reckoning import reckon, recount, restart, watch_of
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import NEVER, db
from tracker.core.errors import EditConflict, NotHere, Refused
from tracker.core.i18n import _l
from tracker.notices.operations import void
from tracker.territory.queries import hold, policy_for
from tracker.territory.rules import Place


def create_commitment(act: Act, place: Place, promise: Promise, code: str = "", draft: bool = False) -> Commitment:
    """Add a commitment to the agenda, or a draft of one; without `code` it gets the next automatic one.

    Raises Refused with a message per field (title missing, due before start, code taken…).
    """
    hold(place.id)
    promise = promise.settled()
    check_promise(promise)
    code = code.strip() or _free_code(place.id)
    if not rules.CODE.fullmatch(code):
        raise Refused(fields={"code": _l("Use at most 40 letters, digits, dots, hyphens or underscores.")})
    if commitment_by_code(place.id, code) is not None:
        raise Refused(
            fields={"code": _l("Another commitment of this municipality already has the code %(code)s.", code=code)}
        )
    commitment = Commitment(
        municipality_id=place.id,
        code=code,
        code_key=code.lower(),
        first_due_on=None if draft else promise.due_on,
        draft=draft,
        assistant=act.assistant,
        entered_on=act.day,
        version=1,
        delivered=Decimal(0),
        **{name: getattr(promise, name) for name in PLAIN},
    )
    fill_quiet(commitment)
    db.session.add(commitment)
    db.session.flush()
    _write_parties_and_budgets(commitment, promise)
    reckon(commitment, [], policy_for(place))
    recount(place.id, act.day)
    changes = {"draft": (None, draft or None)} | {name: (None, getattr(promise, name) or None) for name in PLAIN}
    record(act, "create", place.id, commitment.subject, changes | differing({}, linked_words(commitment)))
    return commitment


def promise_draft(act: Act, place: Place, code: str) -> Commitment:
    """Promise what was a draft: from this day on it counts, and its date is the first promised one.

    What is promised already stays as it is.
    """
    hold(place.id)
    commitment = open_commitment(place.id, code, draft_too=True)
    if commitment.draft:
        make_promise(act, commitment)
        reckon(commitment, [], policy_for(place))
        recount(place.id, act.day)
        record(act, "promise", place.id, commitment.subject, {"due_on": (None, commitment.due_on)})
    return commitment


def make_promise(act: Act, commitment: Commitment) -> None:
    """Let a draft count from the day of the act on; does not reckon."""
    commitment.draft = False
    commitment.entered_on, commitment.first_due_on = act.day, commitment.due_on
    commitment.version += 1
    restart(commitment)


def edit_commitment(
    act: Act, place: Place, code: str, promise: Promise, version: int, date_reason: str = ""
) -> Commitment:
    """Change what was typed. A moved due date needs `date_reason` and becomes a row of the ledger.

    Raises EditConflict when somebody saved after `version`, Refused with a message per field.
    """
    hold(place.id)
    commitment = open_commitment(place.id, code, draft_too=True)
    if commitment.version != version:
        raise EditConflict(_l("Somebody else changed this commitment while you were writing."))
    promise = promise.settled()
    check_promise(promise)
    policy = policy_for(place)
    before, linked = {name: getattr(commitment, name) for name in PLAIN}, linked_words(commitment)
    moved = commitment.due_on != promise.due_on
    if moved:
        move_date(act, commitment, promise.due_on, promise.due_precision, date_reason)
    if moved:
        void(place.id, commitment.subject, "changed", act.day)
        restart(commitment)
    if (commitment.unit_id, commitment.partner_id) != (promise.unit_id, promise.partner_id):
        address_anew(act, commitment, milestones_of(commitment))
    for name in PLAIN:
        setattr(commitment, name, getattr(promise, name))
    if promise.quantity:
        commitment.progress = rules.progress_of(promise.quantity, commitment.delivered)
    commitment.version += 1
    commitment.assistant = act.assistant
    _write_parties_and_budgets(commitment, promise)
    reckon(commitment, milestones_of(commitment), policy)
    recount(place.id, act.day)
    changes: dict[str, tuple[Any, Any]] = {name: (before[name], getattr(promise, name)) for name in PLAIN}
    changes |= differing(linked, linked_words(commitment))
    if moved and not commitment.draft:
        changes["reason"] = (None, date_reason.strip())
    record(act, "move_date" if moved and not commitment.draft else "edit", place.id, commitment.subject, changes)
    return commitment


def move_date(
    act: Act,
    row: Commitment | Milestone,
    due_on: date | None,
    precision: str,
    reason: str,
    is_correction: bool = False,
    asked: tuple[str, date] | None = None,
) -> None:
    """Write the ledger row of a date that moves; the first date ever given becomes the first promised date.

    `asked` is by whom and on which day it was asked for, None where who moves it decided alone.

    A correction of what had come in late is no slippage. The date of a draft was promised to nobody.
    """
    if isinstance(row, Commitment) and row.draft:
        return
    if row.due_on is None:
        if row.first_due_on is None:
            row.first_due_on = due_on
        return
    if not reason.strip():
        raise Refused(fields={"date_reason": _l("Say in a few words why the date moves.")})
    is_milestone = isinstance(row, Milestone)
    db.session.add(
        DateChange(
            municipality_id=row.municipality_id,
            commitment_id=row.commitment_id if isinstance(row, Milestone) else row.id,
            milestone_id=row.id if is_milestone else None,
            old_due_on=row.due_on,
            old_precision=row.due_precision,
            new_due_on=due_on,
            new_precision=precision,
            reason=reason.strip(),
            is_correction=is_correction,
            asked_by=asked[0] if asked else "",
            asked_on=asked[1] if asked else None,
            by=act.name,
            on=act.day,
            at=act.at,
        )
    )


def address_anew(act: Act, commitment: Commitment, milestones: Sequence[Milestone]) -> None:
    """Its lead is another one: what waits to be said goes to nobody, and the next check tells the new lead."""
    rows: list[Commitment | Milestone] = [commitment, *milestones]
    for row in rows:
        void(row.municipality_id, row.subject, "changed", act.day)
        restart(row)


def commitment_by_code(municipality_id: int, code: str) -> Commitment | None:
    """The commitment of that code (case ignored), loaded for writing."""
    return db.session.scalar(
        select(Commitment).where(Commitment.municipality_id == municipality_id, Commitment.code_key == code.lower())
    )


def open_commitment(
    municipality_id: int, code: str, ended_too: bool = False, draft_too: bool = False
) -> Commitment:
    """The commitment of that code for a write; NotHere when missing, Refused when it ended or is a draft."""
    return _for_writing(commitment_by_code(municipality_id, code), code, ended_too, draft_too)


def open_commitments(municipality_id: int, codes: Sequence[str]) -> list[Commitment]:
    """The same for several codes, each once, in their order."""
    keys = dict.fromkeys(code.lower() for code in codes)
    own = Commitment.municipality_id == municipality_id, Commitment.code_key.in_(keys)
    found = {row.code_key: row for row in db.session.scalars(select(Commitment).where(*own))}
    return [_for_writing(found.get(key), key) for key in keys]


def _for_writing(
    commitment: Commitment | None, code: str, ended_too: bool = False, draft_too: bool = False
) -> Commitment:
    if commitment is None:
        raise NotHere(code)
    if not ended_too and not commitment.is_open:
        raise Refused(_l("This commitment is closed. Reopen it first."))
    if commitment.draft and not draft_too:
        raise Refused(_l("This is still a draft. Promise it first."))
    return commitment


def milestones_of(commitment: Commitment) -> list[Milestone]:
    """Its milestones, loaded for writing."""
    return list(
        db.session.scalars(
            select(Milestone)
            .where(
                Milestone.municipality_id == commitment.municipality_id,
                Milestone.commitment_id == commitment.id,
            )
            .order_by(Milestone.id)
        )
    )


def fill_quiet(row: Commitment | Milestone) -> None:
    """Give a new row its quiet values at once, so that rules can read it before it is written."""
    row.begun_on = row.begun_on or NEVER
    row.completed_on = row.completed_on or NEVER
    row.cancelled_on = row.cancelled_on or NEVER
    restart(row)


def _free_code(municipality_id: int) -> str:
    watch = watch_of(municipality_id)
    code = rules.next_code(watch.last_number)
    while commitment_by_code(municipality_id, code) is not None:
        watch.last_number += 1
        code = rules.next_code(watch.last_number)
    watch.last_number += 1
    return code


def _write_parties_and_budgets(commitment: Commitment, promise: Promise) -> None:
    for model, wanted in ((Party, promise.parties), (Budget, promise.budgets)):
        if wanted is None:
            continue
        held = db.session.scalars(
            select(model).where(
                model.municipality_id == commitment.municipality_id, model.commitment_id == commitment.id
            )
        ).all()
        same = {tuple(getattr(row, f.name) for f in fields(w)) for row in held for w in wanted[:1]}
        if same == {tuple(getattr(w, f.name) for f in fields(w)) for w in wanted} and len(held) == len(wanted):
            continue
        db.session.execute(
            delete(model).where(
                model.municipality_id == commitment.municipality_id, model.commitment_id == commitment.id
            )
        )
        for entry in wanted:
            db.session.add(
                model(
                    municipality_id=commitment.municipality_id,
                    commitment_id=commitment.id,
                    **{f.name: getattr(entry, f.name) for f in fields(entry)},
                )
            )
    db.session.flush()
