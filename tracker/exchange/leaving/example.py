"""The example row of an empty sheet: it shows how a row is filled in, and is known again when it was left in."""

from datetime import date
from decimal import Decimal

from tracker.core.i18n import LOCALES
from tracker.core.sheets import Cell, OutCell, fold
from tracker.core.sheets.text import cell_text

_CODES = ("EJEMPLO", "EXAMPLE", "EXEMPLO", "EXEMPLE")
_TITLES = (
    "Ejemplo: perforar 12 pozos (esta fila no se importa)",
    "Example: drill 12 wells (this row is not imported)",
    "Exemplo: perfurar 12 poços (esta linha não é importada)",
    "Exemple : forer 12 puits (cette ligne n'est pas importée)",
)
_UNITS = ("Obras Públicas", "Public Works", "Obras Públicas", "Travaux publics")
_MEASURES = ("pozos", "wells", "poços", "puits")
_SHOWN_BY = ("Acta de entrega y fotos", "Signed handover and photos", "Termo de entrega e fotos", "PV et photos")


def example(locale: str, day: date, currency: str) -> dict[str, OutCell]:
    """The row's cells by field, in a language, for somebody who fills it in on `day`."""
    at = LOCALES.index(locale)
    return {
        "code": _CODES[at],
        "title": _TITLES[at],
        "unit": _UNITS[at],
        "unit_email": "obras@example.org",
        "start_on": date(day.year, 1, 15),
        "due_on": date(day.year + 1, 6, 30),
        "due_precision": "quarter",
        "state": "in_progress",
        "progress": 41,
        "quantity": Decimal(12),
        "measure": _MEASURES[at],
        "delivered": Decimal(5),
        "budget": Decimal(1_500_000),
        "currency": currency,
        "verification": _SHOWN_BY[at],
        "public": "yes",
    }


def has_example_code(code: Cell) -> bool:
    """Whether a row carries the code of the example, in whatever language."""
    return fold(cell_text(code)).upper() in _CODES


def is_example(code: Cell, title: Cell) -> bool:
    """Whether a row is the example itself: nobody wrote another title into it."""
    return has_example_code(code) and fold(cell_text(title)) in _TITLES
