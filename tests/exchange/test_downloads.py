"""What leaves through pages: exactly what the list shows, for whoever may see it, safely."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.support import clock
from tests.support.apps import only_sqlite
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
from tests.walk.reading import read
from tracker.agenda.operations import cancel_commitment, complete_commitment
from tracker.agenda.operations.promise import PartyFacts
from tracker.core.sheets import read_sheet
from tracker.exchange.captions import field_called
from tracker.exchange.leaving import Selection, agenda_csv
from tracker.exchange.leaving.rows import Leaving
from tracker.territory.rules import Place

pytestmark = pytest.mark.usefixtures("session")
NOW = "2026-11-23T15:00Z"
#: Addresses as people leave them, good and bad.
ASKED = [
    "",
    "?state=all",
    "?state=all&sort=code",
    "?state=all&sort=title",
    "?state=all&sort=progress",
    "?state=overdue",
    "?state=due_soon&sort=title",
    "?state=undated",
    "?state=completed",
    "?state=cancelled",
    "?state=late_step",
    "?q=pozo",
    "?q=pozo norte&state=all",
    "?q=%25",
    "?q=" + "x" * 101,
    "?q=a%00",
    "?unit=none",
    "?unit=UNIT",
    "?unit=999999999&line=x&state=no&sort=;drop&page=-1",
]


@pytest.fixture
def place() -> Place:
    """A municipality with more commitments than a page shows, of every kind, some with equal titles and dates."""
    place = make_place()
    works, health = make_unit(place, "Obras", "obras@example.org"), make_unit(place, "Salud")
    for number in range(70):
        due = DAY + timedelta(days=number % 40 - 20) if number % 7 else None
        lead: dict[str, Any] = {} if number % 5 == 0 else {"unit": works if number % 2 else health}
        made = make_commitment(place, f"Pozo {'norte' if number % 3 else 'sur'} {number % 11}", due, **lead)
        if number % 6 == 0:
            make_milestone(place, made, DAY - timedelta(days=3))
        if number % 13 == 0:
            complete_commitment(act(), place, made.code, DAY, "fulfilled", "Listo", "complete")
        elif number % 17 == 0:
            cancel_commitment(act(), place, made.code, "Ya no")
    return place


def rows_of(answer: TestResponse, kind: str = "csv") -> list[dict[str, Any]]:
    """Field → cell of each row of a downloaded sheet."""
    assert answer.status_code == 200, answer.status
    header, *rows = read_sheet(answer.data, f"x.{kind}").rows
    fields = [field_called(str(caption), "agenda") or str(caption) for caption in header]
    return [dict(zip(fields, row, strict=False)) for row in rows]


def codes_of_pages(client: Client, address: str) -> list[str]:
    """Codes in the order in which the pages of a list show them."""
    codes: list[str] = []
    while address:
        page = client.get(address)
        assert page.status_code == 200
        leads = [url for method, url in read(page.text).leads if method == "GET"]
        codes += [url.rsplit("/", 1)[1] for url in leads if "/agenda/C-" in url and url.count("/") == 3]
        address = next((url for url in leads if "page=" in url and _page(url) == _page(address) + 1), "")
    return list(dict.fromkeys(codes))


def _page(address: str) -> int:
    number = address.partition("page=")[2].partition("&")[0]
    return int(number) if number.isdigit() else 1


@only_sqlite
def test_exactly_what_the_list_shows_leaves_in_its_order(client: Client, place: Place) -> None:
    unit = make_unit(place, "Obras")
    with clock.at(NOW):
        client.enter_as(make_user(place=place).id)
        for asked in (address.replace("UNIT", str(unit.id)) for address in ASKED):
            shown = codes_of_pages(client, f"/{place.code}/agenda{asked}")
            for kind in ("csv", "xlsx"):
                rows = rows_of(client.get(f"/{place.code}/agenda.{kind}{asked}"), kind)
                assert [row["code"] for row in rows if not row["milestone_of"]] == shown, asked
                assert {row["milestone_of"] for row in rows} <= {"", *shown}, asked


def test_the_list_offers_what_it_shows(client: Client, place: Place) -> None:
    with clock.at(NOW):
        client.enter_as(make_user(place=place).id)
        page = read(client.get(f"/{place.code}/agenda?state=all&sort=title&q=pozo&page=2").text)
        (address,) = [url for _, url in page.leads if "/agenda.csv" in url]
        assert "page" not in address
        rows = rows_of(client.get(address))
    titles = [row["title"] for row in rows if not row["milestone_of"]]
    assert len(titles) == 70 and titles == sorted(titles)


def test_milestones_follow_their_commitment(client: Client) -> None:
    place = make_place()
    first = make_commitment(place, "B", date(2027, 1, 1))
    make_commitment(place, "A", date(2028, 1, 1))
    make_milestone(place, first, date(2026, 12, 1), title="Uno", weight=2)
    make_milestone(place, first, None, title="Dos")
    client.enter_as(make_user(place=place).id)
    rows = rows_of(client.get(f"/{place.code}/agenda.csv"))
    assert [(row["title"], row["milestone_of"]) for row in rows] == [
        ("B", ""),
        ("Uno", "C-001"),
        ("Dos", "C-001"),
        ("A", ""),
    ]


def test_a_partner_takes_along_what_it_sees(client: Client, place: Place) -> None:
    partner, works = make_partner("Fundación"), make_unit(place, "Obras")
    led = make_commitment(place, "Donar luces", partner_id=partner.id)
    supported = make_commitment(
        place, "Abrir pozo", unit=works, parties=(PartyFacts("supporter", partner_id=partner.id),)
    )
    client.enter_as(make_user("partner", partner=partner).id)
    for kind in ("csv", "xlsx"):
        rows = rows_of(client.get(f"/{place.code}/agenda.{kind}?state=all&sort=code&unit={works.id}"), kind)
        assert {row["code"] for row in rows} == {led.code, supported.code}
        assert not {"unit_email", "responsible", "responsible_email"} & set(rows[0])
        assert "obras@example.org" not in str(rows)


def test_answers_are_files_and_kept_by_nobody(client: Client, place: Place) -> None:
    with clock.at(NOW):
        client.enter_as(make_user(place=place).id)
        for path, name in (
            ("agenda.csv", f"agenda-{place.code}-2026-11-23.csv"),
            ("agenda.xlsx", f"agenda-{place.code}-2026-11-23.xlsx"),
            ("agenda/template.csv?language=fr", f"agenda-{place.code}-fr.csv"),
            ("agenda/template.xlsx?language=pt_BR", f"agenda-{place.code}-pt-br.xlsx"),
        ):
            answer = client.get(f"/{place.code}/{path}")
            assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "no-store" in answer.headers["Cache-Control"]
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert client.head(f"/{place.code}/{path}").status_code == 200


def test_the_sheet_speaks_the_language_of_its_reader(client: Client) -> None:
    place = make_place()
    make_commitment(place, "Pozo", date(2027, 3, 31), due_precision="quarter")
    client.enter_as(make_user(place=place, locale="pt_BR").id)
    (header, row) = csv.reader(io.StringIO(client.get(f"/{place.code}/agenda.csv").data.decode("utf-8-sig")))
    said = dict(zip(header, row, strict=True))
    assert said["Compromisso"] == "Pozo" and said["Prazo"] == "2027-03-31"
    assert (said["Situação"], said["Precisão do prazo"], said["Público"]) == ("não iniciado", "trimestre", "não")


def test_rows_leave_while_they_are_read() -> None:
    place = make_place()
    for number in range(120):
        make_commitment(place, f"Pozo {number}", description="x" * 2_000)
    selection = Selection(place, DAY, act().at)
    read: list[int] = []

    def rows() -> Iterator[Leaving]:
        for row in selection.rows():
            read.append(row.commitment_id)
            yield row

    parts = agenda_csv(selection, rows())
    next(parts)
    begun = next(parts)
    assert 0 < len(read) < 120
    assert len(read_sheet(b"".join([begun, *parts]), "x.csv").rows) == 121
