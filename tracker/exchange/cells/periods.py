"""Dates in words: "III trimestre 2025", "mar-26", "16 y 17 de junio", in the four languages.

Only what can be read in one way is read; a day without a year is told apart, so that a year can be asked for.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from tracker.territory.rules import FIRST_DAY, LAST_DAY, name_key

_MONTHS = (
    "enero ene janeiro jan janvier janv january",
    "febrero feb fevereiro fev fevrier fevr february",
    "marzo mar marco mars march",
    "abril abr avril avr april apr",
    "mayo may maio mai",
    "junio jun junho juin june",
    "julio jul julho juillet juil july",
    "agosto ago ag aout august aug",
    "septiembre setiembre sept sep set setembro septembre september",
    "octubre oct outubro out octobre october",
    "noviembre nov novembro novembre november",
    "diciembre dic dezembro dez decembre dec december",
)
_MONTH = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_ORDINALS = (
    "1 i 1er 1ero 1ro 1o 1a 1st primer primero primera primeiro primeira premier premiere first",
    "2 ii 2do 2da 2o 2a 2e 2eme 2nd segundo segunda deuxieme second",
    "3 iii 3er 3ero 3ro 3o 3a 3e 3eme 3rd tercer tercero tercera terceiro terceira troisieme third",
    "4 iv 4to 4ta 4o 4a 4e 4eme 4th cuarto cuarta quarto quarta quatrieme fourth",
)
_ORDINAL = {word: number for number, words in enumerate(_ORDINALS, 1) for word in words.split()}
_PARTS = {"quarter": "trimestre trim quarter t q", "half": "semestre sem half s h"}
_PART = {word: precision for precision, words in _PARTS.items() for word in words.split()}
#: Words that say nothing about when.
_SILENT = (
    "de del da do du des la el le l en em a al ate hasta the of in by end fin fim fines final finales"
    " mes mois ano annee anno year d dia dias day"
    " lunes martes miercoles jueves viernes sabado domingo segunda feira terca quarta quinta sexta"
    " lundi mardi mercredi jeudi vendredi samedi dimanche"
)
_BESIDE = frozenset(_SILENT.split())
_WEEK = re.compile(r"(?:s|sem|w|t|q)\d{1,2}")
_AND = {"y", "e", "et", "and", "al", "a", "au", "to"}
_SPAN = {"year": 12, "half": 6, "quarter": 3, "month": 1}


@dataclass(frozen=True)
class Period:
    """From one day to another, and how exact that is."""

    first: date
    last: date
    precision: str


@dataclass(frozen=True)
class DayOfYear:
    """A day that was written without its year."""

    month: int
    day: int

    def in_year(self, year: int) -> date | None:
        """The day in that year, None for 29 February in most."""
        return _real(year, self.month, self.day)


def period_called(text: str) -> Period | DayOfYear | None:
    """What a text says, None where it is no date in words or may be two things."""
    if len(text) > 80 or not any(char.isalpha() for char in text):
        return None
    words = _words(text)
    return _part(words) or _month(words) or _days(words)


def names_month(text: str) -> bool:
    """Whether a text is a month, a week or a quarter, as stands above a drawn schedule."""
    words = [word for word in name_key(text).split() if word not in _BESIDE and not word.isdigit()]
    drawn = {"semana", "sem", "week", "semaine", "s", *_PART, *_ORDINAL}
    return bool(words) and all(word in _MONTH or word in drawn or _WEEK.fullmatch(word) for word in words)


def _words(text: str) -> list[str]:
    """The words that count, with figures and letters apart where only that makes them known: T3, 3T."""
    words = []
    for word in re.sub(r"(?<=\d)[ºª°](?=\W|$)", "", text).replace("º", "o").split():
        for piece in name_key(word).split():
            glued = re.fullmatch(r"([tqsh])(\d)|(\d)([tqsh])(\d\d|\d{4})?", piece)
            if glued:
                words += [part for part in glued.groups() if part]
            else:
                words.append(piece)
    return words


def _part(words: list[str]) -> Period | None:
    """A quarter or a half of a year."""
    rest = [word for word in words if word not in _BESIDE or word in ("segunda", "quarta")]
    if len(rest) != 3:
        return None
    parts = [word for word in rest if word in _PART]
    if len(parts) != 1:
        return None
    rest.remove(parts[0])
    for number, year in (rest, rest[::-1]):
        found = _year(year)
        if parts[0] == "sem" and number.isdigit():
            return None  # a week as well as a half
        if number in _ORDINAL and found is not None:
            months = _SPAN[_PART[parts[0]]]
            first = (_ORDINAL[number] - 1) * months + 1
            return _whole(found, first, months, _PART[parts[0]]) if first <= 12 else None
    return None


def _month(words: list[str]) -> Period | None:
    """A month with its year; two figures after a month are a year, as programs show it (mar-26)."""
    rest = [word for word in words if word not in _BESIDE]
    if len(rest) != 2:
        return None
    if rest[1] in _MONTH and len(rest[0]) == 4:
        rest.reverse()
    year = _year(rest[1])
    return _whole(year, _MONTH[rest[0]], 1, "month") if rest[0] in _MONTH and year is not None else None


def _days(words: list[str]) -> Period | DayOfYear | None:
    """A day, or the last of several days of one month."""
    months = [word for word in words if word in _MONTH]
    if len(months) != 1:
        return None
    at = words.index(months[0])
    before = [_ORDINAL_DAY.sub("", word) for word in words[:at] if word not in _BESIDE and word not in _AND]
    after = [word for word in words[at + 1 :] if word not in _BESIDE]
    if not before and len(after) == 2:
        before, after = [_ORDINAL_DAY.sub("", after[0])], after[1:]  # March 15, 2026
    if not before or not all(word.isdigit() and len(word) <= 2 for word in before) or len(after) > 1:
        return None
    days = [int(word) for word in before]
    if days != sorted(set(days)):
        return None
    if not after:
        return DayOfYear(_MONTH[months[0]], days[-1]) if _real(2024, _MONTH[months[0]], days[-1]) else None
    year = _year(after[0])
    found = [_real(year, _MONTH[months[0]], day) for day in days] if year is not None else []
    first, last = (found[0], found[-1]) if found else (None, None)
    return Period(first, last, "day") if first and last else None


_ORDINAL_DAY = re.compile(r"(?<=\d)(?:er|ero|ro|o|a|st|nd|rd|th)$")


def _year(word: str) -> int | None:
    if not (word.isdigit() and len(word) in (2, 4)):
        return None
    year = int(word) + (2000 if len(word) == 2 else 0)
    return year if FIRST_DAY.year <= year <= LAST_DAY.year else None


def _whole(year: int, month: int, months: int, precision: str) -> Period:
    last = month + months - 1
    return Period(date(year, month, 1), date(year, last, calendar.monthrange(year, last)[1]), precision)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
