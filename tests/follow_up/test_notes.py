"""Notes for ourselves: kept on a commitment, read inside the municipality alone, no sign of life."""

from typing import Any

import pytest

from tests.support.factories import act, make_commitment, make_partner, make_place, make_unit, make_user
from tests.support.pages import Client
from tracker.agenda.operations.promise import PartyFacts
from tracker.audit.models import AuditEntry
from tracker.core.db import begin_write, db
from tracker.core.errors import Refused
from tracker.follow_up.operations import add_note
from tracker.territory.rules import Place

SECRET = "⟦El contratista no contesta⟧"


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def test_only_people_of_the_municipality_read_it(client: Client, place: Place) -> None:
    unit, partner = make_unit(place), make_partner()
    made = make_commitment(place, unit=unit, parties=(PartyFacts("supporter", partner_id=partner.id),))
    own = [make_user(role, place=place) for role in ("coordinator", "authority")]
    inside = [*own, make_user("officer", unit=unit), make_user("administrator")]
    outside = [make_user("monitor"), make_user("partner", partner=partner)]
    db.session.commit()
    url = f"/{place.code}/agenda/{made.code}"
    client.enter_as(inside[2].id)
    assert client.submit(f"{url}/notes/new", {"text": SECRET}, f"{url}/notes").status_code == 303
    for user in inside:
        client.enter_as(user.id)
        assert SECRET in client.get(url).text
    for user in outside:
        client.enter_as(user.id)
        page = client.get(url)
        assert page.status_code == 200 and SECRET not in page.text and "notes" not in page.text
        assert client.get(f"{url}/notes/new").status_code == 403
    client.enter_as(own[1].id)
    assert client.get(f"{url}/notes/new").status_code == 403


def test_it_is_no_sign_and_stands_in_no_trail(place: Place) -> None:
    made = make_commitment(place)
    add_note(act(), place, made.code, SECRET)
    assert made.last_sign_on is None
    kept = [str(entry.changes) for entry in db.session.query(AuditEntry)]
    assert not any(SECRET in changes for changes in kept)


def test_an_empty_note_is_refused_and_a_double_click_is_one(client: Client, place: Place) -> None:
    made, user = make_commitment(place), make_user(place=place)
    begin_write()
    with pytest.raises(Refused):
        add_note(act(), place, made.code, "  ")
    db.session.commit()
    client.enter_as(user.id)
    url = f"/{place.code}/agenda/{made.code}"
    for _ in range(2):
        client.submit(f"{url}/notes/new", {"text": SECRET, "form_id": "b" * 32}, f"{url}/notes")
    assert client.get(url).text.count(SECRET) == 1
    assert client.submit(f"{url}/notes/new", {"text": " "}, f"{url}/notes").status_code == 422
