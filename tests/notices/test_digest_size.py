"""The largest digest there can be is not cut off by mail programs, and with it the link at its end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_place, make_unit
from tracker.agenda.rules import TITLE_LENGTH
from tracker.core.mail import Rendered
from tracker.follow_up.checks import check_places
from tracker.notices.composing import compose_for
from tracker.notices.digest import MOST_LINES, write_digests
from tracker.notices.models import Digest

#: Bytes of HTML after which the largest of them shows no more.
CUT_OFF = 102 * 1024


@pytest.fixture
def largest(session: DbSession) -> Rendered:
    """As many late things as are named, and as many due soon, of the longest titles."""
    place = make_place(name="Municipio de nombre bastante largo")
    unit = make_unit(place, "Dirección General de Obras Públicas y Desarrollo Urbano", mailbox="box@example.org")
    for number in range(MOST_LINES + 5):
        for due in (-20, 3):
            title = f"Promesa {number} ".ljust(TITLE_LENGTH, "ñ")
            make_commitment(place, title, due_on=DAY + timedelta(days=due), unit=unit, day=DAY)
    check_places([place], DAY, act().at)
    compose_for([place], DAY, act().at)
    digest_id = session.scalars(select(Digest.id).where(Digest.recipient == "box@example.org")).one()
    return write_digests([digest_id], act().at)[digest_id]


def test_it_is_shown_whole(largest: Rendered) -> None:
    assert largest.html.count("Promesa ") == 2 * MOST_LINES + 1, "every line, and the first in the preview"
    assert len(largest.html.encode()) < CUT_OFF
    assert largest.html.rstrip().endswith("</html>")
    assert largest.unsubscribe_url in largest.html


def test_what_came_in_late_is_explained_once(largest: Rendered) -> None:
    for body in (largest.html, largest.text):
        assert body.count("ya estaba vencido cuando se ingresó") == MOST_LINES + 1
        assert body.count("se avisa una vez") == 1
