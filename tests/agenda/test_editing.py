"""Editing commitments and noting progress: versions, the trail, signs of life."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_place
from tracker.agenda.operations import edit_commitment, note_sign
from tracker.agenda.operations.promise import Promise
from tracker.audit.models import AuditEntry
from tracker.audit.queries import lines_of
from tracker.core.errors import EditConflict, NotHere

TOMORROW = DAY + timedelta(days=1)


def test_editing_raises_the_version_and_tells_the_trail(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place, "Antes")
    edit_commitment(act(TOMORROW, name="Beto"), place, made.code.lower(), Promise("Después"), version=1)
    session.expire_all()
    assert (made.title, made.version, made.entered_on) == ("Después", 2, DAY)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject == made.subject)).all()
    assert [(line.told.verb, line.name, line.told.day) for line in lines_of(entries)] == [
        ("create", "Ana Prueba", DAY),
        ("edit", "Beto", TOMORROW),
    ]
    assert entries[-1].changes == {"title": ["Antes", "Después"]}


def test_the_second_editor_is_told_and_changes_nothing(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place, "Antes")
    edit_commitment(act(), place, made.code, Promise("De Ana"), version=1)
    with pytest.raises(EditConflict):
        edit_commitment(act(), place, made.code, Promise("De Beto"), version=1)
    session.expire_all()
    assert (made.title, made.version) == ("De Ana", 2)


def test_progress_reports_raise_no_version(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place)
    note_sign(act(TOMORROW), place, made, 40, None)
    assert (made.version, made.progress, made.last_sign_on, made.begun_on) == (1, 40, TOMORROW, TOMORROW)
    note_sign(act(DAY), place, made, None, None)
    assert (made.progress, made.last_sign_on, made.begun_on) == (40, TOMORROW, DAY), "told late, begun earlier"


def test_delivered_of_promised_is_the_progress(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place, quantity=Decimal(12))
    note_sign(act(), place, made, 99, Decimal(3))
    note_sign(act(), place, made, None, Decimal("4.5"))
    assert (made.delivered, made.progress) == (Decimal("7.5"), 62)
    edit_commitment(act(), place, made.code, Promise("Más", quantity=Decimal(30)), version=1)
    assert made.progress == 25


def test_codes_of_other_places_and_missing_ones_are_not_here(session: DbSession) -> None:
    place, neighbour = make_place(), make_place()
    theirs = make_commitment(neighbour, code="X-1")
    for code in (theirs.code, "", "C-999"):
        with pytest.raises(NotHere):
            edit_commitment(act(), place, code, Promise("Mío"), version=1)
