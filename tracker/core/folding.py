"""Texts as they are looked for: without case and the accents of our languages, alike in Python and in SQL."""

from typing import Any

from sqlalchemy import ColumnElement, String, event
from sqlalchemy.engine import Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_WITH, _WITHOUT = "áàâãäåéèêëíìîïóòôõöúùûüçñý", "aaaaaaeeeeiiiiooooouuuucny"
_ACCENTS = str.maketrans(_WITH, _WITHOUT)


def folded(text: str) -> str:
    """The text in small letters without accents; all other signs stay."""
    return text.lower().translate(_ACCENTS)


class Folded(FunctionElement[str]):
    """The same of a column, in SQL."""

    inherit_cache = True
    name = "folded"
    type = String()


def folded_column(column: Any) -> ColumnElement[str]:
    """The text of a column in small letters without accents."""
    return Folded(column)


def pattern_of(word: str) -> str:
    """What LIKE finds a word with, wherever it stands; signs that LIKE knows stand for themselves after `\\`."""
    plain = folded(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"


@compiles(Folded, "sqlite")
def _on_sqlite(element: Folded, compiler: Any, **more: Any) -> str:
    return f"folded({compiler.process(element.clauses, **more)})"


@compiles(Folded)
def _elsewhere(element: Folded, compiler: Any, **more: Any) -> str:
    return f"translate(lower({compiler.process(element.clauses, **more)}), '{_WITH}', '{_WITHOUT}')"


@event.listens_for(Engine, "connect")
def _teach_sqlite(connection: Any, _record: object) -> None:
    """SQLite knows small letters of English alone."""
    if type(connection).__module__.startswith("sqlite3"):
        connection.create_function("folded", 1, _folded_or_none, deterministic=True)


def _folded_or_none(text: str | None) -> str | None:
    return None if text is None else folded(text)
