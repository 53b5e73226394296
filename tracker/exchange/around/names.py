"""What a trial changes around a commitment, which its own trail does not say in words: line, action, people."""

from typing import Any

from sqlalchemy import select

from tracker.core.db import db
from tracker.plan.queries import actions_of, lines_of
from tracker.territory.models import Unit, UnitPerson

#: Id of a person → (unit, name, address).
People = dict[int, tuple[str, str, str]]


class ActionNames:
    """Actions by id as "line › action", read when the first one is asked about."""

    def __init__(self, municipality_id: int) -> None:
        self._municipality_id = municipality_id
        self._names: dict[int, str] | None = None

    def cell(self, name: str, before: Any, after: Any) -> list[Any]:
        """[field, before, after] of a change of the trail, an action by its name."""
        if name != "action_id":
            return [name, before, after]
        return ["action", self._called(before), self._called(after)]

    def _called(self, action_id: Any) -> str | None:
        if self._names is None:
            lines = {line.id: line.title for line in lines_of(self._municipality_id)}
            self._names = {
                action.id: " › ".join(part for part in (lines.get(action.line_id), action.title) if part)
                for action in actions_of(self._municipality_id)
            }
        return self._names.get(action_id)


def people_of(municipality_id: int) -> People:
    """The people of its units."""
    db.session.flush()
    statement = (
        select(UnitPerson.id, Unit.name.label("unit"), UnitPerson.name, UnitPerson.email)
        .join(Unit, Unit.id == UnitPerson.unit_id)
        .where(UnitPerson.municipality_id == municipality_id)
        .order_by(UnitPerson.id)
    )
    return {row.id: (row.unit, row.name, row.email or "") for row in db.session.execute(statement)}


def new_people(municipality_id: int, before: People) -> list[dict[str, Any]]:
    """A line for each person that came to a unit, or got another address, since `before`."""
    answer = []
    for key, person in people_of(municipality_id).items():
        if before.get(key) != person:
            unit, *said = person
            was = " · ".join(part for part in before[key][1:] if part) if key in before else None
            cells = [["person", was, " · ".join(part for part in said if part)]]
            answer.append({"code": "", "title": unit, "of": "", "new": False, "step": False, "cells": cells})
    return answer
