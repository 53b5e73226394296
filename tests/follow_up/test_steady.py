"""Nothing new, still on course: several at once, a sign of life, a sentence for the second in a row."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_place
from tests.support.statements import statements
from tracker.agenda.operations import complete_commitment
from tracker.core.errors import NotHere, Refused
from tracker.follow_up.models import ProgressUpdate
from tracker.follow_up.operations import Report, report_progress
from tracker.follow_up.operations.steady import report_steady
from tracker.territory.rules import Place

LATER = act(DAY + timedelta(days=50))


@pytest.fixture
def place(session: DbSession) -> Place:
    return make_place()


def test_it_is_a_sign_of_life_for_each(session: DbSession, place: Place) -> None:
    rows = [make_commitment(place), make_commitment(place, due_on=DAY + timedelta(days=200))]
    before = [row.silent_from for row in rows]
    assert report_steady(LATER, place, [row.code for row in rows] * 2) == 2
    assert [row.last_sign_on for row in rows] == [LATER.day, LATER.day]
    assert all(row.silent_from > earlier for row, earlier in zip(rows, before, strict=True))
    assert session.scalars(select(ProgressUpdate.steady)).all() == [True, True]


def test_a_second_in_a_row_asks_for_a_sentence_and_names_which(session: DbSession, place: Place) -> None:
    first, second = make_commitment(place), make_commitment(place)
    report_steady(act(), place, [first.code])
    with pytest.raises(Refused) as refused:
        report_steady(LATER, place, [second.code, first.code], "  ")
    assert list(refused.value.fields) == ["sentence"]
    assert first.code in str(refused.value.fields["sentence"])
    assert second.code not in str(refused.value.fields["sentence"])
    assert second.last_sign_on is None
    assert report_steady(LATER, place, [second.code, first.code], "Falta el informe") == 2


def test_a_report_in_between_makes_it_the_first_again(session: DbSession, place: Place) -> None:
    made = make_commitment(place)
    report_steady(act(), place, [made.code])
    report_progress(act(), place, made.code, Report(text="Se abrió la zanja"))
    assert report_steady(LATER, place, [made.code]) == 1


def test_its_cost_does_not_grow_with_each_commitment(session: DbSession, place: Place) -> None:
    def read(count: int) -> int:
        codes = [make_commitment(place).code for _ in range(count)]
        session.expire_all()
        with statements() as ran:
            report_steady(act(), place, codes)
        return sum(one.startswith("SELECT") and "audit" not in one for one in ran)

    read(1)  # what is asked once only
    assert read(12) == read(2)


def test_what_is_closed_or_nowhere_is_refused(session: DbSession, place: Place) -> None:
    made = make_commitment(place)
    with pytest.raises(Refused):
        report_steady(act(), place, [])
    with pytest.raises(NotHere):
        report_steady(act(), place, [make_commitment(make_place()).code, "X-9"])
    complete_commitment(act(), place, made.code, DAY, "fulfilled", "Listo")
    with pytest.raises(Refused):
        report_steady(act(), place, [made.code])
