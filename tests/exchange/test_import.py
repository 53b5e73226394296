"""Sheets become agendas: what is created, changed, left alone, refused."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.exchange.making import bring, counts, csv_of, reasons, xlsx_of
from tests.support.apps import only_sqlite
from tests.support.factories import (
    DAY,
    act,
    make_commitment,
    make_milestone,
    make_partner,
    make_person,
    make_place,
    make_unit,
)
from tracker.agenda.models import Budget, Commitment, DateChange, Milestone, Party, Standing
from tracker.agenda.operations import complete_commitment
from tracker.agenda.queries.counting import live_counts
from tracker.audit.models import AuditEntry
from tracker.core.db import LONG_AGO, NEVER, db
from tracker.exchange.mapping import AgendaMapping, read_agenda_mapping
from tracker.notices.models import Notice
from tracker.notices.operations import raise_notices
from tracker.notices.rules import Raised
from tracker.plan.models import Action, Line, Plan
from tracker.territory.models import Partner, Unit, UnitPerson
from tracker.territory.rules import Place

pytestmark = pytest.mark.usefixtures("session")

BASIC = csv_of(
    "code,title,unit,unit_email,start_on,due_on,progress",
    "A-1,Pozo,Obras,obras@example.org,2026-01-01,2026-12-31,40",
    "A-2,Luces,Obras,,,31/03/2026,",
)


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def commitment(place: Place, code: str) -> Commitment:
    found = db.session.scalar(
        select(Commitment).where(Commitment.municipality_id == place.id, Commitment.code == code)
    )
    assert found is not None, f"no {code}"
    return found


def how_many(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def mapped(**keys: Any) -> AgendaMapping:
    return AgendaMapping.model_validate(keys)


def test_rows_become_commitments_with_clocks_and_standing(place: Place) -> None:
    assert counts(bring(place, BASIC)) == (2, 0, 0)
    first, late = commitment(place, "A-1"), commitment(place, "A-2")
    assert (first.title, first.progress, first.due_on, first.first_due_on) == (
        "Pozo",
        40,
        date(2026, 12, 31),
        date(2026, 12, 31),
    )
    assert (first.entered_on, first.begun_on, first.last_sign_on) == (DAY, DAY, DAY)
    assert (late.progress, late.begun_on, late.last_sign_on) == (None, NEVER, None)
    assert late.overdue_from == date(2026, 4, 1) and first.overdue_from == date(2027, 1, 1)
    standing = db.session.scalars(select(Standing).where(Standing.municipality_id == place.id)).one()
    assert (standing.open_count, standing.overdue_count) == (2, 1)
    assert live_counts({place.id: DAY})[place.id]["overdue_count"] == 1


def test_the_same_sheet_again_changes_nothing(place: Place) -> None:
    bring(place, BASIC)
    trail = how_many(AuditEntry)
    assert counts(bring(place, BASIC)) == (0, 0, 2)
    assert how_many(AuditEntry) == trail
    assert commitment(place, "A-1").version == 1


def test_each_change_and_the_import_itself_are_in_the_trail(place: Place) -> None:
    bring(place, BASIC)
    bring(place, BASIC.replace(b"Luces", b"Luminarias"))
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.municipality_id == place.id).order_by(AuditEntry.id)
    ).all()
    verbs = [(entry.verb, entry.subject.partition(":")[0]) for entry in entries]
    assert verbs == [
        ("create", "unit"),
        ("import", "commitment"),
        ("import", "commitment"),
        ("import", "agenda"),
        ("edit", "commitment"),
        ("import", "agenda"),
    ]
    assert entries[4].changes == {"title": ["Luces", "Luminarias"]}
    assert {entry.door for entry in entries} == {"command"}
    assert commitment(place, "A-2").version == 2


def test_codes_match_without_case(place: Place) -> None:
    make_commitment(place, "Pozo", code="a-1")
    assert counts(bring(place, csv_of("code,title", "A-1,Pozo profundo"))) == (0, 1, 0)
    assert commitment(place, "a-1").title == "Pozo profundo"


def test_an_empty_cell_empties_a_promise_and_says_nothing_of_a_report(place: Place) -> None:
    bring(place, csv_of("code,title,description,progress", "A,Pozo,Hondo,40"))
    assert counts(bring(place, csv_of("code,title,description,progress", "A,Pozo,,"))) == (0, 1, 0)
    row = commitment(place, "A")
    assert (row.description, row.progress) == ("", 40)


def test_a_column_that_is_not_there_leaves_things_alone(place: Place) -> None:
    bring(place, BASIC)
    assert counts(bring(place, csv_of("code,title", "A-1,Pozo"))) == (0, 0, 1)
    assert commitment(place, "A-1").unit_id is not None


def test_without_codes_title_and_unit_tell_rows_apart(place: Place) -> None:
    sheet = csv_of("title,unit,unit_email,due_on", "Pozo,Obras,o@example.org,", "Pozo,Agua,a@example.org,")
    assert counts(bring(place, sheet)) == (2, 0, 0)
    assert [commitment(place, code).title for code in ("C-001", "C-002")] == ["Pozo", "Pozo"]
    changed = sheet.replace(b"Pozo,Agua,a@example.org,", b"  POZO ,agua,a@example.org,2026-12-31")
    assert counts(bring(place, changed)) == (0, 1, 1)
    assert commitment(place, "C-002").due_on == date(2026, 12, 31)
    assert counts(bring(place, csv_of("title", "Faro"))) == (1, 0, 0)
    assert commitment(place, "C-003").title == "Faro"


def test_automatic_codes_step_over_those_in_use(place: Place) -> None:
    bring(place, csv_of("code,title", "C-001,Pozo", ",Faro", "c-002,Luz"))
    assert commitment(place, "C-003").title == "Faro"
    assert make_commitment(place).code == "C-004"


@pytest.mark.parametrize("sheet", [("code,title", "A,x", "B,y", "a,z"), ("title", "x", "y", " X ")])
def test_twice_in_one_sheet_is_an_error_that_names_both_rows(place: Place, sheet: tuple[str, ...]) -> None:
    result = bring(place, csv_of(*sheet))
    assert len(result.errors) == 1
    assert result.errors[0].row == 4 and "2" in str(result.errors[0].reason)
    assert how_many(Commitment) == 0


def test_repeated_rows_as_the_mapping_says(place: Place) -> None:
    sheet = csv_of("code,title", "A,uno", "B,dos", "a,tres", "A-2,cuatro", "A,cinco")
    result = bring(place, sheet, mapped(repeated="last"))
    assert counts(result) == (3, 0, 0)
    assert result.to_json()["treated"] == {"repeated": 2}
    assert result.to_json()["treated_rows"] == {"repeated": [2, 4]}
    assert commitment(place, "A").title == "cinco"
    other = make_place()
    assert counts(bring(other, sheet, mapped(repeated="number"))) == (5, 0, 0)
    assert [commitment(other, code).title for code in ("a-3", "A-4")] == ["tres", "cinco"]
    assert counts(bring(other, sheet, mapped(repeated="number"))) == (0, 0, 5)


def test_repeated_titles_are_told_apart_by_their_order(place: Place) -> None:
    sheet = csv_of("title,due_on", "Jornada,2026-01-31", "Jornada,2026-02-28")
    assert counts(bring(place, sheet, mapped(repeated="number"))) == (2, 0, 0)
    assert counts(bring(place, sheet, mapped(repeated="number"))) == (0, 0, 2)


def test_all_or_nothing_and_every_error_at_once(place: Place) -> None:
    sheet = csv_of(
        "code,Compromiso,unit,plazo,progress,milestone_of,budget,co_units",
        "A,Pozo,Obras,30/02/2026,140,,mucho,",
        "B,,,,,,,",
        "C,Luz,,2026-12-31,,,,Nadie",
        "D,Hito,,,,Z,,",
        "mal código,Paz,,,,,,",
        "E,Bien,,2026-12-31,,,,",
    )
    result = bring(place, sheet)
    assert reasons(result) == [
        (2, "plazo", "30/02/2026"),
        (2, "progress", "140"),
        (2, "budget", "mucho"),
        (2, "unit", "Obras"),
        (3, "Compromiso", ""),
        (4, "co_units", "Nadie"),
        (5, "milestone_of", "Z"),
        (6, "code", "mal código"),
    ]
    assert all(str(wrong.reason) and wrong.sheet == "plan.csv" for wrong in result.errors)
    assert (how_many(Commitment), how_many(Unit), how_many(AuditEntry)) == (0, 0, 0)
    assert result.to_json()["created"] == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", "nul\0"),
        ("title", "x" * 301),
        ("title", "volt\u202eeado"),
        ("description", "x" * 70_000),
        ("due_on", "0000-12-31"),
        ("due_on", "31/12/9999"),
        ("due_on", "pronto"),
        ("due_on", "2026"),
        ("start_on", "31/04/2026"),
        ("completed_on", "2026-11-24"),
        ("progress", "140"),
        ("progress", "-1"),
        ("progress", "0.5"),
        ("progress", "NaN"),
        ("quantity", "0"),
        ("quantity", "9" * 40),
        ("budget", "-5"),
        ("currency", "XXXX"),
        ("currency", "ABC"),
        ("state", "casi"),
        ("outcome", "fulfilled"),
        ("public", "quizás"),
        ("due_precision", "década"),
        ("unit_email", "obras en example.org"),
        ("responsible", "Ana"),
        ("action", "x" * 301),
        ("weight", "1.5"),
    ],
)
@only_sqlite
def test_a_value_that_cannot_stand_is_named(place: Place, column: str, value: str) -> None:
    content = csv_of(f"code,{'other' if column == 'title' else 'title'},{column}", f"A,Pozo,{value}")
    result = bring(place, content)
    assert [(wrong.row, wrong.column) for wrong in result.errors] == [(2, column)]
    assert how_many(Commitment) == 0


def test_a_due_date_before_the_start_that_is_there_already(place: Place) -> None:
    bring(place, csv_of("code,title,start_on", "A,Pozo,2026-06-01"))
    result = bring(place, csv_of("code,title,due_on", "A,Pozo,2026-05-31"))
    assert reasons(result) == [(2, "due_on", "2026-05-31")]


def test_a_broken_file_is_one_error_without_a_row(place: Place) -> None:
    (wrong,) = bring(place, b"%PDF-1.4", name="plan.xlsx").errors
    assert (wrong.sheet, wrong.row, wrong.column) == ("plan.xlsx", None, None)


def test_units_are_created_by_address_or_by_the_mapping(place: Place) -> None:
    sheet = csv_of("title,unit", "Pozo,Obras Públicas", "Luz,OBRAS PUBLICAS", "Paz,Cultura")
    assert reasons(bring(place, sheet)) == [
        (2, "unit", "Obras Públicas"),
        (3, "unit", "OBRAS PUBLICAS"),
        (4, "unit", "Cultura"),
    ]
    mapping = mapped(create_units=True, treat={"unit_mailbox": "{slug}@x.example.org"})
    result = bring(place, sheet, mapping)
    assert (result.units_created, result.to_json()["treated"]) == (2, {"unit_mailbox": 2})
    mailboxes = sorted(db.session.scalars(select(Unit.mailbox)).all(), key=str)
    assert mailboxes == ["cultura@x.example.org", "obras-publicas@x.example.org"]
    assert bring(place, sheet, mapping).units_created == 0


def test_an_address_once_is_enough_for_a_unit(place: Place) -> None:
    sheet = csv_of("title,unit,unit_email", "Pozo,Obras,", "Luz,Obras,OBRAS@example.org")
    result = bring(place, sheet)
    assert result.units_created == 1
    assert db.session.scalars(select(Unit.mailbox)).one() == "obras@example.org"


def test_an_old_unit_without_mailbox_gets_one_and_keeps_the_one_it_has(place: Place) -> None:
    without, with_one = make_unit(place, "Obras"), make_unit(place, "Agua", "agua@example.org")
    sheet = csv_of("title,unit,unit_email", "Pozo,Obras,o@example.org", "Luz,Agua,otra@example.org")
    assert counts(bring(place, sheet)) == (2, 0, 0)
    assert (without.mailbox, with_one.mailbox) == ("o@example.org", "agua@example.org")


def test_mailboxes_made_of_long_names_stay_addresses_and_differ(place: Place) -> None:
    long = "Departamento Administrativo de Tecnologías de la Información y las Comunicaciones"
    sheet = csv_of("title,unit", f"a,{long} Norte", f"b,{long} Sur", "c,！")
    bring(place, sheet, mapped(create_units=True, treat={"unit_mailbox": "buzon.{slug}@x.org"}))
    found = db.session.scalars(select(Unit.mailbox)).all()
    assert len(set(found)) == 3
    assert all(box and len(box.partition("@")[0]) <= 64 for box in found)


def test_responsible_people_join_their_unit_once(place: Place) -> None:
    unit = make_unit(place, "Obras", "obras@example.org")
    known = make_person(unit, "Ana Pérez")
    sheet = csv_of(
        "code,title,unit,responsible,responsible_email",
        "A,Pozo,Obras,ana perez,ANA@example.org",
        "B,Luz,Obras,Beto Ruiz,",
        "C,Paz,Obras,Beto Ruiz,beto@example.org",
    )
    bring(place, sheet)
    bring(place, sheet)
    people = db.session.execute(select(UnitPerson.name, UnitPerson.email).order_by(UnitPerson.id)).all()
    assert [tuple(person) for person in people] == [
        ("Ana Pérez", "ana@example.org"),
        ("Beto Ruiz", "beto@example.org"),
    ]
    assert known.email == "ana@example.org"


def test_partners_lead_or_support(place: Place) -> None:
    make_unit(place, "Obras", "obras@example.org")
    undp = make_partner("PNUD")
    sheet = csv_of("code,title,unit,partner", "A,Pozo,Obras,pnud; AECID", "B,Luz,,Fundación Río; PNUD")
    assert counts(bring(place, sheet)) == (2, 0, 0)
    led = commitment(place, "B")
    assert led.partner_id is not None and led.unit_id is None
    supporters = db.session.scalars(
        select(Party.partner_id).where(Party.commitment_id == commitment(place, "A").id, Party.kind == "supporter")
    ).all()
    assert undp.id in supporters and len(supporters) == 2
    assert how_many(Partner) == 3
    assert counts(bring(place, sheet)) == (0, 0, 2)


def test_co_responsibles_are_units_or_partners(place: Place) -> None:
    for name in ("Obras", "Agua", "Salud"):
        make_unit(place, name, f"{name}@example.org")
    make_partner("PNUD")
    sheet = csv_of("code,title,unit,co_units", "A,Pozo,Obras,Agua; PNUD ;obras;;agua")
    bring(place, sheet)
    row = commitment(place, "A")
    parties = db.session.scalars(select(Party).where(Party.commitment_id == row.id).order_by(Party.id)).all()
    assert [(party.kind, party.unit_id is None) for party in parties] == [
        ("co_responsible", False),
        ("co_responsible", True),
    ]
    parties[0].part = "tubería"
    assert counts(bring(place, sheet)) == (0, 0, 1)
    assert counts(bring(place, csv_of("code,title,co_units", "A,Pozo,Salud; Agua"))) == (0, 1, 0)
    held = db.session.scalars(select(Party).where(Party.commitment_id == row.id).order_by(Party.id)).all()
    assert [(party.part, party.unit_id is None) for party in held] == [("tubería", False), ("", False)]


def test_lines_and_actions_are_found_or_made(place: Place) -> None:
    sheet = csv_of(
        "code,title,line,action",
        "A,Pozo,Agua para todos,Perforar pozos",
        "B,Luz,agua para todos,",
        "C,Paz,,Mediar",
        "D,Faro,Agua para todos,perforar  POZOS",
    )
    assert counts(bring(place, sheet, name="Plan 2026.csv")) == (4, 0, 0)
    assert db.session.scalars(select(Plan.title)).all() == ["Plan 2026"]
    assert (how_many(Line), how_many(Action)) == (2, 3)
    assert commitment(place, "A").action_id == commitment(place, "D").action_id
    assert counts(bring(place, sheet)) == (0, 0, 4)
    action = db.session.scalars(select(Action).where(Action.title == "Perforar pozos")).one()
    action.code = "1.1"
    by_code = csv_of("code,title,action", "E,Nuevo,1.1", "A,Pozo,1.1")
    assert counts(bring(place, by_code)) == (1, 0, 1)
    assert commitment(place, "E").action_id == action.id
    assert counts(bring(place, csv_of("code,title,line,action", "A,Pozo,,"))) == (0, 1, 0)
    assert commitment(place, "A").action_id is None


MILESTONES = csv_of(
    "code,title,milestone_of,start_on,due_on,weight,completed_on,state",
    "H-1,Licitar,a,,2026-03-31,2,2026-03-01,",
    "A,Pozo,,2026-01-01,2026-12-31,,,",
    ",Perforar,A,,2026-10-31,,,",
    ",Perforar,A,,2026-11-30,,,",
)


def test_milestones_hang_on_their_commitment(place: Place) -> None:
    assert counts(bring(place, MILESTONES)) == (4, 0, 0)
    row = commitment(place, "A")
    steps = db.session.scalars(
        select(Milestone).where(Milestone.commitment_id == row.id).order_by(Milestone.id)
    ).all()
    assert [(m.code, m.title, m.weight, m.completed_on) for m in steps] == [
        ("H-1", "Licitar", 2, date(2026, 3, 1)),
        ("", "Perforar", 1, NEVER),
        ("", "Perforar", 1, NEVER),
    ]
    assert row.late_step_from == date(2026, 11, 1)
    assert counts(bring(place, MILESTONES)) == (0, 0, 4)
    moved = MILESTONES.replace(b"2026-11-30", b"2026-12-15")
    assert counts(bring(place, moved)) == (0, 1, 3)
    ledger = db.session.scalars(select(DateChange)).one()
    assert (ledger.milestone_id, ledger.old_due_on, ledger.new_due_on) == (
        steps[2].id,
        date(2026, 11, 30),
        date(2026, 12, 15),
    )
    assert steps[2].first_due_on == date(2026, 11, 30)


def test_milestones_that_cannot_stand(place: Place) -> None:
    sheet = MILESTONES.replace(b"2026-11-30", b"2026-10-31").replace(b"2026-03-31", b"2025-03-31")
    assert reasons(bring(place, sheet)) == [(2, "due_on", "2025-03-31"), (5, "title", "Perforar")]


def test_a_completed_commitment_leaves_no_milestone_open(place: Place) -> None:
    bring(place, MILESTONES)
    done = csv_of("code,title,state", "A,Pozo,cumplido")
    assert counts(bring(place, done, mapped(as_of="2026-10-01"))) == (0, 1, 0)
    row = commitment(place, "A")
    steps = db.session.scalars(
        select(Milestone).where(Milestone.commitment_id == row.id).order_by(Milestone.id)
    ).all()
    assert [m.completed_on for m in steps] == [date(2026, 3, 1), date(2026, 10, 1), date(2026, 10, 1)]
    assert steps[1].completion_not_stated and not steps[0].completion_not_stated
    assert row.late_step_from == NEVER
    assert counts(bring(place, MILESTONES.replace(b"2026-12-31,,,", b"2026-12-31,,,"))) == (0, 0, 4)


def test_done_without_a_date_is_marked_so(place: Place) -> None:
    result = bring(place, csv_of("code,title,state", "A,Pozo,completed", "B,Luz,Cancelado"))
    assert result.to_json()["treated"] == {"date_not_stated": 1}
    done, dropped = commitment(place, "A"), commitment(place, "B")
    assert (done.completed_on, done.completion_not_stated, done.outcome, done.progress) == (
        DAY,
        True,
        "fulfilled",
        100,
    )
    assert (dropped.cancelled_on, dropped.completed_on) == (DAY, NEVER)
    as_of = mapped(as_of="2026-06-30")
    assert counts(bring(place, csv_of("code,title,state", "C,Paz,terminado"), as_of)) == (1, 0, 0)
    assert commitment(place, "C").completed_on == date(2026, 6, 30)
    with_date = csv_of("code,title,state,completed_on", "A,Pozo,completed,2026-05-05")
    assert counts(bring(place, with_date)) == (0, 1, 0)
    assert (done.completed_on, done.completion_not_stated) == (date(2026, 5, 5), False)


def test_endings_with_outcome_and_note(place: Place) -> None:
    sheet = csv_of(
        "code,title,completed_on,outcome,closing_note,quantity,measure,delivered",
        "A,Pozo,2026-05-05,cumplido en parte,Faltó uno,12,pozos,11",
        "B,Luz,2026-05-05,,,12,luces,11",
        "C,Paz,2026-05-05,,,,,",
    )
    assert counts(bring(place, sheet)) == (3, 0, 0)
    outcomes = [(c.outcome, c.progress, c.closing_note) for c in (commitment(place, code) for code in "ABC")]
    assert outcomes == [("in_part", 91, "Faltó uno"), ("in_part", 91, ""), ("fulfilled", 100, "")]
    assert counts(bring(place, sheet)) == (0, 0, 3)


def test_a_stage_can_go_back_only_where_the_sheet_says_so(place: Place) -> None:
    bring(place, csv_of("code,title,state", "A,Pozo,completed"))
    assert counts(bring(place, csv_of("code,title,state", "A,Pozo,"))) == (0, 0, 1)
    assert counts(bring(place, csv_of("code,title,state", "A,Pozo,in_progress"))) == (0, 1, 0)
    row = commitment(place, "A")
    assert row.is_open and row.outcome is None and row.reopened_on == DAY and not row.completion_not_stated


def test_a_stage_that_contradicts_its_date(place: Place) -> None:
    result = bring(place, csv_of("code,title,state,completed_on", "A,Pozo,en curso,2026-01-01"))
    assert reasons(result) == [(2, "completed_on", "2026-01-01")]


def test_a_moved_date_leaves_a_row_in_the_ledger(place: Place) -> None:
    bring(place, BASIC)
    result = bring(place, BASIC.replace(b"2026-12-31", b"2027-03-31"), day=date(2026, 12, 1))
    assert counts(result) == (0, 1, 1)
    row = commitment(place, "A-1")
    ledger = db.session.scalars(select(DateChange)).one()
    assert (ledger.reason, ledger.on, ledger.old_due_on) == ("import", date(2026, 12, 1), date(2026, 12, 31))
    assert (row.first_due_on, row.due_on, row.overdue_from) == (
        date(2026, 12, 31),
        date(2027, 3, 31),
        date(2027, 4, 1),
    )
    assert row.entered_on == DAY


def test_what_was_waiting_to_be_said_is_void(place: Place) -> None:
    bring(place, BASIC)
    names = {}
    for code in ("A-1", "A-2"):
        names[code] = commitment(place, code).subject
        raised = Raised(place.id, names[code], "overdue+1", DAY, "a@example.org", "Ana", "es", "responsible", {})
        raise_notices([raised], act().at, DAY)
    bring(place, BASIC.replace(b"31/03/2026,", b"31/03/2026,100"), mapped(treat={"done_when_progress": 100}))
    states = {row.subject: row.state for row in db.session.execute(select(Notice.subject, Notice.state))}
    assert states == {names["A-1"]: "waiting", names["A-2"]: "cancelled"}


def test_money_goes_to_the_year_it_is_due(place: Place) -> None:
    sheet = csv_of("code,title,due_on,budget,currency,source_of_funds", "A,Pozo,2027-03-01,1.5,,Ramo 33")
    bring(place, sheet)
    bring(place, csv_of("code,title,budget", "B,Luz,1500000000000"))
    budgets = db.session.execute(
        select(Budget.fiscal_year, Budget.assigned_minor, Budget.currency, Budget.source).order_by(Budget.id)
    ).all()
    assert [tuple(budget) for budget in budgets] == [
        (2027, 150, "MXN", "Ramo 33"),
        (2026, 150_000_000_000_000, "MXN", ""),
    ]
    assert counts(bring(place, sheet)) == (0, 0, 1)
    assert counts(bring(place, sheet.replace(b"1.5", b"2"))) == (0, 1, 0)
    assert db.session.scalars(select(Budget.assigned_minor).order_by(Budget.id)).all()[0] == 200
    pesos = make_place("CL")
    bring(pesos, csv_of("code,title,budget", "A,Pozo,1500"))
    assert db.session.scalars(select(Budget.assigned_minor).where(Budget.municipality_id == pesos.id)).all() == [
        1500
    ]


def test_quantities_make_progress(place: Place) -> None:
    sheet = csv_of("code,title,quantity,measure,delivered,progress", "A,Pozo,12,pozos,8,10")
    bring(place, sheet)
    row = commitment(place, "A")
    assert (row.quantity, row.delivered, row.progress) == (Decimal(12), Decimal(8), 66)
    assert counts(bring(place, sheet)) == (0, 0, 1)
    assert counts(bring(place, sheet.replace(b",8,", b",9,"))) == (0, 1, 0)
    assert row.progress == 75


def test_decimals_beyond_what_is_kept_do_not_change_each_time(place: Place) -> None:
    sheet = csv_of("code,title,quantity,budget", "A,Pozo,1.23456,10.999999")
    bring(place, sheet)
    assert counts(bring(place, sheet)) == (0, 0, 1)


def test_precision_and_public(place: Place) -> None:
    bring(place, csv_of("code,title,due_on,due_precision,public", "A,Pozo,2026-T1,trimestre,sí"))
    row = commitment(place, "A")
    assert (row.due_on, row.due_precision, row.public) == (date(2026, 3, 31), "quarter", True)


def test_extra_columns_are_ignored_with_a_notice(place: Place) -> None:
    result = bring(place, csv_of("code,title,Observaciones,Observaciones", "A,Pozo,x,y"))
    assert counts(result) == (1, 0, 0)
    assert ["Observaciones" in notice for notice in result.to_json()["notices"]] == [True]


def test_captions_of_other_languages(place: Place) -> None:
    bring(place, csv_of("Código;COMPROMISSO;Prazo;Avanço", "A;Poço;31/12/2026;40%"))
    row = commitment(place, "A")
    assert (row.title, row.due_on, row.progress) == ("Poço", date(2026, 12, 31), 40)


TREATED = {
    "columns": {
        "Qué": "title",
        "Cód": "code",
        "Quién": "unit",
        "Ini": "start_on",
        "Fin": "due_on",
        "%": "progress",
    },
    "empty_words": ["N/A"],
    "fill_down": ["unit"],
    "create_units": True,
    "percent_scale": "0-1",
    "as_of": "2026-06-30",
    "treat": {
        "skip_when": [{"column": "Clase", "equals": ["P"]}, {"column": "Qué", "empty": True}],
        "bad_date": "undated",
        "empty_due_date": "undated",
        "due_before_start": "drop_start",
        "clamp": ["progress"],
        "long_title": "cut",
        "done_when_progress": 100,
        "progress_share_of": "Peso",
    },
}
MESSY: list[list[Any]] = [
    ["Informe", None],
    ["Clase", "Cód", "Qué", "Quién", "Ini", "Fin", "%", "Peso", "Qué"],
    ["P ", None, "Proyecto uno", "Obras", None, None, None, None, "x"],
    [],
    [None, 4112.0, "Pozo\nhondo", None, date(2026, 1, 1), date(2025, 12, 31), 0.039, 0.39, None],
    [None, "B", "Luz", "Agua", "N/A", "n/a", 1.2, 1, None],
    [None, "C", "x" * 200 + " " + "y" * 200, None, "31/1272025", date(2026, 12, 31), 0.2999999, 0.29999995, None],
    [None, None, None, None, None, None, None, None, "total"],
]


def test_what_is_wrong_is_treated_as_the_mapping_says_counted_and_named(place: Place) -> None:
    result = bring(place, xlsx_of(MESSY), mapped(**TREATED, header_rows=[2]), name="m.xlsx")
    assert counts(result) == (3, 0, 0)
    answer = result.to_json()
    assert (answer["skipped"], answer["skipped_rows"], answer["units_created"]) == (2, [3, 8], 2)
    assert answer["treated_rows"] == {
        "bad_date": [7],
        "clamp": [6],
        "done_when_progress": [6, 7],
        "due_before_start": [5],
        "empty_due_date": [6],
        "long_title": [7],
        "progress_share_of": [5, 7],
    }
    first, second, third = (commitment(place, code) for code in ("4112", "B", "C"))
    assert (first.title, first.progress, first.start_on, first.due_on) == (
        "Pozo hondo",
        10,
        None,
        date(2025, 12, 31),
    )
    assert (second.progress, second.completed_on, second.due_on) == (100, date(2026, 6, 30), None)
    assert third.title.endswith("x…") and third.description == MESSY[6][2] and third.start_on is None
    units = {unit.id: unit.name for unit in db.session.scalars(select(Unit))}
    assert [units[c.unit_id or 0] for c in (first, second, third)] == ["Obras", "Agua", "Agua"]
    assert counts(bring(place, xlsx_of(MESSY), mapped(**TREATED, header_rows=[2]), name="m.xlsx")) == (0, 0, 3)


@only_sqlite
def test_a_slip_in_a_day_is_what_was_meant_where_the_mapping_says_so(place: Place) -> None:
    rows: list[list[Any]] = [["title", "due_on"], ["Pozo", "1/15/2025"], ["Puente", "mañana"]]
    slips = {"date_slips": "proposed"}
    result = bring(place, xlsx_of(rows), mapped(treat=slips))
    assert [(wrong.row, wrong.value) for wrong in result.errors] == [(3, "mañana")]
    result = bring(place, xlsx_of(rows), mapped(treat={**slips, "bad_date": "undated"}))
    assert result.to_json()["treated_rows"] == {"date_slips": [2], "bad_date": [3]}
    days = [c.due_on for c in db.session.scalars(select(Commitment).order_by(Commitment.id))]
    assert days == [date(2025, 1, 15), None]


@pytest.mark.parametrize(
    ("line", "row", "column"),
    [
        ("bad_date", 7, "Ini"),
        ("empty_due_date", 6, "Fin"),
        ("due_before_start", 5, "Fin"),
        ("clamp", 6, "%"),
        ("long_title", 7, "Qué"),
    ],
)
@only_sqlite
def test_without_its_line_in_the_mapping_it_is_an_error(place: Place, line: str, row: int, column: str) -> None:
    treat = {key: value for key, value in dict(TREATED["treat"]).items() if key != line}  # type: ignore[call-overload]
    mapping = mapped(**{**TREATED, "treat": treat}, header_rows=[2])
    result = bring(place, xlsx_of(MESSY), mapping, name="m.xlsx")
    assert [(wrong.row, wrong.column) for wrong in result.errors] == [(row, column)]
    assert how_many(Commitment) == 0


def test_composed_codes_years_and_lowest_figures(place: Place) -> None:
    mapping = mapped(
        columns={
            "t": "title",
            "a": "progress",
            "b": "progress",
            "año": "due_on",
            "u1": "co_units",
            "u2": "co_units",
        },
        compose_code="BA-{n}",
        create_units=True,
        treat={"year": "last_day", "lowest_of": ["progress"]},
    )
    sheet = csv_of("n,t,a,b,año,u1,u2", "1,Pozo,100,60,2019,Obras,Agua", "2,Luz,,80,2018,,")
    result = bring(place, sheet, mapping)
    assert result.to_json()["treated"] == {"lowest_of": 1, "year": 2}
    row = commitment(place, "BA-1")
    assert (row.progress, row.due_on, row.due_precision) == (60, date(2019, 12, 31), "year")
    assert how_many(Party) == 2 and commitment(place, "BA-2").progress == 80
    bad = bring(place, csv_of("n,t,a,b,año,u1,u2", "uno dos,Pozo,,,2019,,"), mapping)
    assert reasons(bad) == [(2, "code", "BA-uno dos")]


def test_constants_and_states_of_a_mapping(place: Place) -> None:
    make_unit(place, "Obras", "o@example.org")
    mapping = read_agenda_mapping(
        '{"columns": {"t": "title", "s": "state", "u": "unit"}, "constants": {"unit": "Obras", "public": "sí"},'
        ' "states": {"Oportuno": "completed", "Extemporáneo": "in_progress"}}'
    )
    bring(place, csv_of("t,s,u", "Pozo,oportuno,", "Luz,EXTEMPORANEO,"), mapping)
    rows = [commitment(place, code) for code in ("C-001", "C-002")]
    assert [row.stage_on(DAY) for row in rows] == ["completed", "in_progress"]
    assert all(row.unit_id and row.public for row in rows)


def test_a_mapping_from_the_future_is_refused(place: Place) -> None:
    (wrong,) = bring(place, BASIC, mapped(as_of="2026-11-24")).errors
    assert wrong.value == "2026-11-24"


def test_an_import_continues_what_pages_began(place: Place) -> None:
    unit = make_unit(place, "Obras", "o@example.org")
    mine = make_commitment(place, "Pozo", date(2026, 6, 30), unit=unit)
    make_milestone(place, mine, date(2026, 5, 31), title="Licitar")
    complete_commitment(act(), place, mine.code, DAY, "fulfilled", "Listo", "complete")
    sheet = csv_of("title,unit,due_on", "Pozo,Obras,30/06/2026")
    assert counts(bring(place, sheet)) == (0, 0, 1)
    assert mine.completed_on == DAY


def test_another_municipality_s_rows_are_out_of_reach(place: Place) -> None:
    other = make_place()
    make_commitment(other, "Pozo", code="A")
    make_unit(other, "Obras", "o@example.org")
    assert counts(bring(place, csv_of("code,title", "A,Luz"))) == (1, 0, 0)
    assert commitment(other, "A").title == "Pozo"
    assert [wrong.column for wrong in bring(place, csv_of("code,title,unit", "A,Luz,Obras")).errors] == ["unit"]


def test_a_new_lead_is_told_anew_also_of_milestones(place: Place) -> None:
    make_unit(place, "Obras", "o@example.org")
    make_unit(place, "Agua", "a@example.org")
    sheet = csv_of("code,title,unit,milestone_of,due_on", "A,Pozo,Obras,,2026-12-31", ",Licitar,,A,2026-11-30")
    bring(place, sheet)
    step = db.session.scalars(select(Milestone)).one()
    step.checked_on = DAY
    raised = Raised(place.id, step.subject, "due-14", DAY, "o@example.org", "Obras", "es", "responsible", {})
    raise_notices([raised], act().at, DAY)
    assert counts(bring(place, sheet.replace(b"Obras", b"Agua"))) == (0, 1, 1)
    assert step.checked_on == LONG_AGO
    assert db.session.scalars(select(Notice.state)).all() == ["cancelled"]
