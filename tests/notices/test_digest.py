"""Digests: one a person and local day, on working days from the hour on, in the person's language."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories import DAY, act, be_patient, make_commitment, make_place, make_unit, make_user
from tracker.agenda.operations import complete_commitment
from tracker.core.db import db
from tracker.core.mail import Rendered
from tracker.follow_up.checks import check_places
from tracker.notices.composing import compose_for, places_to_compose
from tracker.notices.deciding import approve_mass
from tracker.notices.digest import write_digests
from tracker.notices.models import Digest, Notice
from tracker.post.models import OutboxMail
from tracker.territory.policies.changing import set_policy
from tracker.territory.rules import Place

#: Monday 23 November 2026 at noon in Mexico City.
NOON = datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.fixture
def town(session: object) -> Place:
    """A municipality whose coordinator reads French and whose unit has a mailbox with something due."""
    place = make_place()
    be_patient(place)
    make_user("coordinator", place=place, email="coord@example.org", locale="fr")
    unit = make_unit(place, "Salud", mailbox="salud@example.org")
    make_commitment(place, "Vacunar a 300 niñas", due_on=DAY + timedelta(days=3), unit=unit)
    make_commitment(
        place, "Abrir la clínica", due_on=DAY - timedelta(days=12), unit=unit, day=DAY - timedelta(days=60)
    )
    check_places([place], DAY, NOON)
    return place


def by_recipient() -> dict[str, Rendered | None]:
    """Every digest as it would leave now, None where nothing is left."""
    digests = db.session.scalars(select(Digest)).all()
    written = write_digests([digest.id for digest in digests], NOON)
    return {digest.recipient: written.get(digest.id) for digest in digests}


def states() -> list[str]:
    """State of every notice."""
    return list(db.session.scalars(select(Notice.state).order_by(Notice.id)))


def test_one_mail_a_person_with_all_that_stands(town: Place) -> None:
    done = compose_for([town], DAY, NOON)

    assert done.as_json() == {"digests": 2, "notices": 3, "waiting_for_approval": 0}
    assert sorted(db.session.scalars(select(OutboxMail.address))) == ["coord@example.org", "salud@example.org"]
    assert compose_for([town], DAY, NOON).digests == 0


def test_what_comes_later_in_the_day_waits_for_the_next_one(town: Place) -> None:
    compose_for([town], DAY, NOON)
    make_commitment(town, due_on=DAY, unit=make_unit(town, "Salud"))
    check_places([town], DAY, NOON)

    assert compose_for([town], DAY, NOON).digests == 0
    assert compose_for([town], DAY + timedelta(days=1), NOON).as_json()["digests"] == 1


@pytest.mark.parametrize(
    ("instant", "leaves"),
    [
        (datetime(2026, 11, 23, 12, 59, tzinfo=UTC), False),  # 06:59 in Mexico City
        (datetime(2026, 11, 23, 13, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 5, 59, tzinfo=UTC), True),  # 23:59 of the Monday
        (datetime(2026, 11, 24, 6, 0, tzinfo=UTC), False),  # 00:00 of the Tuesday
        (datetime(2026, 11, 28, 18, 0, tzinfo=UTC), False),  # a Saturday
        (datetime(2026, 12, 25, 18, 0, tzinfo=UTC), False),  # a Friday and Christmas
    ],
)
def test_digests_leave_on_working_days_from_the_hour_on(town: Place, instant: datetime, leaves: bool) -> None:
    assert [p.id for p in places_to_compose(instant)] == ([town.id] if leaves else [])


def test_with_hour_0_and_all_days_working_they_leave_at_once(town: Place) -> None:
    set_policy(act(), "*", {"digest_hour": 0, "working_days": list(range(7)), "holidays_off": False})

    assert places_to_compose(datetime(2026, 12, 25, 6, 0, tzinfo=UTC))


def test_a_digest_speaks_the_language_of_its_reader_with_local_dates(town: Place) -> None:
    compose_for([town], DAY, NOON)
    by_address = by_recipient()

    french, spanish = by_address["coord@example.org"], by_address["salud@example.org"]
    assert french and spanish
    assert "En retard" in french.text
    assert "lundi 23 novembre 2026" in french.text
    assert "lunes 23 de noviembre de 2026" in spanish.text
    assert f"http://localhost/{town.code}/agenda/C-001" in spanish.text
    for rendered in (french, spanish):
        assert "%(" not in rendered.subject + rendered.text + rendered.html
        assert "Abrir la clínica" in rendered.html


def test_markup_in_a_title_stays_text_in_the_mail(session: object) -> None:
    place = make_place()
    unit = make_unit(place, mailbox="box@example.org")
    make_commitment(place, "<script>alert(1)</script> & más", due_on=DAY, unit=unit)
    check_places([place], DAY, NOON)
    compose_for([place], DAY, NOON)

    (rendered,) = by_recipient().values()

    assert rendered is not None
    assert "<script>" not in rendered.html
    assert "<script>alert(1)</script> & más" in rendered.text


def test_what_was_done_meanwhile_is_left_out_and_nothing_left_is_no_mail(town: Place) -> None:
    compose_for([town], DAY, NOON)
    complete_commitment(act(), town, "C-002", DAY, "fulfilled", "Abierta.")

    by_address = by_recipient()
    assert by_address["coord@example.org"] is None
    assert by_address["salud@example.org"] is not None
    assert "Abrir" not in by_address["salud@example.org"].text


def test_more_than_a_hundred_mails_for_one_municipality_wait_for_a_yes(session: object) -> None:
    place = make_place()
    for number in range(101):
        unit = make_unit(place, f"Unidad {number}", mailbox=f"u{number}@example.org")
        make_commitment(place, due_on=DAY, unit=unit)
    check_places([place], DAY, NOON)

    held = compose_for([place], DAY, NOON)
    assert held.as_json() == {"digests": 0, "notices": 0, "waiting_for_approval": 101}
    assert set(states()) == {"waiting"}

    approve_mass(act(), place.id)
    assert compose_for([place], date(2026, 11, 23), NOON).digests == 101


def test_a_digest_of_hundreds_names_the_oldest_and_counts_the_rest(session: object) -> None:
    place = make_place()
    unit = make_unit(place, mailbox="box@example.org")
    for number in range(60):
        make_commitment(
            place, f"Promesa {number:03d}", due_on=DAY - timedelta(days=2), unit=unit, day=date(2026, 1, 1)
        )
    check_places([place], DAY, NOON)
    compose_for([place], DAY, NOON)

    (rendered,) = by_recipient().values()

    assert rendered is not None
    assert rendered.text.count("Promesa ") == 40
    assert "60" in rendered.subject
    assert " 20 " in rendered.text
