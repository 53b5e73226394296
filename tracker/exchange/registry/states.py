"""States, departments, regions: found by what rows call them, made where they are new."""

from collections.abc import Sequence

from sqlalchemy import select

from tracker.core.db import db
from tracker.exchange.registry.listed import Listed
from tracker.exchange.registry.result import Fate
from tracker.territory.models import State
from tracker.territory.rules import name_key

_STATE_CODE_LENGTH = 20


class States:
    """States by what rows call them: a code, a name, or both."""

    def __init__(self, countries: Sequence[str]) -> None:
        found = db.session.scalars(select(State).where(State.country_code.in_(countries)).order_by(State.id))
        self._by_code: dict[tuple[str, str], State] = {}
        self._by_name: dict[tuple[str, str], State] = {}
        self._new: list[State] = []
        for state in found:
            self._add(state)

    def learn(self, row: Listed) -> Fate:
        """Take in what a row says about its state: `created`, `updated` or `unchanged`.

        A state known by its code alone gets its name.
        """
        if not (row.state_code or row.state_name):
            return "unchanged"
        state = self._find(row)
        if state is None:
            code = row.state_code or self._free_code(row)
            state = State(country_code=row.country, code=code, name=row.state_name or code)
            self._new.append(state)
            self._add(state)
            return "created"
        if row.state_name and state.name == state.code != row.state_name:
            state.name = row.state_name
            self._add(state)
            return "updated"
        return "unchanged"

    def make(self) -> int:
        """Write the new ones; how many."""
        db.session.add_all(self._new)
        db.session.flush()
        return len(self._new)

    def id_of(self, row: Listed) -> int | None:
        """The state of a row that was learned."""
        state = self._find(row)
        return state.id if state else None

    def alike(self, row: Listed) -> State | None:
        """The state that a row of another list means: by its code, else by its name."""
        return self._find(row) or self._by_name.get((row.country, name_key(row.state_name)))

    def _add(self, state: State) -> None:
        self._by_code.setdefault((state.country_code, state.code), state)
        self._by_name.setdefault((state.country_code, name_key(state.name)), state)

    def _find(self, row: Listed) -> State | None:
        if row.state_code:
            return self._by_code.get((row.country, row.state_code))
        return self._by_name.get((row.country, name_key(row.state_name))) if row.state_name else None

    def _free_code(self, row: Listed) -> str:
        """A code made of the name, where the list has none."""
        code = name_key(row.state_name).replace(" ", "-")[:_STATE_CODE_LENGTH].strip("-")
        number = 2
        while (row.country, code) in self._by_code:
            code = f"{code[: _STATE_CODE_LENGTH - 3].rstrip('-')}-{number}"
            number += 1
        return code
