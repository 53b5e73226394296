"""Kinds of things that are wrong in a sheet, and what can be chosen for all of a kind at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tracker.agenda.presenting import STAGE_WORDS
from tracker.core.i18n import _l
from tracker.exchange.wrong import Wrong

#: What a reason names → the text.
LazyText = Callable[[dict[str, Any]], object]
DATES = ("due_on", "start_on", "completed_on")
#: Without these a row is nothing: they cannot be left empty.
NEEDED = ("title", "code", "milestone_of")

OUT = ("out", _l("leave these rows out"))
EMPTY = ("empty", _l("leave these cells empty"))
#: Offered where mends are proposed for some of a kind.
PROPOSED = ("proposed", _l("take what is proposed; the others stay open"))
UNDATED = ("undated", _l("enter all of them without a date"))


@dataclass(frozen=True)
class Kind:
    """One kind: what is wrong in words, and (value, words) of what can be done about all of it."""

    words: object
    choices: tuple[tuple[str, object], ...]


KINDS: dict[str, Kind] = {
    "no_date": Kind(_l("No due date"), (UNDATED, OUT)),
    "bad_date": Kind(_l("A day that does not exist or cannot be read"), (UNDATED, OUT)),
    "no_commitment": Kind(
        _l("It looks like no commitment: a total, a signature, a note"),
        (OUT, ("keep", _l("they are commitments all the same"))),
    ),
    "early": Kind(
        _l("Due before it starts"), (("drop_start", _l("keep the due date, leave the start empty")), OUT)
    ),
    "share": Kind(
        _l("Progress written as 0.4"),
        (("mixed", _l("0.4 means 40 percent")), ("0-100", _l("0.4 means less than one percent")), EMPTY, OUT),
    ),
    "one": Kind(
        _l("Progress of 1 where others are written as 0.4"),
        (("100", _l("1 means all of it: 100 percent")), ("1", _l("1 means one percent")), EMPTY, OUT),
    ),
    "range": Kind(_l("Progress below 0 or above 100"), (("clamp", _l("take it as 0 or 100 percent")), EMPTY, OUT)),
    "repeated": Kind(
        _l("The same commitment twice"),
        (
            ("last", _l("the later row counts")),
            ("number", _l("they are different: give the second a number")),
            OUT,
        ),
    ),
    "long_title": Kind(
        _l("A title that is too long"), (("cut", _l("shorten it; the whole goes into the description")), OUT)
    ),
    "unit": Kind(_l("A unit that nobody knows yet"), (("make", _l("make all of these units")), EMPTY, OUT)),
    "state": Kind(_l("A word for the state that is not known"), (EMPTY, OUT)),
    "needed": Kind(_l("Something without which a row is nothing"), (OUT,)),
    "other": Kind(_l("A value that cannot be read"), (EMPTY, OUT)),
    "copied": Kind(_l("A row that is a copy, or of another workbook"), (("new", _l("they are new ones")), OUT)),
    "code_changed": Kind(
        _l("A code that was changed in the workbook"), (("as_left", _l("the codes stay as they were")), OUT)
    ),
    "alike": Kind(
        _l("It looks like something the agenda has already"),
        (("new", _l("all of them are new")), ("same", _l("all of them are what they look like"))),
    ),
    "unit_alike": Kind(
        _l("A unit that may be one you have already"),
        (("new", _l("all of them are other units")), ("same", _l("all of them are what they look like"))),
    ),
    "whole": Kind(_l("The sheet as a whole"), ()),
}

#: How a reason begins → what kind it is, where the field alone does not tell.
_BEGINNINGS = (
    ("There is no due date", "no_date"),
    ("The due date is before the start", "early"),
    ("This looks like no commitment", "no_commitment"),
    ("Does this mean a share of 1", "share"),
    ("Is this all of it, or 1 percent", "one"),
    ("Give a whole number from 0 to 100", "range"),
    ("Row %(row)s has the same", "repeated"),
    ("Row %(row)s is about the same", "repeated"),
    ("No unit has this name", "unit"),
    ("It was changed here as well", "conflict"),
    ("This row is a copy", "copied"),
    ("This row left with another", "copied"),
    ("What this row was about", "copied"),
    ("This row left", "code_changed"),
)


#: How a reason begins → what a person on a page is told instead, who knows of no mapping.
_ON_PAGE: tuple[tuple[str, LazyText], ...] = (
    ("Row %(row)s has the same. Correct", lambda named: _l("Row %(row)s has the same.", **named)),
    ("This day has no year. Is it", lambda named: _l("This day has no year. Is it %(day)s?", **named)),
    ("This day has no year. Write", lambda named: _l("This day has no year. Write it as 31/12/2026.", **named)),
    (
        "Does this mean a share of 1",
        lambda named: _l("Does this mean a share of 1? Write percent, such as 40.", **named),
    ),
    (
        "Is this all of it, or 1 percent",
        lambda named: _l("Is this all of it, or 1 percent? Write 100 or 1.", **named),
    ),
    (
        "Does this mean every unit",
        lambda named: _l("Does this mean every unit? Name them, or leave it empty.", **named),
    ),
    (
        "The mapping does not say what kind",
        lambda named: _l("Say under “Words used” what kind of row this is.", **named),
    ),
)


def words_of_reason(wrong: Wrong) -> str:
    """Why a value cannot come in, for a person on a page."""
    said = str(getattr(wrong.reason, "_args", ("",))[0])
    for beginning, words in _ON_PAGE:
        if said.startswith(beginning):
            return str(words(getattr(wrong.reason, "_kwargs", {})))
    if wrong.field == "state" and said.startswith("Write one of"):
        return str(_l("Write one of: %(words)s.", words=", ".join(str(word) for word in STAGE_WORDS.values())))
    return str(wrong.reason)


def kind_of(wrong: Wrong) -> str:
    """Which kind it is."""
    if wrong.row is None or wrong.field is None:
        return "whole"
    said = str(getattr(wrong.reason, "_args", ("",))[0])
    for beginning, kind in _BEGINNINGS:
        if said.startswith(beginning):
            return kind
    if wrong.field == "title" and said.startswith("At most"):
        return "long_title"
    if wrong.field == "state":
        return "state"
    if wrong.field in DATES:
        return "bad_date"
    return "needed" if wrong.field in NEEDED else "other"
