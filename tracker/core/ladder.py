"""One ladder of (condition, answer) that answers in Python and in SQL.

Conditions use only `<`, `<=`, `==`, `&`, `|` on values that are never null, so the same expression is a bool on
an instance and a clause on a class.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, literal


def ladder(rungs: Sequence[tuple[Any, str]], otherwise: str) -> Any:
    """The answer of the first rung whose condition holds, else `otherwise`: a str, or a SQL CASE."""
    if any(isinstance(condition, ColumnElement) for condition, _ in rungs):
        return case(*[(condition, literal(answer)) for condition, answer in rungs], else_=literal(otherwise))
    return next((answer for condition, answer in rungs if condition), otherwise)
