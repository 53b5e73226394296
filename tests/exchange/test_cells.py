"""What a cell says, and what it does not."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.sheets import Cell
from tracker.exchange import cells, words
from tracker.exchange.captions import AGENDA, REGISTRY, field_called
from tracker.exchange.cells import CellError
from tracker.exchange.words import outcome_words, stage_words
from tracker.territory.rules import FIRST_DAY, LAST_DAY, name_key

MOMENT = datetime.fromisoformat("2026-03-31T14:05")


def refused(read: Callable[[], Any]) -> bool:
    try:
        read()
    except CellError:
        return True
    return False


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 3, 31),
        MOMENT,
        "2026-03-31",
        "2026-03-31 00:00:00",
        "2026-03-31T14:05",
        "31/3/2026",
        "31/03/2026",
        "31-03-2026",
        "31.03.2026",
        " 31/03/2026\n",
        "\u00a031/03/2026\u00a0",
        "\ufeff31/03/2026",
    ],
)
def test_days_that_are_written_clearly(cell: Cell) -> None:
    assert cells.day(cell) == date(2026, 3, 31)


@pytest.mark.parametrize(
    "cell",
    [
        "1/3/0205",
        "02/27/20225",
        "30/012/2024",
        "31/1272025",
        "3011/2025",
        "1/15/2025",
        "30/02/2026",
        "29/02/2026",
        "31/04/2026",
        "00/01/2026",
        "01/00/2026",
        "31/3/26",
        "31/3-2026",
        "2026/03/31",
        "2026-3-31",
        "20260331",
        "2026",
        "marzo 2026",
        "16 y 17 de junio",
        "0000-01-01",
        "9999-12-31",
        "31/12/1989",
        "01/01/2101",
        "#REF!",
        "N/A",
        "",
        None,
        46112,
        46112.0,
        True,
        time(12, 0),
        date(9999, 12, 31),
        date(1900, 1, 1),
    ],
)
def test_what_is_no_day_or_could_be_two(cell: Cell) -> None:
    assert refused(lambda: cells.day(cell))


def test_the_order_of_day_and_month_is_the_mapping_s() -> None:
    assert cells.day("1/15/2025", "mdy") == date(2025, 1, 15)
    assert refused(lambda: cells.day("15/1/2025", "mdy"))
    assert refused(lambda: cells.day("15/1/2025", "ymd"))
    assert cells.day("2025-01-15", "ymd") == date(2025, 1, 15)


@pytest.mark.parametrize(
    ("cell", "precision", "last"),
    [
        ("2026", "year", date(2026, 12, 31)),
        (2026.0, "year", date(2026, 12, 31)),
        (date(2026, 2, 3), "year", date(2026, 12, 31)),
        ("2028-02", "month", date(2028, 2, 29)),
        ("2/2026", "month", date(2026, 2, 28)),
        ("15/02/2026", "month", date(2026, 2, 28)),
        ("2026-Q1", "quarter", date(2026, 3, 31)),
        ("T2 2026", "quarter", date(2026, 6, 30)),
        ("2026T4", "quarter", date(2026, 12, 31)),
        (date(2026, 7, 1), "quarter", date(2026, 9, 30)),
        ("S1 2026", "half", date(2026, 6, 30)),
        ("2026-H2", "half", date(2026, 12, 31)),
        ("2026-06-30", "half", date(2026, 6, 30)),
        ("30/06/2026", "day", date(2026, 6, 30)),
    ],
)
def test_a_period_is_due_on_its_last_day(cell: Cell, precision: str, last: date) -> None:
    assert cells.last_day(cell, precision) == last


@pytest.mark.parametrize(
    ("cell", "precision"),
    [
        ("2026", "day"),
        ("2026-03", "day"),
        ("2026-13", "month"),
        ("2026-00", "month"),
        ("0205", "year"),
        ("9999", "year"),
        ("2026-Q5", "quarter"),
        ("S3 2026", "half"),
        ("2026", "quarter"),
        (True, "year"),
    ],
)
def test_a_period_is_only_one_where_its_precision_says_so(cell: Cell, precision: str) -> None:
    assert refused(lambda: cells.last_day(cell, precision))


@given(st.dates(FIRST_DAY, LAST_DAY), st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y"]))
def test_every_day_is_read_as_it_is_written(day: date, form: str) -> None:
    assert cells.day(day.strftime(form)) == day == cells.day(day)


@given(st.text(max_size=12))
def test_no_text_makes_a_cell_fail_otherwise_than_by_saying_so(text: str) -> None:
    readers: list[Callable[[], Any]] = [
        lambda: cells.day(text),
        lambda: cells.last_day(text, "quarter"),
        lambda: cells.number(text, ","),
        lambda: cells.percent(text, "0-1"),
        lambda: words.precision(text),
        lambda: words.yes(text),
        lambda: cells.line(text, 5),
        lambda: cells.text(text, 5),
    ]
    for read in readers:
        refused(read)


@pytest.mark.parametrize(
    ("cell", "sign", "number"),
    [
        (12, ".", "12"),
        (0.1, ".", "0.1"),
        (1.5e12, ".", "1500000000000"),
        ("12", ".", "12"),
        ("12,5", ".", "12.5"),
        ("12.5", ",", "12.5"),
        ("1,234.5", ",", "1234.5"),
        ("1.234,5", ".", "1234.5"),
        ("1.234.567", ".", "1234567"),
        ("1,234,567", ",", "1234567"),
        (" 191,468 ", ".", "191468"),
        ("191,468", ",", "191.468"),
        ("191.468", ".", "191.468"),
        ("191.468", ",", "191468"),
        ("1 234 567,89", ",", "1234567.89"),
        ("1\u00a0234", ".", "1234"),
        ("1'234", ".", "1234"),
        ("$ 1.500.000", ",", "1500000"),
        ("R$ 1.500,25", ",", "1500.25"),
        ("COP 12", ".", "12"),
        ("12 USD", ".", "12"),
        ("S/ 12.50", ".", "12.50"),
        ("-3", ".", "-3"),
        ("+3", ".", "3"),
    ],
)
def test_numbers_with_either_decimal_sign(cell: Cell, sign: str, number: str) -> None:
    assert cells.number(cell, sign) == Decimal(number)


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "$ -", "$-", "–", "R$ -", "$"])
def test_cells_that_hold_no_number(cell: Cell) -> None:
    assert cells.number(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "abc",
        "TBD",
        "1.2.3,4",
        "1,23,456",
        "12 pozos",
        "1e5",
        "--3",
        "1..2",
        "#N/A",
        "NaN",
        "inf",
        True,
        float("nan"),
        float("inf"),
        1e300,
        10**15,
        "1" * 40,
        date(2026, 1, 1),
    ],
)
def test_what_is_no_number(cell: Cell) -> None:
    assert refused(lambda: cells.number(cell))


@given(st.decimals(-(10**11), 10**11, places=3))
def test_every_number_is_read_as_it_is_written(number: Decimal) -> None:
    assert cells.number(format(number, "f"), ".") == number
    assert cells.number(format(number, ",f"), ".") == number
    swapped = format(number, ",f").translate(str.maketrans(",.", ".,"))
    assert cells.number(swapped, ",") == number


@pytest.mark.parametrize(
    ("cell", "scale", "percent"),
    [
        (0.3, "0-1", 30),
        (1, "0-1", 100),
        (1.2, "0-1", 120),
        ("45%", "0-1", 45),
        ("45 %", None, 45),
        (45, None, 45),
        (0, None, 0),
        (1, None, 1),
        (0.4, "0-100", Decimal("0.4")),
        ("0,45", "0-1", 45),
    ],
)
def test_percent_by_scale(cell: Cell, scale: str | None, percent: Any) -> None:
    assert cells.percent(cell, scale) == percent


def test_a_share_is_not_taken_for_percent_unasked() -> None:
    assert refused(lambda: cells.percent(0.4, None))


@pytest.mark.parametrize("text", ["a\0b", "a\x07", "a\u202eb", "a\u2066b", "\ud800"])
def test_text_that_cannot_be_kept(text: str) -> None:
    assert refused(lambda: cells.line(text, 100))
    assert refused(lambda: cells.text(text, 100))


def test_text_is_folded_and_limited() -> None:
    assert cells.line("  Pozo\n de \u00a0agua\r\n", 100) == "Pozo de agua"
    assert cells.text("\ufeffa\r\nb\u2028c \n", 100) == "a\nb\nc"
    assert cells.line(2024760010327.0, 40) == "2024760010327"
    assert refused(lambda: cells.text("x" * 70_000, 10_000))


@pytest.mark.parametrize(
    ("word", "code"), [("", "day"), ("Mes", "month"), ("TRIMESTRE", "quarter"), ("année", "year"), ("half", "half")]
)
def test_precisions_in_four_languages(word: str, code: str) -> None:
    assert words.precision(word) == code


def test_yes_and_no() -> None:
    assert all(words.yes(cell) for cell in ("Sí", "si", "SIM", "oui", "yes", "x", 1, 1.0, True, "1"))
    assert not any(words.yes(cell) for cell in ("No", "não", "non", 0, False, "", None))
    assert refused(lambda: words.yes("tal vez"))


def test_words_are_a_closed_list() -> None:
    stages = stage_words({"Oportuno": "completed", "En curso": "not_started"})
    assert words.one_of(" en PROCESO", stages) == "in_progress"
    assert words.one_of("oportuno", stages) == "completed"
    assert words.one_of("en curso", stages) == "not_started"
    assert refused(lambda: words.one_of("casi listo", stages))
    assert words.one_of("Cumprido em parte", outcome_words()) == "in_part"


@pytest.mark.parametrize("table", [AGENDA, REGISTRY], ids=["agenda", "registry"])
def test_no_caption_stands_for_two_fields(table: dict[str, tuple[str, ...]]) -> None:
    keys: dict[str, str] = {}
    for field, captions in table.items():
        for caption in (field, *captions):
            assert keys.setdefault(name_key(caption), field) == field


def test_captions_are_read_without_case_accents_and_order() -> None:
    assert field_called(" PLAZO ", "agenda") == "due_on"
    assert field_called("linea estrategica", "agenda") == "line"
    assert field_called("Échéance", "agenda") == "due_on"
    assert field_called("Responsável", "agenda") == "responsible"
    assert field_called("Observaciones", "agenda") is None
