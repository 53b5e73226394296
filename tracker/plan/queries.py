"""Reads of plans."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from tracker.core.db import db
from tracker.core.errors import NotHere
from tracker.plan.models import Action, Line, Plan


def plan_of(municipality_id: int) -> Plan | None:
    """The municipality's latest plan."""
    return db.session.scalar(
        select(Plan).where(Plan.municipality_id == municipality_id).order_by(Plan.id.desc()).limit(1)
    )


_LINES = select(Line).where(Line.municipality_id == bindparam("place")).order_by(Line.id)


def lines_of(municipality_id: int) -> Sequence[Line]:
    """Lines of its plans, oldest first."""
    return db.session.scalars(_LINES, {"place": municipality_id}).all()


def actions_of(municipality_id: int) -> Sequence[Action]:
    """Rows of its matrix of actions, by line."""
    statement = select(Action).where(Action.municipality_id == municipality_id).order_by(Action.line_id, Action.id)
    return db.session.scalars(statement).all()


def line_by_id(municipality_id: int, line_id: int) -> Line:
    """A line of this municipality; NotHere otherwise."""
    line = db.session.scalar(select(Line).where(Line.municipality_id == municipality_id, Line.id == line_id))
    if line is None:
        raise NotHere(line_id)
    return line
