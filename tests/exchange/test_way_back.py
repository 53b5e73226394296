"""A workbook of ours comes back after somebody worked on it outside, and others here."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.exchange.making import bring, counts, reasons, saved_again
from tests.support.factories import DAY, act, make_commitment, make_milestone, make_person, make_place, make_unit
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.operations import edit_commitment, edit_milestone, note_sign
from tracker.agenda.operations.promise import Promise
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.exchange.import_agenda import ImportResult
from tracker.exchange.leaving import Selection, write_agenda
from tracker.exchange.mapping import AgendaMapping
from tracker.territory.models import Unit
from tracker.territory.rules import Place

pytestmark = pytest.mark.usefixtures("session")
LATER = DAY + timedelta(days=2)


@pytest.fixture
def place(session: Any) -> Place:
    """C-001 with two milestones (rows 2 to 4), C-002 (row 5)."""
    place = make_place()
    works, health = make_unit(place, "Obras", "obras@example.org"), make_unit(place, "Salud")
    make_person(works, "Ana", "ana@example.org")
    first = make_commitment(place, "Pozo", date(2026, 12, 31), unit=works, measure="m", quantity=Decimal(12))
    make_milestone(place, first, date(2026, 12, 1), title="Licitar", weight=2)
    make_milestone(place, first, date(2026, 12, 15), title="Perforar")
    make_commitment(place, "Luces", date(2027, 3, 31), unit=health)
    return place


def left(place: Place, locale: str | None = "es") -> bytes:
    """As it leaves on DAY."""
    db.session.flush()
    target = io.BytesIO()
    write_agenda(Selection(place, DAY, act(DAY).at, locale=locale), target, "xlsx")
    return target.getvalue()


def back(place: Place, content: bytes, **keys: Any) -> ImportResult:
    """As it comes back two days later."""
    mapping = AgendaMapping.model_validate({"back": keys}) if keys else None
    return bring(place, content, mapping, day=LATER, name="agenda.xlsx")


def one(place: Place, code: str) -> Commitment:
    found = db.session.scalar(
        select(Commitment).where(Commitment.municipality_id == place.id, Commitment.code == code)
    )
    assert found is not None
    return found


def step(place: Place, title: str) -> Milestone:
    return db.session.scalars(
        select(Milestone).where(Milestone.municipality_id == place.id, Milestone.title == title)
    ).one()


def edited(place: Place, code: str, by: str = "Beto", **facts: Any) -> None:
    """Somebody corrects it here, the day after it left."""
    found = one(place, code)
    held = {
        "title": found.title,
        "due_on": found.due_on,
        "unit_id": found.unit_id,
        "quantity": found.quantity,
        "measure": found.measure,
        "due_precision": found.due_precision,
    }
    there = act(DAY + timedelta(days=1), name=by)
    edit_commitment(there, place, code, Promise(**{**held, **facts}), found.version, "porque sí")


def test_what_only_the_file_changed_comes_in(place: Place) -> None:
    content = saved_again(left(place), {(2, "title"): "Pozo hondo", (5, "due_on"): date(2027, 6, 30)})
    edited(place, "C-001", measure="pozos")
    result = back(place, content)
    assert counts(result) == (0, 2, 2)
    first = one(place, "C-001")
    assert (first.title, first.measure, one(place, "C-002").due_on) == ("Pozo hondo", "pozos", date(2027, 6, 30))
    assert result.back is not None and result.back.conflicts == []
    kept = next(found for found in result.back.kept if found.cells[0].field == "measure")
    assert (kept.cells[0].field, kept.cells[0].base, kept.cells[0].theirs) == ("measure", "m", "pozos")
    assert (kept.trace.by, kept.code) == ("Beto", "C-001") and len(result.notices) == 1


def test_an_untouched_file_undoes_nothing(place: Place) -> None:
    content = left(place)
    edited(place, "C-001", title="Pozo norte", due_on=date(2027, 1, 31), measure="pozos")
    note_sign(act(LATER), place, one(place, "C-001"), None, Decimal(3))
    milestone = step(place, "Licitar")
    edit_milestone(act(LATER), place, "C-001", milestone.id, "Licitar ya", date(2026, 12, 5), date_reason="x")
    for file in (content, saved_again(content)):
        assert counts(back(place, file)) == (0, 0, 4)
    assert milestone.title == "Licitar ya" and one(place, "C-001").title == "Pozo norte"


def test_both_to_different_values_is_a_conflict_that_tells_who_and_what(place: Place) -> None:
    content = saved_again(left(place), {(2, "due_on"): date(2027, 2, 28), (2, "title"): "Pozo hondo"})
    edited(place, "C-001", due_on=date(2027, 1, 31))
    result = back(place, content)
    assert reasons(result) == [(2, "Plazo", "2027-02-28")] and "Beto" in str(result.errors[0].reason)
    assert one(place, "C-001").title == "Pozo"
    assert result.back is not None
    (conflict,) = result.back.conflicts
    told = conflict.cells[0]
    assert (told.base, told.mine, told.theirs) == ("2026-12-31", "2027-02-28", "2027-01-31")
    assert (conflict.trace.by, conflict.trace.at) == ("Beto", act(DAY + timedelta(days=1)).at)


@pytest.mark.parametrize(
    ("side", "due"), [("mine", date(2027, 2, 28)), ("theirs", date(2027, 1, 31))], ids=["mine", "theirs"]
)
def test_conflicts_are_decided_for_all_or_one_by_one(place: Place, side: str, due: date) -> None:
    content = saved_again(left(place), {(2, "due_on"): date(2027, 2, 28), (2, "title"): "Pozo hondo"})
    edited(place, "C-001", due_on=date(2027, 1, 31))
    found = back(place, content).back
    assert found is not None
    (conflict,) = found.conflicts
    chosen = {conflict.key: {"take": side, "over": conflict.over}}
    assert counts(back(place, content, choices=chosen)) == (0, 1, 3)
    assert (one(place, "C-001").due_on, one(place, "C-001").title) == (due, "Pozo hondo")
    assert counts(back(place, content, conflicts=side)) == (0, 0, 4)


def test_what_was_decided_about_another_value_is_asked_anew(place: Place) -> None:
    content = saved_again(left(place), {(2, "title"): "Pozo hondo"})
    edited(place, "C-001", title="Pozo norte")
    found = back(place, content).back
    assert found is not None
    chosen = {found.conflicts[0].key: {"take": "mine", "over": found.conflicts[0].over}}
    edited(place, "C-001", by="Carla", title="Pozo sur")
    result = back(place, content, choices=chosen)
    assert reasons(result) == [(2, "Compromiso", "Pozo hondo")] and "Carla" in str(result.errors[0].reason)


def test_both_to_the_same_is_nothing(place: Place) -> None:
    content = saved_again(left(place), {(2, "title"): "Pozo hondo"})
    edited(place, "C-001", title="Pozo hondo")
    assert counts(back(place, content)) == (0, 0, 4)


def test_milestones_are_known_by_name_whatever_changed(place: Place) -> None:
    content = saved_again(left(place), {(3, "title"): "Contratar", (3, "due_on"): date(2026, 12, 20)})
    milestone = step(place, "Licitar")
    assert counts(back(place, content)) == (0, 1, 3)
    assert (milestone.title, milestone.due_on, milestone.weight) == ("Contratar", date(2026, 12, 20), 2)


def test_rows_taken_out_change_nothing_and_rows_added_are_new(place: Place) -> None:
    more = [
        {"title": "Techo", "unit": "Salud", "due_on": date(2027, 5, 1)},
        {"title": "Muro", "milestone_of": "C-001"},
    ]
    result = back(place, saved_again(left(place), without=[3, 5], more=more))
    assert counts(result) == (2, 0, 2)
    assert result.back is not None and result.back.removed == ["C-001", "C-002"]
    assert one(place, "C-003").title == "Techo" and one(place, "C-003").due_on == date(2027, 5, 1)
    assert step(place, "Licitar").is_open and one(place, "C-002").is_open


def test_a_code_that_was_changed_is_refused_in_words(place: Place) -> None:
    content = saved_again(left(place), {(5, "code"): "X-9", (3, "milestone_of"): "C-002"})
    result = back(place, content)
    assert reasons(result) == [(3, "Hito de", "C-002"), (5, "Código", "X-9")]
    assert "C-002" in str(result.errors[1].reason)
    assert counts(back(place, content, codes="as_left")) == (0, 0, 4)


def test_an_emptied_code_is_known_by_the_name_of_its_row(place: Place) -> None:
    assert counts(back(place, saved_again(left(place), {(5, "code"): None, (5, "title"): "Luz"}))) == (0, 1, 3)
    assert one(place, "C-002").title == "Luz"


def test_a_row_copied_twice_is_asked_about(place: Place) -> None:
    ref = f"c{one(place, 'C-002').id}"
    copy = {"code": "C-002", "title": "Luces del sur", "unit": "Salud", "ref": ref}
    content = saved_again(left(place), more=[copy])
    result = back(place, content)
    assert reasons(result) == [(6, "Código", "C-002")] and "5" in str(result.errors[0].reason)
    assert counts(back(place, content, copies="new")) == (1, 0, 4)
    assert one(place, "C-003").title == "Luces del sur" and one(place, "C-002").title == "Luces"


def test_a_copy_with_a_code_of_its_own_or_none_is_new(place: Place) -> None:
    ref = f"c{one(place, 'C-002').id}"
    more = [{"code": code, "title": f"Luces {code}", "unit": "Salud", "ref": ref} for code in ("N-1", None)]
    assert counts(back(place, saved_again(left(place), more=more))) == (2, 0, 4)


def test_a_row_of_another_workbook_is_asked_about(place: Place) -> None:
    other = make_place()
    made = make_commitment(other, "Ajeno")
    row = {"code": "C-001", "title": "Ajeno", "ref": f"c{made.id}"}
    content = saved_again(left(place), more=[row])
    assert reasons(back(place, content)) == [(6, "Código", "C-001")]
    assert counts(back(place, content, copies="new")) == (1, 0, 4)
    assert one(place, "C-003").title == "Ajeno" and one(other, "C-001").title == "Ajeno"


def test_a_workbook_of_another_municipality_is_refused(place: Place) -> None:
    other = make_place()
    result = bring(other, left(place), name="agenda.xlsx")
    assert place.code in str(result.errors[0].reason)
    assert db.session.scalar(select(Commitment).where(Commitment.municipality_id == other.id)) is None


def test_a_forged_note_reaches_no_other_municipality(place: Place) -> None:
    """The note says a row of theirs is ours."""
    other = make_place()
    make_commitment(other, "Ajeno")
    forged = saved_again(left(other), {(2, "title"): "Robado"}, note_of=place.code)
    assert reasons(back(place, forged)) == [(2, "Código", "")]
    assert one(other, "C-001").title == "Ajeno"


def test_another_unit_does_not_inherit_the_people_of_the_old_one(place: Place) -> None:
    content = saved_again(left(place), {(2, "unit"): "Salud"})
    assert counts(back(place, content)) == (0, 1, 3)
    health = db.session.scalars(select(Unit).where(Unit.municipality_id == place.id, Unit.name == "Salud")).one()
    assert one(place, "C-001").unit_id == health.id and (health.mailbox, health.people) == (None, [])


def test_an_emptied_report_says_nothing_and_is_told(place: Place) -> None:
    note_sign(act(), place, one(place, "C-002"), 40, None)
    result = back(place, saved_again(left(place), {(5, "progress"): None, (5, "state"): None}))
    assert counts(result) == (0, 0, 4) and one(place, "C-002").progress == 40
    assert result.back is not None and result.back.emptied == 2 and len(result.notices) == 1


def test_date_and_precision_are_decided_together(place: Place) -> None:
    content = saved_again(left(place), {(5, "due_precision"): "trimestre"})
    edited(place, "C-002", due_on=date(2027, 6, 30))
    found = back(place, content).back
    assert found is not None
    (conflict,) = found.conflicts
    assert [told.field for told in conflict.cells] == ["due_on", "due_precision"]
    assert counts(back(place, content, conflicts="mine")) == (0, 1, 3)
    assert (one(place, "C-002").due_on, one(place, "C-002").due_precision) == (date(2027, 3, 31), "quarter")


def test_without_its_hidden_sheet_it_is_read_as_any_other_and_says_so(place: Place) -> None:
    content = saved_again(left(place), {(2, "title"): "Pozo hondo"}, keeps_note=False, keeps_days=True)
    edited(place, "C-001", title="Pozo norte")
    result = back(place, content)
    assert counts(result)[1] == 1 and result.back is None
    assert one(place, "C-001").title == "Pozo hondo" and len(result.notices) == 1


def test_the_same_file_again_changes_nothing(place: Place) -> None:
    """What an import made of a cell stands here by then: that is no change of anybody's."""
    edits = {
        (2, "state"): "completed",
        (2, "completed_on"): date(2026, 11, 20),
        (5, "due_on"): "junio 2027",
        (5, "budget"): 1200,
    }
    content = saved_again(left(place), edits)
    first = back(place, content)
    assert (first.errors, counts(first)) == ([], (0, 2, 2))
    assert one(place, "C-001").outcome and one(place, "C-002").due_precision == "month"
    again = back(place, content)
    assert again.back is not None and (again.errors, again.back.conflicts) == ([], [])
    assert counts(again) == (0, 0, 4)


def test_a_row_whose_number_belongs_to_another_by_now_is_gone(place: Place) -> None:
    """What was taken away may leave its number to a later row: nothing is written onto that one."""
    content = saved_again(left(place), {(5, "due_on"): date(2027, 8, 1)})
    other = one(place, "C-002")
    other.code, other.code_key, other.title = "S-1", "s-1", "Vacunar perros"
    db.session.flush()
    before = other.due_on
    result = back(place, content)
    assert [wrong.row for wrong in result.errors] == [5]
    assert other.due_on == before


def test_a_row_taken_away_since_is_gone_though_its_code_is_there_again(place: Place) -> None:
    content = saved_again(left(place), {(5, "due_on"): date(2027, 8, 1)})
    other = one(place, "C-002")
    record(act(DAY + timedelta(days=1)), "remove", place.id, other.subject, {})
    db.session.flush()
    assert [wrong.row for wrong in back(place, content).errors] == [5]
