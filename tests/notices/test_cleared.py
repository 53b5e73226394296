"""What was told as late and is settled: said once in the next digest, unless its reader does without it."""

from datetime import date, timedelta

import pytest

from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_place, make_unit
from tracker.agenda.operations import cancel_commitment, complete_commitment, reopen_commitment
from tracker.core.db import db
from tracker.core.mail import Rendered
from tracker.follow_up.checks import check_places
from tracker.notices.composing import compose_for
from tracker.notices.digest import settle_digest, write_digests
from tracker.notices.models import Digest
from tracker.notices.preferring import prefer
from tracker.notices.rules import PREFERENCES
from tracker.territory.rules import Place

TO = "obras@example.org"
SETTLED = "Ya no están vencidos"


@pytest.fixture
def place(session: DbSession) -> Place:
    """Two commitments told as late; further ones become due later and carry the next digests."""
    place = make_place()
    unit = make_unit(place, "Obras", mailbox=TO)
    for title, due in (("Pozo", -1), ("Puente", -1), ("Parque", 4), ("Plaza", 5)):
        make_commitment(place, title, due_on=DAY + timedelta(days=due), unit=unit, day=DAY - timedelta(days=90))
    mail_of(place, DAY)
    return place


def mail_of(place: Place, day: date, state: str = "sent") -> Rendered | None:
    """The digest of a day, written and settled; None where there is none."""
    check_places([place], day, act(day).at)
    compose_for([place], day, act(day).at)
    digest = db.session.query(Digest).filter_by(day=day).one_or_none()
    if digest is None:
        return None
    written = write_digests([digest.id], act(day).at).get(digest.id)
    settle_digest(digest.id, state, "550 no" if state == "failed" else "", day)
    return written


def test_the_next_digest_says_it_once(place: Place) -> None:
    complete_commitment(act(), place, "C-001", DAY, "fulfilled", "Hecho.")
    cancel_commitment(act(), place, "C-002", "Sin fondos")
    following = mail_of(place, DAY + timedelta(days=1))
    assert following is not None
    part = following.text.partition(SETTLED)[2]
    assert "Pozo: terminado" in part
    assert "Puente: retirado" in part
    assert following.one_click_url, "a section that is not a duty can be left at one click"
    again = mail_of(place, DAY + timedelta(days=2))
    assert again is not None
    assert SETTLED not in again.text


def test_it_makes_no_mail_of_its_own(place: Place) -> None:
    complete_commitment(act(), place, "C-001", DAY, "fulfilled", "Hecho.")
    complete_commitment(act(), place, "C-003", DAY, "fulfilled", "Hecho.")
    complete_commitment(act(), place, "C-004", DAY, "fulfilled", "Hecho.")
    assert mail_of(place, DAY + timedelta(days=1)) is None


def test_what_is_open_again_is_not_settled(place: Place) -> None:
    complete_commitment(act(), place, "C-001", DAY, "fulfilled", "Hecho.")
    reopen_commitment(act(), place, "C-001", "Era otro pozo")
    following = mail_of(place, DAY + timedelta(days=1))
    assert following is not None
    assert SETTLED not in following.text


def test_a_mail_that_failed_leaves_it_to_the_next_one(place: Place) -> None:
    complete_commitment(act(), place, "C-001", DAY, "fulfilled", "Hecho.")
    mail_of(place, DAY + timedelta(days=1), "failed")
    following = mail_of(place, DAY + timedelta(days=2))
    assert following is not None
    assert "Pozo" in following.text.partition(SETTLED)[2]


def test_who_does_without_it_is_spared(place: Place) -> None:
    complete_commitment(act(), place, "C-001", DAY, "fulfilled", "Hecho.")
    prefer(TO, dict.fromkeys(PREFERENCES, True) | {"cleared": False}, act().at)
    following = mail_of(place, DAY + timedelta(days=1))
    assert following is not None
    assert SETTLED not in following.text
    assert not following.one_click_url


def test_what_was_never_told_is_never_settled(place: Place) -> None:
    """Reminders of what is not due yet: nobody was told that it is late."""
    complete_commitment(act(), place, "C-003", DAY, "fulfilled", "Hecho.")
    following = mail_of(place, DAY + timedelta(days=2))
    assert following is not None
    assert "Parque" not in following.text
