"""Reading and writing workshops and courses: what they were, and which municipalities came."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, Select, delete, false, func, or_, select, true

from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import begin_write, db
from tracker.core.errors import EditConflict, NotHere, Refused
from tracker.core.i18n import _l
from tracker.territory.models import (
    Country,
    Municipality,
    Workshop,
    WorkshopAttendance,
    WorkshopMunicipality,
    WorkshopSession,
)
from tracker.territory.queries import hold_all, in_sight, municipalities_at
from tracker.territory.rules import FIRST_DAY, LAST_DAY, NAME_LENGTH, Scope, name_key

KINDS = ("workshop", "course", "seminar")
#: More people of one country and sector in one workshop is a slip of the finger.
MOST_PEOPLE = 100_000


@dataclass(frozen=True)
class Session:
    """One session: its day, where it is known, and what it was about."""

    on: date | None
    title: str


@dataclass(frozen=True)
class Attendance:
    """How many people of a country ("" where not said) and sector took part, by sex."""

    country_code: str
    sector: str
    women: int = 0
    men: int = 0
    not_stated: int = 0


@dataclass(frozen=True)
class Course:
    """What a person may type about a workshop."""

    name: str
    kind: str = "workshop"
    venue: str = ""
    #: "" where it was held in none of the countries.
    country_code: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    sessions: tuple[Session, ...] = ()
    attendance: tuple[Attendance, ...] = ()


@dataclass(frozen=True)
class Line:
    """A workshop in a list: how many municipalities came that the visitor may see."""

    workshop: Workshop
    came: int


def workshop_called(name: str) -> Workshop | None:
    """The workshop of that name (accents, case and punctuation ignored)."""
    return db.session.scalar(select(Workshop).where(Workshop.name_key == name_key(name)))


def workshops_in_sight(scope: Scope, own_ids: Sequence[int], skip: int, most: int) -> list[Line]:
    """Workshops of which the visitor sees a municipality, or monitors (`own_ids`); newest first, `most` + 1."""
    statement = (
        select(Workshop, _came_count(scope))
        .where(_seen(scope, own_ids))
        .order_by(func.coalesce(Workshop.starts_on, FIRST_DAY).desc(), Workshop.id.desc())
    )
    return [Line(row, came) for row, came in db.session.execute(statement.offset(skip).limit(most + 1))]


def workshop_in_sight(workshop_id: int, scope: Scope, own_ids: Sequence[int]) -> Workshop:
    """One of them; NotHere otherwise."""
    row = db.session.scalar(select(Workshop).where(Workshop.id == workshop_id, _seen(scope, own_ids)))
    if row is None:
        raise NotHere(workshop_id)
    return row


def came_to(workshop_id: int, scope: Scope) -> Select[Municipality]:
    """The municipalities that came, as far as the visitor sees their names; by country and name."""
    return (
        select(Municipality)
        .join(WorkshopMunicipality, WorkshopMunicipality.municipality_id == Municipality.id)
        .where(WorkshopMunicipality.workshop_id == workshop_id, in_sight(scope))
        .order_by(Municipality.country_code, Municipality.name_key, Municipality.id)
    )


def workshops_of(municipality_id: int) -> Sequence[Workshop]:
    """The workshops that a municipality came to, by name."""
    link = WorkshopMunicipality
    came = (
        select(Workshop).join(link, link.workshop_id == Workshop.id).where(link.municipality_id == municipality_id)
    )
    return db.session.scalars(came.order_by(Workshop.name_key)).all()


def write_workshop(act: Act, course: Course) -> Workshop:
    """Write a workshop down; Refused with a message per field, also where there is one of that name."""
    begin_write()
    course = _checked(course, None)
    row = Workshop(name_key=name_key(course.name), version=1, **_plain(course))
    _fill(row, course)
    db.session.add(row)
    db.session.flush()
    record(act, "create", None, f"workshop:{row.id}", {n: (None, v or None) for n, v in _facts(row).items()})
    return row


def edit_workshop(act: Act, workshop_id: int, course: Course, version: int) -> Workshop:
    """Correct a workshop; EditConflict when somebody saved after `version`, Refused with a message per field."""
    begin_write()
    row = db.session.get(Workshop, workshop_id)
    if row is None:
        raise NotHere(workshop_id)
    if row.version != version:
        raise EditConflict(_l("Somebody else changed this workshop while you were writing."))
    course = _checked(course, workshop_id)
    before = _facts(row)
    for name, value in _plain(course).items():
        setattr(row, name, value)
    row.name_key, row.version = name_key(course.name), row.version + 1
    _fill(row, course)
    db.session.flush()
    changes = {name: (before[name] or None, value or None) for name, value in _facts(row).items()}
    record(act, "edit", None, f"workshop:{row.id}", changes)
    return row


def note_came(act: Act, workshop: Workshop, municipality_ids: Sequence[int]) -> int:
    """Note which municipalities came; how many had not been noted."""
    hold_all(sorted(set(municipality_ids)))
    known = municipalities_at([workshop.id]).get(workshop.id, frozenset())
    new = [came for came in sorted(set(municipality_ids)) if came not in known]
    db.session.add_all(WorkshopMunicipality(workshop_id=workshop.id, municipality_id=came) for came in new)
    for came in new:
        record(act, "attend", came, f"workshop:{workshop.id}", {"workshop": (None, workshop.name)})
    db.session.flush()
    return len(new)


def note_did_not_come(act: Act, workshop: Workshop, municipality_id: int) -> None:
    """Take back that a municipality came; NotHere where that was never noted."""
    hold_all([municipality_id])
    link = WorkshopMunicipality
    gone = db.session.execute(
        delete(link)
        .where(link.workshop_id == workshop.id, link.municipality_id == municipality_id)
        .returning(link.id)
    ).first()
    if gone is None:
        raise NotHere(municipality_id)
    record(act, "not_attend", municipality_id, f"workshop:{workshop.id}", {"workshop": (workshop.name, None)})


def add_to_workshop(act: Act, name: str, municipality_ids: Sequence[int]) -> tuple[Workshop, int]:
    """Note which municipalities came to the workshop of that name, made where there is none; how many are new."""
    hold_all(sorted(set(municipality_ids)))
    name = " ".join(name.split())
    workshop = workshop_called(name)
    is_new = workshop is None
    if workshop is None:
        workshop = Workshop(name=name, name_key=name_key(name))
        db.session.add(workshop)
        db.session.flush()
    new = note_came(act, workshop, municipality_ids)
    if is_new:
        # The chain of no municipality comes last.
        record(act, "create", None, f"workshop:{workshop.id}", {"name": (None, name)})
    return workshop, new


def _seen(scope: Scope, own_ids: Sequence[int]) -> ColumnElement[bool]:
    link = WorkshopMunicipality
    has_one = (
        select(link.id)
        .join(Municipality, Municipality.id == link.municipality_id)
        .where(link.workshop_id == Workshop.id, in_sight(scope))
        .exists()
    )
    return or_(true() if scope.is_whole else false(), Workshop.id.in_(own_ids), has_one)


def _came_count(scope: Scope) -> ColumnElement[int]:
    link = WorkshopMunicipality
    counted = select(func.count()).select_from(link).where(link.workshop_id == Workshop.id)
    if not scope.is_whole:
        counted = counted.join(Municipality, Municipality.id == link.municipality_id).where(in_sight(scope))
    return counted.scalar_subquery()


def _plain(course: Course) -> dict[str, object]:
    names = ("name", "kind", "venue", "starts_on", "ends_on")
    return {name: getattr(course, name) for name in names} | {"country_code": course.country_code or None}


def _fill(row: Workshop, course: Course) -> None:
    row.sessions = [WorkshopSession(on=session.on, title=session.title) for session in course.sessions]
    row.attendance = [
        WorkshopAttendance(
            **{f.name: getattr(part, f.name) for f in fields(part)} | {"country_code": part.country_code or None}
        )
        for part in course.attendance
    ]


def _facts(row: Workshop) -> dict[str, object]:
    """What the trail tells of it."""
    return {
        "name": row.name,
        "kind": row.kind,
        "venue": row.venue,
        "country": row.country_code,
        "from_on": row.starts_on,
        "until_on": row.ends_on,
        "sessions": "; ".join(f"{session.on or ''} {session.title}".strip() for session in row.sessions),
        "took_part": "; ".join(
            f"{part.country_code or ''} {part.sector} {part.women}/{part.men}/{part.not_stated}".strip()
            for part in row.attendance
        ),
    }


def _checked(course: Course, own_id: int | None) -> Course:
    wrong: dict[str, object] = {}
    same = workshop_called(course.name)
    if not any(sign.isalnum() for sign in course.name):
        wrong["name"] = _l("Write how the workshop is called.")
    elif len(course.name) > NAME_LENGTH:
        wrong["name"] = _l("At most %(count)s characters.", count=NAME_LENGTH)
    elif same is not None and same.id != own_id:
        wrong["name"] = _l("There is a workshop of this name already.")
    if course.kind not in KINDS:
        wrong["kind"] = _l("Choose what it was.")
    if course.country_code and db.session.get(Country, course.country_code) is None:
        wrong["country_code"] = _l("Choose a country of the list.")
    for name in ("starts_on", "ends_on"):
        day = getattr(course, name)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            wrong[name] = _l("Give a day between 1990 and 2100.")
    if not wrong and course.starts_on and course.ends_on and course.ends_on < course.starts_on:
        wrong["ends_on"] = _l("It ends before it begins.")
    for session in course.sessions:
        if session.on is not None and not FIRST_DAY <= session.on <= LAST_DAY:
            wrong["sessions"] = _l("Give a day between 1990 and 2100.")
    counts = [count for part in course.attendance for count in (part.women, part.men, part.not_stated)]
    if any(not 0 <= count <= MOST_PEOPLE for count in counts):
        wrong["attendance"] = _l("Give numbers of people from 0 to %(most)s.", most=MOST_PEOPLE)
    if wrong:
        raise Refused(fields=wrong)
    return course
