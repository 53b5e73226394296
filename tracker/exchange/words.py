"""Words in cells: closed lists in four languages, since nothing is guessed from prose."""

from collections.abc import Mapping
from functools import lru_cache

from tracker.core.i18n import _l
from tracker.core.sheets import Cell, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange.cells import CellError
from tracker.exchange.wording import spoken
from tracker.territory.rules import name_key

_PRECISIONS = {"day": ("día", "jour"), "month": ("mes", "mois"), "quarter": ("trimestre",)}
_PRECISIONS |= {"half": ("semestre",), "year": ("año", "année", "an")}
_ANSWERS = {
    "yes": ("sí", "sim", "oui", "true", "verdadero", "verdadeiro", "vrai", "1", "x"),
    "no": ("não", "non", "false", "falso", "faux", "0"),
}
_STAGES = {
    "not_started": ("not started", "no iniciado", "sin iniciar", "não iniciado", "non commencé"),
    "in_progress": ("in progress", "en curso", "en marcha", "en proceso", "em andamento", "en cours"),
    "completed": ("done", "completado", "terminado", "cumplido", "concluído", "cumprido", "terminé", "achevé"),
    "cancelled": ("dropped", "cancelado", "anulado", "retirado", "retirada", "annulé", "abandonné"),
}
_OUTCOMES = {
    "fulfilled": ("cumplido", "cumprido", "tenu"),
    "in_part": ("in part", "cumplido en parte", "cumprido em parte", "tenu en partie"),
    "not_fulfilled": ("not fulfilled", "no cumplido", "não cumprido", "non tenu"),
}


def stage_words(own: Mapping[str, str]) -> dict[str, str]:
    """Name key of a word → stage; `own` words (of a mapping) come first."""
    return _table("state") | {name_key(word): stage for word, stage in own.items()}


def outcome_words() -> dict[str, str]:
    """Name key of a word → outcome."""
    return _table("outcome")


def precision(cell: Cell) -> str:
    """day, month, quarter, half or year, also in Spanish, Portuguese or French; day for nothing."""
    return one_of(cell, _table("due_precision")) if fold(cell_text(cell)) else "day"


def yes(cell: Cell) -> bool:
    """Yes or no in four languages; no for nothing."""
    return bool(fold(cell_text(cell))) and one_of(cell, _table("public")) == "yes"


def one_of(cell: Cell, words: Mapping[str, str]) -> str:
    """What a word stands for, by name key; raises with the list of what is understood."""
    written = fold(cell_text(cell))
    found = words.get(name_key(written))
    if found is None:
        raise CellError(_l("Write one of: %(words)s.", words=", ".join(dict.fromkeys(words.values()))))
    return found


def value_of(field: str, cell: Cell) -> str | None:
    """What the cell of a field with a closed list stands for; None where it is none of its words."""
    return _table(field).get(name_key(cell_text(cell)))


@lru_cache(maxsize=4)
def _table(field: str) -> dict[str, str]:
    """Name key of every word for a field with a closed list → its value."""
    words = {"state": _STAGES, "outcome": _OUTCOMES, "due_precision": _PRECISIONS, "public": _ANSWERS}
    return words_of(words[field]) | words_of(spoken(field))


def words_of(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Name key of a word → code, for codes with the words that stand for them."""
    return {name_key(word): code for code, names in words.items() for word in (code, *names)}
