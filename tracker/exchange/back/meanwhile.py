"""What the trail says of the time since a workbook left: who changed what here, and what it said before."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.audit.models import AuditEntry
from tracker.audit.queries import names_at
from tracker.core.db import db
from tracker.core.i18n import minor_digits
from tracker.exchange.back.coming import Now, Trace
from tracker.exchange.back.marks import MONEY, NUMBERS, mark_of
from tracker.exchange.wording import CHOSEN, choices
from tracker.plan.queries import actions_of, lines_of
from tracker.territory.queries import unit_names_of

_BATCH = 500
#: Field of a sheet → what the trail calls it.
_CALLED: dict[str, tuple[str, ...]] = {
    "unit": ("unit", "unit_id", "partner_id"),
    "partner": ("supporter", "unit", "partner_id"),
    "co_units": ("co_responsible",),
    "budget": ("budget", "money"),
    "budget_current": ("budget_current", "money_current"),
    "budget_executed": ("budget_executed", "money_executed"),
    "budget_paid": ("budget_paid", "money_paid"),
    "line": ("action_id",),
    "action": ("action_id",),
    "state": ("completed_on", "cancelled_on", "begun_on"),
    "closing_note": ("closing_note", "end_reason", "reason"),
}
#: Verbs that begin work without saying so in a column of their own.
_BEGINS = {"state": ("report", "reopen", "reopen_milestone", "complete", "cancel")}


def removed_since(municipality_id: int, since: datetime) -> set[str]:
    """What was taken away since, as the trail names it: `commitment:12`, `milestone:40`."""
    gone = select(AuditEntry.subject, AuditEntry.part).where(
        AuditEntry.municipality_id == municipality_id, AuditEntry.verb == "remove", AuditEntry.at >= since
    )
    return {row.part or row.subject for row in db.session.execute(gone)}


class Meanwhile:
    """The trail of some commitments since an instant."""

    def __init__(self, place_id: int, ids: Iterable[int], since: datetime) -> None:
        self._place_id = place_id
        self._entries: dict[int, list[AuditEntry]] = {}
        self._names: dict[str, list[str]] | None = None
        wanted = sorted(set(ids))
        for start in range(0, len(wanted), _BATCH):
            subjects = [f"commitment:{key}" for key in wanted[start : start + _BATCH]]
            for entry in db.session.scalars(
                select(AuditEntry)
                .where(
                    AuditEntry.municipality_id == place_id,
                    AuditEntry.subject.in_(subjects),
                    AuditEntry.at >= since,
                )
                .order_by(AuditEntry.id)
            ):
                self._entries.setdefault(int(entry.subject.partition(":")[2]), []).append(entry)
        acted = {entry.who for entries in self._entries.values() for entry in entries}
        self._people = names_at(place_id, acted)

    def trace(self, commitment_id: int, fields: Sequence[str], step: bool) -> Trace:
        """Who changed one of these fields last; else who changed anything about it last."""
        entries = self._of(commitment_id, step)
        touching = [entry for entry in entries if any(_touches(entry, name) for name in fields)]
        found = (touching or entries)[-1:]
        return Trace(self._people.get(found[0].who, ""), found[0].at) if found else Trace()

    def base(self, commitment_id: int, field: str, mark: str, now: Now, step: bool) -> str | None:
        """What the cell of a field said when it left, known again by its mark; None where nothing fits."""
        if not mark:
            return ""
        for said in self._candidates(commitment_id, field, now, step):
            if mark_of(field, said) == mark:
                return "" if said is None else str(said)
        return None

    def _of(self, commitment_id: int, step: bool) -> list[AuditEntry]:
        """Entries about a commitment itself, or about one of its milestones as far as the verb tells."""
        entries = self._entries.get(commitment_id, [])
        return [e for e in entries if ("milestone" in e.verb) == step] or (entries if step else [])

    def _candidates(self, commitment_id: int, field: str, now: Now, step: bool) -> Iterator[Any]:
        for entry in self._of(commitment_id, step):
            for name in _CALLED.get(field, (field,)):
                before = entry.changes.get(name, [None])[0]
                yield _as_cell(field, before, now)
        if field in CHOSEN:
            yield from choices(field, None)
        elif field in ("progress", "weight"):
            yield from range(101)
        elif field in ("unit", "line", "action"):
            yield from self._called(field)

    def _called(self, field: str) -> list[str]:
        if self._names is None:
            self._names = {
                "unit": [name for _id, name in unit_names_of(self._place_id)],
                "line": [line.title for line in lines_of(self._place_id)],
                "action": [action.title for action in actions_of(self._place_id)],
            }
        return self._names[field]


def _touches(entry: AuditEntry, field: str) -> bool:
    named = any(name in entry.changes for name in _CALLED.get(field, (field,)))
    return named or entry.verb in _BEGINS.get(field, ())


def _as_cell(field: str, before: Any, now: Now) -> Any:
    """A value of the trail as the sheet says it."""
    if before is None or isinstance(before, bool):
        return None
    if field in MONEY:
        digits = minor_digits(str(now.get("currency") or "USD"))
        return Decimal(before).scaleb(-digits) if isinstance(before, int) else None
    if field in NUMBERS:
        try:
            return Decimal(str(before))
        except ArithmeticError:
            return None
    return str(before)
