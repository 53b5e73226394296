"""Every form works as a plain form: its page, sent, leads on; sent twice it makes one row; two editors are told."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.support.apps import only_sqlite
from tests.support.pages import form_of
from tests.walk.examples import EXAMPLES, WITHOUT_TOKEN
from tests.walk.walking import Walk
from tracker.core.db import db
from tracker.permissions import PERMISSIONS
from tracker.plan.models import Plan

FORMS = sorted(endpoint for endpoint, example in EXAMPLES.items() if example.sends is not None)
#: Of these a second one waits until the first is answered.
ONE_AT_A_TIME = {"follow_up.ask_for_date"}
MAKING = sorted(endpoint for endpoint, example in EXAMPLES.items() if example.makes is not None)
#: Forms that change what somebody typed before, with a field and what another editor typed into it.
EDITING = {
    "agenda.save": "title",
    "agenda.save_milestone": "title",
    "agenda.save_money": "rows-0-source",
    "plan.save": "title",
}


def test_every_route_that_takes_a_form_has_one() -> None:
    wrong = [name for name in FORMS if not EXAMPLES[name].form or EXAMPLES[name].form not in PERMISSIONS]
    assert not wrong, f"examples that send a form without naming its page: {wrong}"


@pytest.mark.parametrize("endpoint", FORMS)
def test_the_form_of_its_page_is_taken_in(walk: Walk, endpoint: str) -> None:
    url, filled = _filled(walk, endpoint)
    client = walk.client(EXAMPLES[endpoint].by)
    answer = client.post(url, data=filled)
    assert answer.status_code in EXAMPLES[endpoint].answers, _words(answer.text)
    if answer.status_code == 200:
        return
    after = client.get(answer.location)
    assert after.status_code in (200, 303)
    if after.status_code == 303:
        assert client.get(after.location).status_code == 200


@pytest.mark.parametrize("endpoint", MAKING)
def test_a_double_click_makes_one(walk: Walk, endpoint: str) -> None:
    url, filled = _filled(walk, endpoint)
    before, client = _count(walk, endpoint), walk.client(EXAMPLES[endpoint].by)
    first, second = client.post(url, data=filled), client.post(url, data=filled)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert _count(walk, endpoint) == before + 1


@only_sqlite
@pytest.mark.parametrize("endpoint", sorted(set(MAKING) - ONE_AT_A_TIME))
def test_two_forms_make_two(walk: Walk, endpoint: str) -> None:
    before, client = _count(walk, endpoint), walk.client(EXAMPLES[endpoint].by)
    for _ in range(2):
        url, filled = _filled(walk, endpoint)
        assert client.post(url, data=filled).status_code == 303
    assert _count(walk, endpoint) == before + 2


@only_sqlite
def test_a_double_click_opens_one_plan(walk: Walk) -> None:
    client, url = walk.client("coordinator of C"), walk.url("plan.save", place=walk.world.empty.code)
    filled = {**form_of(client.get(url).text, url).values, "title": "⟦Plan⟧"}
    assert [client.post(url, data=filled).status_code for _ in range(2)] == [303, 303]
    with walk.app.app_context():
        made = select(func.count()).where(Plan.municipality_id == walk.world.empty.id)
        assert db.session.scalar(made) == 1


@only_sqlite
@pytest.mark.parametrize("endpoint", sorted(EDITING))
def test_the_second_editor_sees_both_texts(walk: Walk, endpoint: str) -> None:
    url, filled = _filled(walk, endpoint)
    name, client = EDITING[endpoint], walk.client(EXAMPLES[endpoint].by)
    theirs, mine = {**filled, name: "⟦De otra⟧", "form_id": "a"}, {**filled, name: "⟦De una⟧"}
    assert client.post(url, data=theirs).status_code == 303
    answer = client.post(url, data=mine)
    assert answer.status_code == 409
    assert "⟦De otra⟧" in answer.text
    again = form_of(answer.text, url)
    assert again.values[name] == "⟦De una⟧", "what was typed is gone"
    last = client.post(url, data={**filled, **again.values})
    assert last.status_code == 303, "having seen both, saving again must work"
    assert "⟦De una⟧" in client.get(last.location).text


@only_sqlite
@pytest.mark.parametrize("endpoint", [name for name in FORMS if name not in WITHOUT_TOKEN])
def test_an_old_token_keeps_what_was_typed(walk: Walk, endpoint: str) -> None:
    url, filled = _filled(walk, endpoint)
    client, before = walk.client(EXAMPLES[endpoint].by), walk.rows()
    for token in ({}, {"csrf_token": "vencido"}):
        answer = client.post(url, data={**{k: v for k, v in filled.items() if k != "csrf_token"}, **token})
        assert answer.status_code == 400
        typed = [value for value in filled.values() if value.startswith("⟦")]
        assert all(value in answer.text for value in typed)
    assert walk.rows() == before


@only_sqlite
@pytest.mark.parametrize("endpoint", [name for name in FORMS if not PERMISSIONS[name].public])
def test_a_session_lost_at_submit_keeps_what_was_typed(walk: Walk, endpoint: str) -> None:
    url, filled = _filled(walk, endpoint)
    client = walk.client(EXAMPLES[endpoint].by)
    client.delete_cookie("session")
    answer = client.post(url, data=filled)
    assert answer.status_code == 401
    assert all(value in answer.text for value in filled.values() if value.startswith("⟦"))
    assert filled.get("csrf_token", "-") not in answer.text


def _filled(walk: Walk, endpoint: str) -> tuple[str, dict[str, Any]]:
    """Where the form goes, and all it would send: hidden fields as the page offers them, the rest as typed."""
    example, town = EXAMPLES[endpoint], walk.world.a
    assert example.sends is not None
    url = walk.url(endpoint, **example.ids(town))
    offered = form_of(walk.page_with(endpoint), url).values
    typed = {name: value for name, value in example.sends(town).items() if name != "version"}
    return url, {**offered, **typed}


def _count(walk: Walk, endpoint: str) -> int:
    model = EXAMPLES[endpoint].makes
    assert model is not None
    with walk.app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())[:1500]
