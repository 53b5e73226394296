"""The rule of three ways: what left, what the file says, what stands here now."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.exchange.back.rules import TOGETHER, Ways, mark, outdated, together, verdict, wins
from tracker.exchange.captions import AGENDA

SAID = ["", "a", "b", "c"]


def way(base: str, mine: str, theirs: str, *, only_added: bool = False) -> Ways:
    return Ways(mark(base), mine, theirs, only_added)


@pytest.mark.parametrize(("base", "mine", "theirs"), list(product(SAID, repeat=3)))
def test_one_cell(base: str, mine: str, theirs: str) -> None:
    found = verdict([way(base, mine, theirs)])
    if mine == theirs:
        assert found == "same"
    elif mine == base:
        assert found == "theirs"
    elif theirs == base:
        assert found == "mine"
    else:
        assert found == "conflict"


@pytest.mark.parametrize(("base", "theirs"), list(product(SAID, repeat=2)))
def test_an_emptied_cell_takes_no_report_back(base: str, theirs: str) -> None:
    cell = way(base, "", theirs, only_added=True)
    assert verdict([cell]) == ("same" if not theirs else "theirs")
    assert cell.is_emptied == bool(base)


#: (left, file, here) of date and precision → what becomes of both.
PAIRS = [
    (("31", "31", "31"), ("day", "day", "day"), "same"),
    (("31", "30", "31"), ("day", "day", "day"), "mine"),
    (("31", "31", "30"), ("day", "day", "day"), "theirs"),
    (("31", "30", "31"), ("day", "day", "month"), "conflict"),
    (("31", "31", "30"), ("day", "month", "day"), "conflict"),
    (("31", "30", "30"), ("day", "month", "month"), "same"),
    (("31", "30", "30"), ("day", "month", "day"), "mine"),
    (("31", "30", "30"), ("day", "day", "month"), "theirs"),
    (("31", "30", "30"), ("day", "month", "year"), "conflict"),
]


@pytest.mark.parametrize(("due", "precision", "expected"), PAIRS)
def test_what_only_means_something_together_is_one_thing(
    due: tuple[str, str, str], precision: tuple[str, str, str], expected: str
) -> None:
    assert verdict([way(*due), way(*precision)]) == expected


texts = st.text(max_size=3)
cells = st.builds(way, texts, texts, texts)


@given(st.lists(cells, min_size=1, max_size=3))
def test_laws(held: list[Ways]) -> None:
    found = verdict(held)
    turned = verdict([Ways(cell.base, cell.theirs, cell.mine) for cell in held])
    assert turned == {"mine": "theirs", "theirs": "mine"}.get(found, found)
    if not any(cell.is_mine for cell in held):
        assert found in ("same", "theirs")
    if not any(cell.is_theirs for cell in held):
        assert found in ("same", "mine")
    assert wins(found, None) is None if found == "conflict" else wins(found, "mine") == wins(found, "theirs")


@given(texts, texts)
def test_what_nobody_touched_stays(base: str, other: str) -> None:
    assert verdict([way(base, base, base)]) == "same"
    assert verdict([way(base, other, other)]) == "same"


def test_every_field_belongs_to_one_thing() -> None:
    things = together(AGENDA)
    assert sorted(name for thing in things for name in thing) == sorted(AGENDA)
    assert all(group in things for group in TOGETHER)
    assert together(["outcome", "title", "state"]) == [("title",), ("state", "outcome")]


def test_what_was_said_of_the_old_unit_is_not_said_of_the_new_one() -> None:
    held = {"unit_email": way("a@x", "a@x", "a@x"), "responsible": way("Ana", "Beto", "Ana")}
    assert outdated(held, "mine", None) == ["unit_email"]
    assert outdated(held, "conflict", "mine") == ["unit_email"]
    assert outdated(held, "conflict", "theirs") == outdated(held, "theirs", None) == []
