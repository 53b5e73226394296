"""Kinds of mail: each registers how it is written and what follows when it has left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app

from tracker.core.mail import Rendered


@dataclass(frozen=True)
class Kind:
    """What the post office knows of a kind of mail."""

    name: str
    #: Writes what still stands for these ref_ids at this instant; missing is what has nothing left to say.
    write: Callable[[Sequence[int], datetime], dict[int, Rendered]]
    #: Whether what was written for this ref_id no longer holds.
    is_stale: Callable[[int], bool]
    #: Told in the marking transaction: (ref_id, sent | failed | cancelled, answer, day in UTC).
    settle: Callable[[int, str, str, date], None]
    #: Told that a mail that failed is to try anew.
    revive: Callable[[int], None]


def register(kinds: dict[str, Kind], kind: Kind) -> None:
    """Add a kind; called by `create_app`."""
    kinds[kind.name] = kind


def kind_called(name: str) -> Kind:
    """The registered kind of that name."""
    kinds: dict[str, Kind] = current_app.extensions["mail_kinds"]
    return kinds[name]
