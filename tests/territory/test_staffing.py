"""Units and their people by hand: what is taken, what is refused, and who hears from then on."""

from datetime import timedelta

import pytest

from tests.support.apps import DbSession
from tests.support.factories import DAY, act, be_patient, make_commitment, make_person, make_place, make_unit
from tracker.audit.models import AuditEntry, AuditName
from tracker.core.errors import NotHere, Refused
from tracker.follow_up.checks import check_places
from tracker.follow_up.operations import look_afresh
from tracker.notices.models import Notice
from tracker.territory.models import Unit, UnitPerson
from tracker.territory.registry.staffing import (
    Staff,
    add_unit,
    change_person,
    put_person,
    rename_unit,
    take_person_out,
)
from tracker.territory.rules import Place


@pytest.fixture
def place(session: DbSession) -> Place:
    """A municipality."""
    return make_place()


@pytest.fixture
def unit(session: DbSession, place: Place) -> Unit:
    """A unit in it."""
    return make_unit(place, "Obras Públicas")


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "obras publicas", "Ñ" * 301])
def test_a_unit_has_a_name_of_its_own(session: DbSession, place: Place, unit: Unit, name: str) -> None:
    other = add_unit(act(), place.id, "Agua")
    for write in (lambda: add_unit(act(), place.id, name), lambda: rename_unit(act(), place.id, other.id, name)):
        with pytest.raises(Refused) as refused:
            write()
        assert list(refused.value.fields) == ["name"]
    assert rename_unit(act(), place.id, unit.id, "Obras  públicas").name == "Obras públicas", "its own name is free"
    assert add_unit(act(), make_place().id, "Agua").id != other.id


@pytest.mark.parametrize(
    ("staff", "field"),
    [
        (Staff(" "), "name"),
        (Staff("eva RIOS"), "name"),
        (Staff("Ana", email="ana@"), "email"),
        (Staff("Ana", email="a@example.org, b@example.org"), "email"),
        (Staff("Ana", phone="5" * 61), "phone"),
        (Staff("Ana", post="x" * 201), "post"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    session: DbSession, place: Place, unit: Unit, staff: Staff, field: str
) -> None:
    make_person(unit, "Eva Ríos")
    session.expire(unit)
    with pytest.raises(Refused) as refused:
        put_person(act(), place.id, unit.id, staff)
    assert list(refused.value.fields) == [field]


def test_nobody_of_another_unit_or_place_is_touched(session: DbSession, place: Place, unit: Unit) -> None:
    person, other = make_person(unit, "Eva"), make_unit(place, "Agua")
    with pytest.raises(NotHere):
        take_person_out(act(), place.id, other.id, person.id)
    with pytest.raises(NotHere):
        change_person(act(), make_place().id, unit.id, person.id, Staff("Ana"))
    assert session.get(UnitPerson, person.id) is not None


def test_who_comes_hears_what_holds_and_who_leaves_nothing_more(
    session: DbSession, place: Place, unit: Unit
) -> None:
    be_patient(place)
    made = make_commitment(place, "Pozo", DAY + timedelta(days=2), unit=unit, day=DAY - timedelta(days=60))
    eva = put_person(act(), place.id, unit.id, Staff("Eva", email="EVA@example.org"))
    look_afresh(act(), place, unit.id)
    session.expire_all()
    check_places([place], DAY, act().at)
    heard = {notice.recipient for notice in session.query(Notice)}
    assert heard == {"eva@example.org"}
    take_person_out(act(), place.id, unit.id, eva.id)
    put_person(act(), place.id, unit.id, Staff("Luz", email="luz@example.org"))
    session.expire_all()
    check_places([place], made.due_on + timedelta(days=1), act().at)  # type: ignore[operator]
    late = {notice.recipient for notice in session.query(Notice) if notice.step == "overdue+1"}
    assert late == {"luz@example.org"}


def test_name_address_and_phone_lie_apart_from_what_is_hashed(session: DbSession, place: Place, unit: Unit) -> None:
    eva = put_person(act(), place.id, unit.id, Staff("Eva Ríos"))
    change_person(act(), place.id, unit.id, eva.id, Staff("Eva R.", phone="555 1234", email="eva@example.org"))
    written = " ".join(str(entry.changes) for entry in session.query(AuditEntry))
    names = {row.name for row in session.query(AuditName)}
    for personal in ("Eva R.", "555 1234", "eva@example.org"):
        assert personal not in written
        assert personal in names
