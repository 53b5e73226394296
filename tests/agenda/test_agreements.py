"""Agreements: a partner sees the commitments that serve one with it, and nothing else."""

from datetime import date
from typing import Any

import pytest

from tests.support.factories import act, make_commitment, make_partner, make_place, make_user
from tests.support.pages import Client
from tracker.agenda.models import Agreement
from tracker.agenda.operations.agreements import Agreed, add_agreement, edit_agreement
from tracker.agenda.queries.scoping import has_part_in
from tracker.core.db import begin_write, db
from tracker.core.errors import EditConflict, NotHere, Refused
from tracker.territory.rules import Place


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def test_the_partner_sees_what_serves_it(client: Client, place: Place) -> None:
    partner, stranger, other = make_partner(), make_partner(), make_place()
    begin_write()
    agreement = add_agreement(act(), place, Agreed("Agua para todos", partner.id))
    serving = make_commitment(place, "⟦Pozo⟧", agreement_id=agreement.id)
    own = make_commitment(place, "⟦Puente⟧")
    assert has_part_in(place.id, [partner.id]) and not has_part_in(other.id, [partner.id])
    users = [make_user("partner", partner=who) for who in (partner, stranger)]
    db.session.commit()
    client.enter_as(users[0].id)
    page = client.get(f"/{place.code}/agenda").text
    assert "⟦Pozo⟧" in page and "⟦Puente⟧" not in page
    answers = [client.get(f"/{place.code}/agenda/{code}").status_code for code in (serving.code, own.code)]
    assert answers == [200, 404]
    assert client.get(f"/{place.code}/agreements").status_code == 403
    client.enter_as(users[1].id)
    assert client.get(f"/{place.code}/agenda").status_code == 404


def test_what_cannot_stand_is_refused_at_its_field(place: Place) -> None:
    begin_write()
    with pytest.raises(Refused) as refused:
        add_agreement(act(), place, Agreed(" ", None, from_on=date(2027, 1, 2), until_on=date(2027, 1, 1)))
    assert set(refused.value.fields) == {"title", "partner_id", "until_on"}
    with pytest.raises(Refused):
        add_agreement(act(), place, Agreed("x" * 301, make_partner().id))


def test_two_who_correct_it_and_another_municipality(place: Place) -> None:
    partner = make_partner()
    begin_write()
    agreement = add_agreement(act(), place, Agreed("Convenio", partner.id))
    edit_agreement(act(), place, agreement.id, Agreed("Convenio marco", partner.id), 1)
    with pytest.raises(EditConflict):
        edit_agreement(act(), place, agreement.id, Agreed("Convenio", partner.id), 1)
    with pytest.raises(NotHere):
        edit_agreement(act(), make_place(), agreement.id, Agreed("Ajeno", partner.id), 2)


def test_pages_write_it_down_once_and_show_both_texts(client: Client, place: Place) -> None:
    user = make_user(place=place)
    db.session.commit()
    client.enter_as(user.id)
    typed = {"title": "⟦Convenio⟧", "new_partner": "⟦Fundación Río⟧", "form_id": "a" * 32}
    for _ in range(2):
        answer = client.submit(f"/{place.code}/agreements/new", typed, f"/{place.code}/agreements")
        assert answer.status_code == 303
    (agreement,) = db.session.query(Agreement)
    url = f"/{place.code}/agreements/{agreement.id}/edit"
    assert client.submit(url, {"title": "⟦Convenio marco⟧"}, url).status_code == 303
    answer = client.submit(url, {"title": "⟦Mío⟧", "version": "1"}, url)
    assert answer.status_code == 409 and "⟦Convenio marco⟧" in answer.text and "⟦Mío⟧" in answer.text
    assert client.submit(url, {"partner_id": ""}, url).status_code == 422
