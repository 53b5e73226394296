"""Pages about the money of a commitment: who writes it, how amounts are typed, what stays when it is wrong."""

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.support.factories import act, make_commitment, make_partner, make_place, make_unit, make_user
from tests.support.pages import Client
from tracker.agenda.models import Budget, Commitment
from tracker.agenda.operations.promise import BudgetFacts, PartyFacts
from tracker.core.db import db
from tracker.follow_up.operations import Report, report_progress
from tracker.territory.rules import Place

ROW = {
    "rows-0-fiscal_year": "2027",
    "rows-0-source": "Ramo 33",
    "rows-0-currency": "mxn",
    "rows-0-assigned": "1,250,000.50",
    "rows-0-current": "",
    "rows-0-executed": "0",
    "rows-0-paid": "",
}


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def kept() -> list[tuple[Any, ...]]:
    """Every row: year, source and the four figures."""
    figures = (Budget.assigned_minor, Budget.current_minor, Budget.executed_minor, Budget.paid_minor)
    rows = db.session.execute(select(Budget.fiscal_year, Budget.source, *figures).order_by(Budget.fiscal_year))
    return [tuple(row) for row in rows]


def entered(client: Client, place: Place) -> str:
    """The address of a commitment without money; its coordinator is signed in."""
    made, user = make_commitment(place), make_user(place=place)
    db.session.commit()
    client.enter_as(user.id)
    return f"/{place.code}/agenda/{made.code}"


def sent(client: Client, url: str, values: dict[str, str]) -> TestResponse:
    """The page of money, filled in and sent."""
    return client.submit(f"{url}/money", values, f"{url}/money")


def test_who_sees_it_and_who_writes_it(client: Client, place: Place) -> None:
    unit, partner = make_unit(place), make_partner()
    made = make_commitment(
        place,
        unit=unit,
        parties=(PartyFacts("supporter", partner_id=partner.id),),
        budgets=(BudgetFacts(2026, "Fondo Ñandú", "MXN", 12_345_600, None, 20_000_000, 0),),
    )
    writers = [make_user(place=place), make_user("administrator")]
    readers = [
        make_user("officer", unit=unit),
        make_user("authority", place=place),
        make_user("monitor"),
        make_user("partner", partner=partner),
    ]
    db.session.commit()
    url = f"/{place.code}/agenda/{made.code}"
    for user in (*writers, *readers):
        client.enter_as(user.id)
        page = client.get(url).text
        assert "Fondo Ñandú" in page and "123,456.00" in page and "sin datos" in page
        assert "Lo devengado es más que lo asignado" in page
        assert (f"{url}/money" in page) == (user in writers)
        assert client.get(f"{url}/money").status_code == (200 if user in writers else 403)


def test_amounts_are_typed_and_shown_as_the_country_writes_them(client: Client, session: Any) -> None:
    chile = make_place("CL")
    url = entered(client, chile)
    typed = {**ROW, "rows-0-currency": "CLP", "rows-0-assigned": "1.250.000"}
    assert sent(client, url, typed).status_code == 303
    assert kept() == [(2027, "Ramo 33", 1_250_000, None, 0, None)]
    form = client.get(f"{url}/money").text
    assert 'value="1.250.000"' in form
    assert sent(client, url, {}).status_code == 303, "what is shown can be sent back"
    assert kept() == [(2027, "Ramo 33", 1_250_000, None, 0, None)]
    assert db.session.scalar(select(Commitment.version)) == 2, "nothing changed"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("assigned", ""),
        ("assigned", "-5"),
        ("paid", "mucho"),
        ("executed", "1.005"),
        ("fiscal_year", "1989"),
        ("fiscal_year", "pronto"),
        ("currency", "QQQ"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_stays(client: Client, place: Place, field: str, typed: str) -> None:
    url = entered(client, place)
    answer = sent(client, url, {**ROW, f"rows-0-{field}": typed})
    assert answer.status_code == 422
    assert f'id="rows-0-{field}-error"' in answer.text and "error-summary" in answer.text
    assert f'value="{typed}"' in answer.text and 'value="Ramo 33"' in answer.text
    assert kept() == []


def test_one_more_row_keeps_what_was_typed_and_saves_nothing(client: Client, place: Place) -> None:
    url = entered(client, place)
    answer = sent(client, url, {**ROW, "as": "more"})
    assert answer.status_code == 200
    assert 'value="1,250,000.50"' in answer.text and 'name="rows-1-assigned"' in answer.text
    assert kept() == []


def test_a_row_goes_where_it_is_ticked_or_emptied(client: Client, place: Place) -> None:
    url = entered(client, place)
    second = {name.replace("-0-", "-1-"): text for name, text in ROW.items()}
    sent(client, url, {**ROW, **second, "rows-1-fiscal_year": "2028"})
    assert [row[0] for row in kept()] == [2027, 2028]
    assert sent(client, url, {"rows-0-gone": "y"}).status_code == 303
    assert [row[0] for row in kept()] == [2028]
    empty = dict.fromkeys(ROW, "")
    assert sent(client, url, empty).status_code == 303
    assert kept() == [] and 'id="money"' not in client.get(url).text


def test_correcting_the_commitment_leaves_its_money_alone(client: Client, place: Place) -> None:
    url = entered(client, place)
    sent(client, url, ROW)
    assert client.submit(f"{url}/edit", {"title": "Otro título"}, f"{url}/edit").status_code == 303
    assert "Otro título" in client.get(url).text
    assert kept() == [(2027, "Ramo 33", 125_000_050, None, 0, None)]


def test_people_reached_are_shown_with_the_update_and_added_up(client: Client, place: Place) -> None:
    url = entered(client, place)
    code = url.rpartition("/")[2]
    assert client.submit(f"{url}/updates/new", {"women": "1,2", "text": "T"}, f"{url}/updates").status_code == 422
    typed = {"women": "12", "men": "0", "text": "Taller"}
    assert client.submit(f"{url}/updates/new", typed, f"{url}/updates").status_code == 303
    db.session.rollback()
    report_progress(act(), place, code, Report("Otro", women=1, unsexed=2000))
    page = client.get(url).text
    assert "12 mujeres, 0 hombres" in page
    assert "13 mujeres, 0 hombres, 2,000 personas sin registro de sexo" in page
