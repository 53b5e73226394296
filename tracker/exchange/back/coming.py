"""What is found when a workbook comes back: plain values for whoever asks, shows or decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tracker.agenda.intake.incoming import Fault
from tracker.core.sheets import OutCell
from tracker.exchange.back.rules import Side


@dataclass(frozen=True)
class Trace:
    """Who changed something here since the workbook left, as far as the trail tells; no name: it does not."""

    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Told:
    """One cell: what it said when it left, what the file says, what stands there now."""

    field: str
    #: None: it cannot be told any more.
    base: str | None
    mine: str
    theirs: str


@dataclass(frozen=True)
class Change:
    """Cells of one row, together as they are decided about, that were changed here since the workbook left."""

    row: int
    ref: str
    code: str
    title: str
    cells: tuple[Told, ...]
    trace: Trace
    #: For a conflict: the mark of what stands here now.
    over: str = ""
    #: Whose value counts, once that is decided.
    choice: Side | None = None
    #: First of the fields that are decided about together.
    first: str = ""

    @property
    def key(self) -> str:
        """By what a decision names it."""
        return f"{self.ref}.{self.first}"

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "row": self.row,
            "key": self.key,
            "code": self.code,
            "title": self.title,
            "cells": [[told.field, told.base, told.mine, told.theirs] for told in self.cells],
            "by": self.trace.by,
            "at": self.trace.at.isoformat() if self.trace.at else None,
            "over": self.over,
            "choice": self.choice,
        }


@dataclass
class Back:
    """A workbook that is known again."""

    #: When it left.
    at: datetime
    #: Changed by both to different values.
    conflicts: list[Change] = field(default_factory=list)
    #: Changed here alone: stays.
    kept: list[Change] = field(default_factory=list)
    #: Codes of rows that left and are not in the file any more: they stay as they are.
    removed: list[str] = field(default_factory=list)
    #: Cells that were emptied although that says nothing.
    emptied: int = 0
    faults: list[Fault] = field(default_factory=list)
    #: Row number → id of the milestone it is about.
    milestones: dict[int, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "left_at": self.at.isoformat(),
            "conflicts": [found.to_json() for found in self.conflicts],
            "kept": [found.to_json() for found in self.kept],
            "removed": self.removed,
            "emptied": self.emptied,
        }


#: Field → cell of a row as it stands here now.
Now = Mapping[str, OutCell]
