"""Reporting: what counts as a sign, corrections, partners for what they lead, drops that are taken back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.apps import DbSession
from tests.support.factories import (
    DAY,
    act,
    make_commitment,
    make_milestone,
    make_partner,
    make_place,
    make_unit,
    make_user,
)
from tests.support.pages import Client
from tracker.agenda.operations import cancel_commitment, reopen_commitment
from tracker.core.db import NEVER
from tracker.core.errors import Refused
from tracker.follow_up.operations import Report, report_progress


def test_the_same_figure_without_a_word_is_no_news(session: DbSession) -> None:
    place = make_place()
    code = make_commitment(place).code
    report_progress(act(), place, code, Report(progress=40))

    with pytest.raises(Refused) as refused:
        report_progress(act(), place, code, Report(progress=40))

    assert set(refused.value.fields) == {"text"}
    report_progress(act(), place, code, Report(progress=40, text="sigue igual"))


def test_less_than_before_needs_a_sentence(session: DbSession) -> None:
    place = make_place()
    made = make_commitment(place)
    report_progress(act(), place, made.code, Report(progress=60))
    with pytest.raises(Refused) as refused:
        report_progress(act(), place, made.code, Report(progress=40))
    assert (set(refused.value.fields), made.progress) == ({"text"}, 60)
    report_progress(act(), place, made.code, Report(progress=40, text="Se cayó un muro"))
    assert made.progress == 40


def test_a_slip_in_what_was_delivered_is_taken_back_by_a_minus(session: DbSession) -> None:
    place = make_place()
    commitment = make_commitment(place, quantity=Decimal(90), measure="predios")
    report_progress(act(), place, commitment.code, Report(delivered=Decimal(140)))
    report_progress(act(), place, commitment.code, Report(delivered=Decimal(-126), text="eran 14"))

    assert (commitment.delivered, commitment.progress) == (Decimal(14), 15)
    with pytest.raises(Refused) as refused:
        report_progress(act(), place, commitment.code, Report(delivered=Decimal(-15)))
    assert set(refused.value.fields) == {"delivered"}


def test_what_was_dropped_with_it_comes_back_with_it(session: DbSession) -> None:
    place = make_place()
    commitment = make_commitment(place, due_on=DAY + timedelta(days=40))
    milestone = make_milestone(place, commitment, DAY + timedelta(days=10))
    cancel_commitment(act(), place, commitment.code, "sin recursos")
    assert (milestone.cancelled_on, milestone.overdue_from) == (DAY, NEVER)

    reopen_commitment(act(), place, commitment.code, "hay recursos")

    assert milestone.is_open
    assert milestone.overdue_from == DAY + timedelta(days=11)


def test_a_partner_reports_on_what_it_leads_and_on_nothing_else(session: DbSession, client: Client) -> None:
    place, partner = make_place(), make_partner()
    own = make_commitment(place, partner_id=partner.id).code
    other = make_commitment(place, unit=make_unit(place)).code
    client.enter_as(make_user("partner", partner=partner).id)

    answer = client.submit(
        f"/{place.code}/agenda/{own}/updates/new", {"text": "avanza"}, f"/{place.code}/agenda/{own}/updates"
    )

    assert answer.status_code == 303
    assert client.get(f"/{place.code}/agenda/{other}/updates/new").status_code == 404


@pytest.mark.parametrize(
    ("country", "typed", "shown"),
    [
        ("CL", "1.500", "1500"),
        ("CL", "1,5", "1,5"),
        ("CL", "1.234.567,25", "1234567,25"),
        ("BR", "1.500", "1500"),
        ("MX", "1,500", "1500"),
        ("MX", "1.5", "1.5"),
        ("MX", "1,234,567.25", "1234567.25"),
        ("GT", "2 500", "2500"),
    ],
)
def test_amounts_are_read_as_the_country_writes_them(
    session: DbSession, client: Client, country: str, typed: str, shown: str
) -> None:
    place = make_place(country)
    client.enter_as(make_user("coordinator", place=place, locale="pt_BR" if country == "BR" else "es").id)

    typed_in = {"title": "Plantar", "quantity": typed, "measure": "árboles"}
    answer = client.submit(f"/{place.code}/agenda/new", typed_in, f"/{place.code}/agenda")

    assert answer.status_code == 303
    assert f'value="{shown}"' in client.get(f"{answer.location}/edit").text
