"""Fills a migrated database with a region: municipalities with units, plans, agendas and what happened to them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text

from bench import history
from bench.agendas import COMMITMENTS, MILESTONES, Promised, model_agenda
from bench.trail import chained
from tracker.accounts.models import Membership, User
from tracker.agenda.models import Budget, Commitment, DateChange, Milestone, Party, Watch
from tracker.agenda.operations import recount_many
from tracker.agenda.rules import next_code
from tracker.audit.models import AuditEntry, AuditHead, AuditName
from tracker.core.db import LONG_AGO, begin_write, db, dialect_name
from tracker.core.now import utc_now
from tracker.core.ticks import transaction
from tracker.follow_up.models import ProgressUpdate
from tracker.notices.models import Notice
from tracker.plan.models import Action, Line, Plan
from tracker.territory.models import Municipality, Unit, UnitPerson
from tracker.territory.rules import name_key, place_code

#: All of one zone, so that every one of them has the same day.
COUNTRY, ZONE = "MX", "America/Mexico_City"
COORDINATOR = "coordinacion@example.org"
UNITS = ("Obras Públicas", "Salud", "Desarrollo Social", "Educación")
#: Different model agendas; a region repeats them.
VARIANTS = 20
#: Municipalities written in one transaction; and recounted in one, as the tick does.
WRITTEN, RECOUNTED = 50, 200
#: Filled in this order, so that what is pointed to is there.
TABLES = (
    Municipality,
    Unit,
    UnitPerson,
    Plan,
    Line,
    Action,
    Watch,
    Commitment,
    Milestone,
    Party,
    Budget,
    DateChange,
    ProgressUpdate,
    AuditEntry,
    AuditName,
    AuditHead,
    Notice,
)

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Seeded:
    """What there is to measure in a region."""

    municipalities: int
    #: The municipality whose pages are looked at: the same agenda at every size, in the middle of the table.
    code: str
    coordinator_id: int
    day: date


def seed(municipalities: int, day: date, with_history: bool = True) -> Seeded:
    """Fill the present application's migrated, empty database; everything as of the local `day`.

    Without history there is what the check reads, and nothing of what happened before.
    """
    measured = municipalities // 2 + 1
    models = [model_agenda(variant, day) for variant in range(VARIANTS)]
    with db.engine.connect().execution_options(write=True) as connection:
        for start in range(1, municipalities + 1, WRITTEN):
            rows: Rows = {model.__tablename__: [] for model in TABLES}
            for number in range(start, min(start + WRITTEN, municipalities + 1)):
                _add_municipality(rows, number, models[(number - measured) % VARIANTS], day, with_history)
            with connection.begin():
                for name, filled in rows.items():
                    if filled:
                        connection.execute(db.metadata.tables[name].insert(), filled)
        with connection.begin():
            _follow_ids(connection)
    for start in range(1, municipalities + 1, RECOUNTED):
        with transaction():
            begin_write()
            recount_many(dict.fromkeys(range(start, min(start + RECOUNTED, municipalities + 1)), day))
    coordinator_id = _coordinator(measured)
    _settle()
    return Seeded(municipalities, place_code(COUNTRY, official_code(measured)), coordinator_id, day)


def seed_flood(late: int, day: date) -> None:
    """One municipality of which so many commitments are late and no check has seen any yet."""
    rows: Rows = {model.__tablename__: [] for model in TABLES}
    _add_municipality(rows, 1, [], day, with_history=False)
    commitment = next(p.commitment for p in model_agenda(0, day) if p.commitment.overdue_from <= day)
    columns = {**_columns(commitment), "checked_on": LONG_AGO, "next_check_on": commitment.soon_from}
    columns |= {"municipality_id": 1, "action_id": 1}
    with db.engine.connect().execution_options(write=True) as connection:
        with connection.begin():
            for name, filled in rows.items():
                if filled:
                    connection.execute(db.metadata.tables[name].insert(), filled)
            for start in range(0, late, 5_000):
                numbers = range(start, min(start + 5_000, late))
                codes = [{"code": next_code(n), "code_key": next_code(n).lower()} for n in numbers]
                ids = [{"id": n + 1, "unit_id": n % len(UNITS) + 1} for n in numbers]
                own = [{**columns, **code, **ident} for ident, code in zip(ids, codes, strict=True)]
                connection.execute(db.metadata.tables["commitment"].insert(), own)
        with connection.begin():
            _follow_ids(connection)
    with transaction():
        begin_write()
        recount_many({1: day - timedelta(days=1)})
    _coordinator(1)
    _settle()


def official_code(number: int) -> str:
    """Five digits, as the country writes them."""
    return f"{number:05d}"


def row_counts() -> dict[str, int]:
    """How many rows each table really has."""
    names = [model.__tablename__ for model in TABLES]
    counted = {n: db.session.scalar(select(func.count()).select_from(db.metadata.tables[n])) or 0 for n in names}
    db.session.remove()
    return counted


def _add_municipality(rows: Rows, number: int, promises: list[Promised], day: date, with_history: bool) -> None:
    name = f"Municipio {number}"
    code = place_code(COUNTRY, official_code(number))
    rows["municipality"].append(
        {
            "id": number,
            "code": code,
            "country_code": COUNTRY,
            "official_code": official_code(number),
            "name": name,
            "name_key": name_key(name),
            "kind": "municipality",
            "timezone": ZONE,
        }
    )
    first_unit = (number - 1) * len(UNITS) + 1
    for position, unit in enumerate(UNITS):
        unit_id, address = first_unit + position, f"{position}@{code}.example.org"
        own = {"municipality_id": number}
        rows["unit"].append({**own, "id": unit_id, "name": unit, "name_key": name_key(unit), "mailbox": address})
        rows["unit_person"].append({**own, "unit_id": unit_id, "name": f"Titular de {unit}", "email": None})
    rows["plan"].append({"id": number, "municipality_id": number, "title": "Plan de gestión", "goal_code": "sdg-6"})
    rows["line"].append(
        {"id": number, "municipality_id": number, "plan_id": number, "code": "L1", "title": "Agua para todos"}
    )
    rows["action"].append(
        {"id": number, "municipality_id": number, "line_id": number, "code": "A1", "title": "Redes y pozos"}
    )
    yesterday = day - timedelta(days=1)
    rows["watch"].append({"municipality_id": number, "checked_on": yesterday, "last_number": COMMITMENTS})
    held = rows["audit_entry"]
    rows["audit_entry"] = []
    for position, promised in enumerate(promises):
        _add_promise(rows, number, position, promised, first_unit, day, with_history)
    told, rows["audit_entry"] = rows["audit_entry"], held
    for table, chained_rows in chained(number, told).items():
        rows[table] += chained_rows


def _add_promise(
    rows: Rows, number: int, position: int, promised: Promised, first_unit: int, day: date, with_history: bool
) -> None:
    identity = (number - 1) * COMMITMENTS + position + 1
    unit_id = first_unit + position % len(UNITS)
    own = {"municipality_id": number, "commitment_id": identity}
    rows["commitment"].append(
        {
            **_columns(promised.commitment),
            "id": identity,
            "municipality_id": number,
            "unit_id": unit_id,
            "action_id": number,
        }
    )
    for step, milestone in enumerate(promised.milestones):
        milestone_id = (identity - 1) * MILESTONES + step + 1
        rows["milestone"].append({**_columns(milestone), **own, "id": milestone_id})
    if not with_history:
        return
    at = datetime.combine(day - timedelta(days=20), time(15), UTC)
    for table, row in history.of(promised.commitment, identity, position, at, first_unit):
        rows[table].append({**row, "municipality_id": number})


def _columns(row: Commitment | Milestone) -> dict[str, Any]:
    """What the model row says, by column."""
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def _coordinator(municipality_id: int) -> int:
    with transaction():
        begin_write()
        user = User(email=COORDINATOR, name="Ana Medida", password_hash="-", locale="es", active=True)
        user.created_at = user.keys_changed_at = utc_now()
        db.session.add(user)
        db.session.flush()
        db.session.add(Membership(user_id=user.id, role="coordinator", municipality_id=municipality_id))
        return user.id


def _follow_ids(connection: Connection) -> None:
    """Let PostgreSQL count on from the ids that were given."""
    if connection.dialect.name != "postgresql":
        return
    for model in TABLES:
        name = model.__tablename__
        if "id" in db.metadata.tables[name].columns:
            last = f"(SELECT max(id) FROM {name})"
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last})"))


def _settle() -> None:
    """What the databases do by themselves in the long run: statistics, and an empty write-ahead log."""
    if dialect_name() == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        return
    # Not through a connection of SQLAlchemy: it would begin a transaction.
    raw = db.engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
