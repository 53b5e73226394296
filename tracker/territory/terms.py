"""Terms of office as plain values: which one a day lies in, what ends soon, whose a promise and a delay are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

#: So long before its end a term is about to end: time to write the act of handover.
REMIND_BEFORE = timedelta(days=90)


@dataclass(frozen=True)
class Term:
    """From when to when somebody holds office, both days included."""

    id: int
    starts_on: date
    ends_on: date
    #: Name and post of the authority.
    authority: str
    post: str = ""


def term_on(terms: Iterable[Term], day: date) -> Term | None:
    """The term in which the day lies; None between terms and where none is known."""
    return next((term for term in terms if term.starts_on <= day <= term.ends_on), None)


def overlapping(starts_on: date, ends_on: date, others: Iterable[Term]) -> Term | None:
    """The first of the others that shares a day with these."""
    return next((term for term in others if starts_on <= term.ends_on and term.starts_on <= ends_on), None)


def ends_soon(term: Term, day: date) -> bool:
    """Whether the day is one of the last 90 before the term's last day, that day included."""
    return term.ends_on - REMIND_BEFORE <= day <= term.ends_on


def is_inherited(entered_on: date, term: Term | None) -> bool:
    """Whether what was promised on this day was promised before the term began."""
    return term is not None and entered_on < term.starts_on


def moved_by_term(moves: Iterable[tuple[date, int]], terms: Sequence[Term]) -> list[tuple[Term | None, int]]:
    """Days by which a date moved, by the term in which each move was made: (term, days), oldest first.

    `moves`: (local day of the move, days it moved the date, less than 0 where it came nearer). None stands for days
    of which no term is known; terms that moved nothing are missing.
    """
    days: dict[Term | None, int] = {}
    for on, moved in sorted(moves):
        term = term_on(terms, on)
        days[term] = days.get(term, 0) + moved
    return list(days.items())
