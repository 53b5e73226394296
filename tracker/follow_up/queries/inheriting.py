"""Commitments that a term of office inherited, and what was decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Membership, User
from tracker.agenda.models import Commitment
from tracker.agenda.queries.counting import is_open
from tracker.core.db import db
from tracker.follow_up.models import Inheritance, TermNotice
from tracker.territory.models import TermOfOffice
from tracker.territory.terms import REMIND_BEFORE, Term

#: Rows of a page.
PAGE = 50


@dataclass(frozen=True)
class Decided:
    """One decision, with the term in which it was made."""

    commitment: Commitment
    decision: Inheritance


def inherited(municipality_id: int, term: Term) -> tuple[ColumnElement[bool], ...]:
    """Conditions on Commitment: promised before the term began, and open still."""
    return Commitment.municipality_id == municipality_id, Commitment.entered_on < term.starts_on, is_open()


def undecided(municipality_id: int, term: Term) -> tuple[ColumnElement[bool], ...]:
    """The same, and nothing decided about it in this term."""
    decided = select(Inheritance.id).where(
        Inheritance.municipality_id == Commitment.municipality_id,
        Inheritance.commitment_id == Commitment.id,
        Inheritance.term_id == term.id,
    )
    return *inherited(municipality_id, term), ~decided.exists()


def undecided_page(municipality_id: int, term: Term) -> tuple[Sequence[Commitment], int]:
    """The first commitments to decide about, by due date, and how many there are."""
    wanted = undecided(municipality_id, term)
    rows = db.session.scalars(
        select(Commitment)
        .options(joinedload(Commitment.unit), joinedload(Commitment.partner))
        .where(*wanted)
        .order_by(Commitment.due_on.is_(None), Commitment.due_on, Commitment.id)
        .limit(PAGE)
    )
    return rows.all(), db.session.scalar(select(func.count(Commitment.id)).where(*wanted)) or 0


def undecided_ids(municipality_id: int, term: Term) -> list[int]:
    """All of their ids."""
    return list(db.session.scalars(select(Commitment.id).where(*undecided(municipality_id, term))))


def decided_in(municipality_id: int, term: Term, most: int) -> list[Decided]:
    """What was decided in a term, newest first, `most` at most."""
    statement = (
        select(Commitment, Inheritance)
        .join(
            Inheritance,
            (Inheritance.municipality_id == Commitment.municipality_id)
            & (Inheritance.commitment_id == Commitment.id),
        )
        .where(Inheritance.municipality_id == municipality_id, Inheritance.term_id == term.id)
        .order_by(Inheritance.id.desc())
        .limit(most)
    )
    return [Decided(commitment, decision) for commitment, decision in db.session.execute(statement)]


def terms_with_decisions(commitment: Commitment) -> list[tuple[Term, Inheritance | None]]:
    """The terms of its municipality, oldest first, each with what it decided about this commitment."""
    statement = (
        select(TermOfOffice, Inheritance)
        .outerjoin(
            Inheritance,
            (Inheritance.municipality_id == TermOfOffice.municipality_id)
            & (Inheritance.term_id == TermOfOffice.id)
            & (Inheritance.commitment_id == commitment.id),
        )
        .where(TermOfOffice.municipality_id == commitment.municipality_id)
        .order_by(TermOfOffice.starts_on)
    )
    return [(term.as_plain(), decision) for term, decision in db.session.execute(statement)]


def ends_to_tell(earliest: date, latest: date) -> list[tuple[int, int, int]]:
    """(municipality, term, user): coordinators who were not told yet of a term whose last 90 days have begun.

    `earliest` and `latest` are the days that it is anywhere; whether the local one lies within is not looked at.
    """
    told = select(TermNotice.id).where(
        TermNotice.term_id == TermOfOffice.id,
        TermNotice.user_id == User.id,
        TermNotice.ends_on == TermOfOffice.ends_on,
    )
    statement = (
        select(TermOfOffice.municipality_id, TermOfOffice.id, User.id)
        .join(Membership, Membership.municipality_id == TermOfOffice.municipality_id)
        .join(User, User.id == Membership.user_id)
        .where(
            TermOfOffice.ends_on.between(earliest, latest + REMIND_BEFORE),
            Membership.role == "coordinator",
            User.active,
            ~told.exists(),
        )
        .distinct()
        .order_by(TermOfOffice.municipality_id, TermOfOffice.id, User.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(statement)]
