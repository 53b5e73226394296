"""Out and in again: what an export says, an import finds already so."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.exchange.making import bring, counts, saved_again
from tests.support.apps import only_postgres, only_sqlite
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
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations import (
    cancel_commitment,
    cancel_milestone,
    complete_commitment,
    complete_milestone,
    edit_commitment,
    note_sign,
    recount,
)
from tracker.agenda.operations.promise import BudgetFacts, PartyFacts, Promise
from tracker.agenda.recurring.making import make_occurrences, not_held
from tracker.agenda.rules import Pattern
from tracker.core.db import NEVER, db
from tracker.core.sheets import fold, read_sheet
from tracker.exchange.captions import field_called
from tracker.exchange.leaving import Selection, write_agenda
from tracker.plan.operations import add_action, add_line, create_plan
from tracker.territory.models import Unit
from tracker.territory.rules import Place

pytestmark = pytest.mark.usefixtures("session")
KINDS = ["csv", "xlsx"]


def exported(place: Place, kind: str, day: date = DAY) -> bytes:
    db.session.flush()
    target = io.BytesIO()
    write_agenda(Selection(place, day, act(day).at), target, kind)
    return target.getvalue()


def unchanged(place: Place, way: str) -> None:
    """Importing the export changes nothing; twice, since the first might hide what it did."""
    kind = "csv" if way == "csv" else "xlsx"
    content = exported(place, kind)
    content = saved_again(content) if way == "again" else content
    for _ in range(2):
        created, updated, same = counts(bring(place, content, name=f"agenda.{kind}"))
        assert (created, updated) == (0, 0) and same > 0
    assert exported(place, kind) == content or kind == "xlsx"


def same_elsewhere(place: Place, kind: str) -> None:
    """A municipality that takes the export in exports the same."""
    content = exported(place, kind)
    other = make_place(place.country_code)
    for unit in db.session.query(Unit).filter(Unit.municipality_id == place.id).order_by(Unit.id):
        make_unit(other, unit.name, unit.mailbox)
    # A workbook is known again where it left from; elsewhere only without what it remembers.
    file = saved_again(content, keeps_note=False, keeps_days=True) if kind == "xlsx" else content
    assert counts(bring(other, file, name=f"agenda.{kind}"))[0] > 0
    assert table(exported(other, kind), kind) == table(content, kind)


def table(content: bytes, kind: str) -> list[Any]:
    """Rows without the names that rows carry in a workbook, since they are the municipality's own."""
    rows = read_sheet(content, f"x.{kind}").rows
    return [row[:-1] for row in rows] if kind == "xlsx" else rows


def rich(place: Place) -> None:
    """An agenda with something of everything that a page can make."""
    works, health = make_unit(place, "Obras; y Servicios", "obras@example.org"), make_unit(place, "=Salud", None)
    make_person(works, "Ana", "ana@example.org")
    make_person(health, "Beto")
    make_person(health, "Carla")
    undp, fund = make_partner("PNUD; México"), make_partner("+Fondo")
    plan = create_plan(act(), place, "Plan")
    line = add_line(act(), place, plan.id, "Agua", code="L1")
    action = add_action(act(), place, line.id, "-Perforar", code="1.1")
    alone = add_action(act(), place, line.id, "Agua")
    first = make_commitment(
        place,
        "=1+1",
        date(2026, 12, 31),
        unit=works,
        start_on=date(2026, 1, 1),
        due_precision="half",
        description="uno\r\n\r\ndos; \"tres\" 'cuatro'\t",
        quantity=Decimal("12.5"),
        measure="pozos",
        public=True,
        verification="@acta",
        action_id=action.id,
        parties=(
            PartyFacts("co_responsible", unit_id=health.id, part="agua"),
            PartyFacts("co_responsible", partner_id=fund.id),
            PartyFacts("supporter", partner_id=undp.id),
            PartyFacts("supporter", unit_id=health.id),
        ),
        budgets=(BudgetFacts(2025, "", "USD", 5), BudgetFacts(2026, "Ramo 33", "MXN", 150_000_000_000_005, 7, 0)),
    )
    note_sign(act(), place, first, None, Decimal("1.234"))
    late = make_milestone(place, first, date(2026, 3, 31), title="Licitar", weight=3, precision="quarter")
    make_milestone(place, first, date(2026, 5, 31), title="Licitar")
    make_milestone(place, first, date(2026, 5, 31), title="Licitar")
    dropped = make_milestone(place, first, None, title="'=Dejar")
    complete_milestone(act(), place, first.code, late.id, date(2026, 4, 2))
    cancel_milestone(act(), place, first.code, dropped.id, "no hizo falta")
    led = make_commitment(place, "Donar\n luces", code="x.Y_1", partner_id=undp.id, action_id=alone.id)
    note_sign(act(), place, led, 30, None)
    make_occurrences(act(), place, led.code, Pattern("month", 1, 31, DAY, count=4))
    first_day = db.session.scalars(select(Milestone).where(Milestone.occurs_on.is_not(None))).first()
    not_held(act(), place, led.code, first_day.id, "lluvia") if first_day else None
    done = make_commitment(place, "Hecho", date(2026, 6, 30), quantity=Decimal(3))
    make_milestone(place, done, date(2026, 5, 1))
    complete_commitment(act(), place, done.code, date(2026, 7, 1), "in_part", "-8 de 12", "complete")
    gone = make_commitment(place, "Cancelado", date(2026, 6, 30), unit=health)
    cancel_commitment(act(), place, gone.code, "sin recursos\r\nya")
    edited = make_commitment(place, "Mudado", date(2026, 6, 30), unit=works)
    moved = Promise("Mudado", due_on=date(2026, 9, 30), quantity=Decimal(4), unit_id=works.id)
    edit_commitment(act(), place, edited.code, moved, 1, "lluvias")
    recount(place.id, DAY)


@pytest.mark.parametrize("kind", KINDS)
def test_importing_an_export_changes_nothing(kind: str) -> None:
    place = make_place()
    rich(place)
    unchanged(place, kind)


def test_what_recurs_stays_what_it_is_unless_the_row_says_otherwise() -> None:
    place = make_place()
    made = make_commitment(place)
    make_occurrences(act(), place, made.code, Pattern("month", 1, 15, DAY, count=3))
    step = select(Milestone).where(Milestone.commitment_id == made.id).order_by(Milestone.id)
    missed = db.session.scalars(step).all()[0]
    not_held(act(), place, made.code, missed.id, "lluvia")
    unchanged(place, "csv")
    assert missed.not_held
    bring(place, exported(place, "csv").decode().replace("lluvia", "").replace("cancelled", "completed").encode())
    db.session.expire_all()
    assert (missed.not_held, missed.completed_on < NEVER, missed.occurs_on) == (False, True, missed.due_on)


@pytest.mark.parametrize("kind", KINDS)
def test_another_municipality_takes_it_in_whole(kind: str) -> None:
    """But for what a sheet has no room for: a second budget, names with semicolons, white space at the ends."""
    place = make_place()
    works = make_unit(place, "Obras", "obras@example.org")
    agua = make_unit(place, "Agua", "agua@example.org")
    undp = make_partner("PNUD")
    first = make_commitment(
        place,
        "=1+1",
        date(2026, 12, 31),
        unit=works,
        start_on=date(2026, 1, 1),
        due_precision="half",
        description="uno\n\ndos",
        quantity=Decimal("12.5"),
        measure="pozos",
        parties=(
            PartyFacts("co_responsible", unit_id=agua.id),
            PartyFacts("co_responsible", partner_id=undp.id),
            PartyFacts("supporter", partner_id=undp.id),
        ),
        budgets=(BudgetFacts(2024, "Ramo 33", "MXN", 1050, 1000, None, 0),),
    )
    note_sign(act(), place, first, None, Decimal("1.25"))
    step = make_milestone(place, first, date(2026, 3, 31), title="Licitar", weight=3, precision="quarter")
    complete_milestone(act(), place, first.code, step.id, date(2026, 4, 2))
    done = make_commitment(place, "Hecho", date(2026, 6, 30), partner_id=undp.id)
    complete_commitment(act(), place, done.code, date(2026, 7, 1), "not_fulfilled", "nada")
    gone = make_commitment(place, "Cancelado", date(2026, 6, 30), unit=agua)
    cancel_commitment(act(), place, gone.code, "sin recursos")
    same_elsewhere(place, kind)


def test_the_columns_are_the_canonical_ones() -> None:
    place = make_place()
    rich(place)
    rows = list(csv.DictReader(io.StringIO(exported(place, "csv").decode("utf-8-sig"), newline="")))
    first = rows[0]
    assert first["title"] == "'=1+1" and first["unit"] == "Obras; y Servicios"
    assert (first["due_on"], first["due_precision"], first["state"]) == ("2026-12-31", "half", "in_progress")
    assert (first["quantity"], first["delivered"], first["progress"]) == ("12.5", "1.234", "9")
    assert (first["budget"], first["currency"], first["source_of_funds"]) == ("1500000000000.05", "MXN", "Ramo 33")
    assert (first["fiscal_year"], first["budget_current"]) == ("2026", "0.07")
    assert (first["budget_executed"], first["budget_paid"]) == ("0", "")
    assert first["partner"] == "PNUD; México" and first["co_units"] == "'=Salud; +Fondo"
    assert (first["line"], first["action"], first["responsible"]) == ("Agua", "'-Perforar", "Ana")
    assert [(row["milestone_of"], row["title"], row["state"]) for row in rows[1:5]] == [
        ("C-001", "Licitar", "completed"),
        ("C-001", "Licitar", "not_started"),
        ("C-001", "Licitar", "not_started"),
        ("C-001", "''=Dejar", "cancelled"),
    ]
    assert rows[1]["completed_on"] == "2026-04-02" and rows[1]["weight"] == "3"
    assert rows[5]["partner"] == "PNUD; México" and rows[5]["responsible"] == ""
    assert (rows[5]["line"], rows[5]["action"]) == ("Agua", "")


def test_days_and_numbers_are_days_and_numbers_in_a_workbook() -> None:
    place = make_place()
    rich(place)
    header, first = table(exported(place, "xlsx"), "xlsx")[:2]
    row = {field_called(str(caption), "agenda"): cell for caption, cell in zip(header, first, strict=True)}
    assert (row["due_on"], row["quantity"], row["title"]) == (date(2026, 12, 31), 12.5, "=1+1")


def test_a_completion_without_a_date_stays_without() -> None:
    place = make_place()
    counts(bring(place, b"code,title,state\nA,Pozo,completed\n"))
    assert b"2026" not in exported(place, "csv")
    unchanged(place, "csv")


def test_an_empty_agenda_is_a_row_of_captions() -> None:
    place = make_place()
    assert len(table(exported(place, "csv"), "csv")) == 1


WORDS = st.one_of(
    st.text(
        alphabet=st.characters(
            exclude_categories=("Cs", "Cc", "Cn"),
            exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
            include_characters="\t\n\r",
        ),
        max_size=40,
    ),
    st.sampled_from(
        ["=1+1", "+a;b", "-a", "@x", "\t=1", "'=1", "N/A", "-", "2026", "1,5", "a;b", "#REF!", "  x  ", ";", ";=1"]
    ),
    st.sampled_from(["ñandú " * 49 + "fin", "á" * 300, "=" + "x" * 299]),
)
LONG = WORDS | st.builds(lambda text, times: (text * times)[:10_000], WORDS, st.integers(2, 100))
#: Nothing to be seen in it is no name.
NAMES = WORDS.map(lambda text: text if fold(text) else f"{text}Ñ")
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@st.composite
def promises(draw: st.DrawFn) -> dict[str, Any]:
    """What somebody may have typed."""
    due = draw(st.none() | DAYS)
    start = draw(st.none() | DAYS)
    if due and start and start > due:
        start, due = due, start
    facts: dict[str, Any] = {
        "title": draw(NAMES),
        "due_on": due,
        "start_on": start,
        "due_precision": draw(st.sampled_from(["day", "month", "quarter", "half", "year"])),
        "description": draw(LONG),
        "measure": draw(WORDS)[:100],
        "verification": draw(LONG),
        "public": draw(st.booleans()),
        "quantity": draw(st.none() | st.decimals("0.001", 10**9, places=3)),
    }
    if draw(st.booleans()):
        budget = BudgetFacts(
            draw(st.integers(2020, 2030)),
            fold(draw(WORDS))[:200],
            "MXN",
            draw(st.integers(0, 10**15)),
            *[draw(st.none() | st.integers(0, 10**15)) for _figure in range(3)],
        )
        facts["budgets"] = (budget,)
    return facts


#: What leaves and comes back; `again`: the workbook after another program has saved it without formats and rules.
WAYS = ["csv", "xlsx", "again"]
ANYTHING: dict[str, Any] = {
    "promised": st.lists(promises(), min_size=1, max_size=3),
    "names": st.lists(NAMES.map(lambda name: name[-200:]), min_size=4, max_size=4),
    "figures": st.tuples(st.integers(0, 100), st.decimals(0, 10**6, places=3)),
    "step": st.tuples(NAMES, st.none() | DAYS, st.sampled_from(["open", "completed", "cancelled"])),
    "ending": st.sampled_from(["open", "fulfilled", "in_part", "cancelled"]),
    "way": st.sampled_from(WAYS),
}


@only_sqlite
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(**ANYTHING)
def test_whatever_was_typed_survives(**typed: Any) -> None:
    survives(**typed)


@only_postgres
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(**ANYTHING)
def test_whatever_was_typed_survives_on_the_other_database(**typed: Any) -> None:
    survives(**typed)


def survives(
    promised: list[dict[str, Any]],
    names: list[str],
    figures: tuple[int, Decimal],
    step: tuple[str, date | None, str],
    ending: str,
    way: str,
) -> None:
    """Make an agenda of it, take it out and bring it back."""
    place = make_place()
    unit, other = make_unit(place, names[0], "a@example.org"), make_unit(place, names[1])
    partner = make_partner(names[2])
    made: list[Commitment] = []
    for number, facts in enumerate(promised):
        lead = {"unit": unit} if number % 2 == 0 else {"partner_id": partner.id}
        parties = (PartyFacts("co_responsible", unit_id=other.id), PartyFacts("supporter", partner_id=partner.id))
        made.append(make_commitment(place, **facts, **lead, parties=parties if number == 0 else ()))
    first = made[0]
    note_sign(act(), place, first, *figures)
    due = step[1]
    if due and first.start_on and due < first.start_on:
        due = first.start_on + timedelta(days=1)
    due = due if due and due <= date(2100, 12, 31) else None
    milestone = make_milestone(place, first, due, title=step[0])
    if step[2] == "completed":
        complete_milestone(act(), place, first.code, milestone.id, DAY)
    elif step[2] == "cancelled":
        cancel_milestone(act(), place, first.code, milestone.id, names[3])
    if ending == "cancelled":
        cancel_commitment(act(), place, first.code, names[3])
    elif ending != "open":
        complete_commitment(act(), place, first.code, DAY, ending, names[3], "complete")
    recount(place.id, DAY)
    unchanged(place, way)
