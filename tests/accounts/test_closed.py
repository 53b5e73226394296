"""What pages do at a closed municipality, and who may hand whom over."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.support.clock import at
from tests.support.factories import DAY, act, make_commitment, make_place, make_unit, make_user
from tests.support.pages import Client, form_of
from tracker.accounts.models import Membership
from tracker.agenda.succession.ending import merge
from tracker.core.db import db

NOW = "2026-11-23T15:00Z"


def browser_of(app: Flask, user_id: int) -> Client:
    """Somebody's browser."""
    client = app.test_client()
    assert isinstance(client, Client)
    with at(NOW):
        client.enter_as(user_id, stay=True)
    return client


@pytest.fixture
def people(fresh_app: Flask) -> dict[str, int]:
    """A municipality `mx-601` with a commitment, merged into `mx-602` at noon; ids of people and roles."""
    with at(NOW), fresh_app.app_context():
        old, new = make_place("MX", "601", name="Valle"), make_place("MX", "602", name="Sierra")
        unit = make_unit(old, "Obras")
        make_commitment(old, "Pozo", DAY + timedelta(days=9), unit=unit)
        ana, eva = make_user(place=old), make_user(place=old)
        rosa = make_user(role="officer", unit=unit)
        ids = {"ana": ana.id, "eva": eva.id, "rosa": rosa.id, "old": old.id, "new": new.id}
        for name in ("ana", "eva", "rosa"):
            held = db.session.query(Membership).filter_by(user_id=ids[name]).one()
            ids[f"{name}'s role"] = held.id
        db.session.commit()
    return ids


def test_a_closed_municipality_is_read_and_not_written(fresh_app: Flask, people: dict[str, int]) -> None:
    ana = browser_of(fresh_app, people["ana"])
    with at(NOW):
        form = form_of(ana.get("/mx-601/agenda/new").text, "/mx-601/agenda")
        with fresh_app.app_context():
            merge(act(), people["old"], people["new"], DAY)
            db.session.commit()
        page = ana.get("/mx-601/agenda?state=all").text
        assert "Pozo" in page and "Sierra" in page
        assert "/mx-601/agenda/new" not in page, "nothing is offered that is refused"
        answer = ana.post("/mx-601/agenda", data={**form.values, "title": "Puente largo"})
        assert answer.status_code == 409
        assert "Puente largo" in answer.text, "what was typed is kept"
        assert ana.get("/mx-601/agenda/C-001").status_code == 200
        assert ana.get("/mx-602/agenda").status_code == 404


def test_coordinators_hand_over_officers_and_not_each_other(fresh_app: Flask, people: dict[str, int]) -> None:
    ana = browser_of(fresh_app, people["ana"])
    role_of_rosa, role_of_eva = people["rosa's role"], people["eva's role"]
    with at(NOW):
        assert ana.get(f"/mx-601/people/{role_of_rosa}/handover").status_code == 200
        assert ana.get(f"/mx-601/people/{role_of_eva}/handover").status_code == 403
        assert ana.get("/mx-601/leaving").status_code == 200
        rosa = browser_of(fresh_app, people["rosa"])
        assert rosa.get(f"/mx-601/people/{role_of_eva}/handover").status_code == 403
        assert rosa.get("/mx-601/leaving").status_code == 200
