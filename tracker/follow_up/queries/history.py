"""What happened in a municipality: entries of its trail as somebody may see them, a page or all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, false, func, literal, or_, select, union_all

from tracker.agenda.models import Agreement, Commitment, Milestone
from tracker.agenda.queries.scoping import visible
from tracker.audit.models import AuditEntry, AuditName
from tracker.audit.queries import Line, lines_of, since
from tracker.core.db import Model, db
from tracker.plan.models import Action, Plan
from tracker.plan.models import Line as PlanLine
from tracker.territory.models import Unit, UnitPerson
from tracker.territory.rules import Place, Scope

PAGE = 50
#: Entries read at once for a sheet.
_BATCH = 500
#: Kinds of subjects by what people call them; the order in which they are offered.
KINDS = {
    "commitments": ("commitment",),
    "plan": ("plan", "line", "action"),
    "units": ("unit", "person"),
    "notes": ("note",),
    "agreements": ("agreement",),
    "imports": ("agenda",),
    "mails": ("mails", "mail"),
    "people": ("user", "invitation", "handover", "assistant"),
    "settings": ("municipality", "workshop", "term", "policy", "names", "trail"),
}
#: Of each kind of row that has one, code and title.
_TITLES: dict[str, tuple[type[Model], Any, Any]] = {
    "commitment": (Commitment, Commitment.code, Commitment.title),
    "milestone": (Milestone, literal(""), Milestone.title),
    "plan": (Plan, literal(""), Plan.title),
    "line": (PlanLine, PlanLine.code, PlanLine.title),
    "action": (Action, Action.code, Action.title),
    "agreement": (Agreement, literal(""), Agreement.title),
    "unit": (Unit, literal(""), Unit.name),
    "person": (UnitPerson, literal(""), UnitPerson.name),
}


@dataclass(frozen=True)
class Asked:
    """Which entries are asked for."""

    #: Kinds that the reader may see at all, and the one chosen.
    kinds: frozenset[str] = frozenset()
    kind: str = ""
    #: The beginning of a hash in AuditName: who did it.
    by: str = ""
    from_on: date | None = None
    until_on: date | None = None
    page: int = 1
    #: Only about these (`commitment:12`), or only this part of one (`milestone:40`).
    subjects: tuple[str, ...] = ()
    part: str = ""

    def with_(self, **changes: Any) -> "Asked":
        """The same with other filters, on the first page unless one is given."""
        return replace(self, **{"page": 1, **changes})


def history_page(place: Place, scope: Scope, asked: Asked) -> tuple[list[Line], int]:
    """One page of entries, newest first, and how many there are."""
    conditions = _conditions(place, scope, asked)
    count = db.session.scalar(select(func.count()).select_from(AuditEntry).where(*conditions)) or 0
    page = _newest_first(conditions).limit(PAGE).offset((asked.page - 1) * PAGE)
    return lines_of(db.session.scalars(page).all()), count


def newest_of(place: Place, scope: Scope, asked: Asked, limit: int) -> list[Line]:
    """The newest entries, uncounted."""
    return lines_of(db.session.scalars(_newest_first(_conditions(place, scope, asked)).limit(limit)).all())


def whole_history(place: Place, scope: Scope, asked: Asked) -> Iterator[list[Line]]:
    """All of them, newest first, some hundred at a time: memory stays as it is."""
    conditions, before = _conditions(place, scope, asked), None
    while True:
        page = _newest_first(conditions).limit(_BATCH)
        if before is not None:
            page = page.where(AuditEntry.number < before)
        entries = db.session.scalars(page).all()
        if not entries:
            return
        yield lines_of(entries)
        before = entries[-1].number
        db.session.expunge_all()


def people_of(place: Place, scope: Scope, kinds: frozenset[str]) -> list[tuple[str, str]]:
    """(a key, name) of who did something there that the reader may see, by name; of the renamed each name."""
    acted = select(AuditEntry.who).where(*_conditions(place, scope, Asked(kinds))).distinct()
    statement = select(func.min(AuditName.who), AuditName.name).where(
        AuditName.chain == place.id, AuditName.salt != "", AuditName.who.in_(acted)
    )
    found = db.session.execute(statement.group_by(AuditName.name).order_by(AuditName.name))
    return [(who[:16], name) for who, name in found]


def titles_of(place: Place, lines: Sequence[Line]) -> dict[tuple[str, int], tuple[str, str]]:
    """(code, title) of what entries are about, by what they name and their place in the chain.

    What was removed has none, as a later row may have got its number: the entry itself says what it was called.
    """
    named: dict[str, list[int]] = {}
    for line in lines:
        for what in {line.told.subject, line.told.part or ""}:
            kind, _colon, key = what.partition(":")
            if kind in _TITLES and key.isdigit():
                named.setdefault(kind, []).append(int(key))
    if not named:
        return {}
    rows = db.session.execute(
        union_all(*[_named(place, kind, sorted(set(ids))) for kind, ids in sorted(named.items())])
    )
    titles = {f"{row.kind}:{row.id}": (row.code, row.title) for row in rows}
    gone = _removed_at(place, lines)
    return {
        (what, line.told.number): titles[what]
        for line in lines
        for what in (line.told.subject, line.told.part or "")
        if what in titles and line.told.number > gone.get(what, 0)
    }


def _named(place: Place, kind: str, ids: Sequence[int]) -> Select[Any]:
    model, code, title = _TITLES[kind]
    columns: Any = model
    return select(
        literal(kind).label("kind"), columns.id.label("id"), cast(code, String).label("code"), title.label("title")
    ).where(columns.municipality_id == place.id, columns.id.in_(ids))


def _removed_at(place: Place, lines: Sequence[Line]) -> dict[str, int]:
    """Where in the chain a thing was removed, by what entries call it."""
    subjects = sorted({line.told.subject for line in lines})
    what = func.coalesce(AuditEntry.part, AuditEntry.subject)
    found = db.session.execute(
        select(what, func.max(AuditEntry.number))
        .where(
            AuditEntry.municipality_id == place.id, AuditEntry.subject.in_(subjects), AuditEntry.verb == "remove"
        )
        .group_by(what)
    )
    return {str(row[0]): int(row[1]) for row in found}


def _newest_first(conditions: list[ColumnElement[bool]]) -> Select[AuditEntry]:
    return select(AuditEntry).where(*conditions).order_by(AuditEntry.number.desc())


def _conditions(place: Place, scope: Scope, asked: Asked) -> list[ColumnElement[bool]]:
    kinds = {asked.kind} & asked.kinds if asked.kind else asked.kinds
    conditions = [
        AuditEntry.chain == place.id,
        or_(false(), *[_of_kind(place, scope, kind) for name in sorted(kinds) for kind in KINDS[name]]),
    ]
    if asked.by:
        same = select(AuditName.name).where(AuditName.chain == place.id, AuditName.who.startswith(asked.by))
        hashes = select(AuditName.who).where(AuditName.chain == place.id, AuditName.name.in_(same))
        conditions.append(AuditEntry.who.in_(hashes))
    if asked.from_on is not None:
        conditions.append(AuditEntry.day >= asked.from_on)
    if asked.until_on is not None:
        conditions.append(AuditEntry.day <= asked.until_on)
    if asked.subjects:
        conditions += [AuditEntry.subject.in_(asked.subjects), since("remove")]
    if asked.part:
        conditions.append(AuditEntry.part == asked.part)
    return conditions


def _of_kind(place: Place, scope: Scope, kind: str) -> ColumnElement[bool]:
    """Entries about one kind of thing; of commitments only those that the reader may see."""
    if kind == "commitment" and not scope.is_inside(place):
        seen = select(literal("commitment:") + cast(Commitment.id, String))
        seen = seen.where(Commitment.municipality_id == place.id, visible(scope, place))
        # What was written while it was a draft stays inside.
        return and_(AuditEntry.subject.in_(seen), since("remove", "promise"))
    return or_(AuditEntry.subject == kind, AuditEntry.subject.startswith(f"{kind}:"))
