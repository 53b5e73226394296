"""A language nobody speaks: each text of the interface stands between ‹ and ›; what does not is in no catalogue."""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.support import Translations
from flask import Flask
from wtforms.i18n import messages_path

from tests.house.test_translations import used
from tests.support.factories import act
from tracker.frameworks.rules import catalogue
from tracker.territory.models import Country

#: The language whose place it takes; dates and numbers are written as in it.
LOCALE = "fr"
#: Names that are the same in every language.
NAMES = frozenset({"Compromiso", "Español", "Português", "Français", "English", "Excel"})
#: Who acts in the rows that the tests make.
ACTS = act().name
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_DATA = re.compile(r"⟦[^⟧]*⟧(?:\.\w+)?")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
_CODE = re.compile(r"\b(?:[A-Z]{1,3}-?\d+(?:\.\d+)?|[A-Z]{3})\b|\$[A-Z]{2}")


def speak(app: Flask, folder: Path) -> None:
    """Let this application answer in it where French is asked for."""
    target = folder / LOCALE / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "messages.mo").open("wb") as file:
        write_mo(file, _catalogue())
    app.extensions["babel"].translation_directories = [str(folder)]


def _catalogue() -> Catalog:
    texts = Catalog(locale=LOCALE)
    for key in used():
        if isinstance(key, tuple):
            texts.add(key, tuple(f"‹{text}›" for text in key))
        else:
            texts.add(key, f"‹{key}›")
    return texts


def untranslated(pieces: Iterable[str], data: frozenset[str]) -> list[str]:
    """What of a page's texts stands outside the catalogues and is no data, number, date or name.

    A sentence may go on over several pieces, where some of its words are set off.
    """
    depth, found = 0, []
    for piece in pieces:
        outside = []
        for sign in _without_data(piece, data):
            depth += (sign == "‹") - (sign == "›")
            outside.append(sign if depth == 0 and sign != "›" else " ")
        left = _CODE.sub(" ", _ADDRESS.sub(" ", _days().sub(" ", "".join(outside))))
        if _LETTERS.search(left):
            found.append(f"{' '.join(left.split())!r} in {piece[:100]!r}")
    return [*found, f"{depth} sentences do not end"] if depth else found


def _without_data(piece: str, data: frozenset[str]) -> str:
    piece = _DATA.sub(" ", piece)
    if piece.strip() in data:
        return ""
    for name in _longest_first(data):
        if name in piece:
            piece = piece.replace(name, " ")
    return piece


@lru_cache(maxsize=4)
def _longest_first(data: frozenset[str]) -> list[str]:
    return sorted(NAMES | data, key=len, reverse=True)


@lru_cache(maxsize=1)
def _days() -> "re.Pattern[str]":
    """Days and months as French writes them."""
    locale = Locale.parse(LOCALE)
    words = {
        word.rstrip(".")
        for kind in (locale.months, locale.days)
        for width in ("wide", "abbreviated")
        for word in kind["format"][width].values()
    }
    return re.compile("|".join(rf"\b{re.escape(word)}\b" for word in sorted(words, key=len, reverse=True)))


def labels(countries: list[Country]) -> frozenset[str]:
    """Labels that are data in every language, countries, zones and goals; and the messages of the forms library."""
    goals = {goal.label[LOCALE] for goal in catalogue().values()}
    own = Translations.load(messages_path(), [LOCALE], "wtforms")._catalog.values()
    messages = {text for text in own if isinstance(text, str) and text.strip()}
    places = {text for country in countries for text in (country.name[LOCALE], country.timezone)}
    return frozenset({ACTS} | goals | messages | places)
