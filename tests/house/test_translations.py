"""Every text of the interface is there in Spanish, Portuguese and French, whole and compiled."""

import io
import re
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from tests.house.tree import ROOT, report

LOCALES = ("es", "pt_BR", "fr")
FOLDER = ROOT / "tracker" / "translations"
#: As in babel.cfg.
MAPPING = [("tracker/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")

Id = str | tuple[str, ...]


@lru_cache(maxsize=1)
def used() -> dict[Id, list[str]]:
    """Every text of code and templates, with the places that use it."""
    answer: dict[Id, list[str]] = {}
    for folder in ("tracker", "templates"):
        mapping = [
            (pattern.removeprefix(f"{folder}/"), kind) for pattern, kind in MAPPING if pattern.startswith(folder)
        ]
        for name, line, text, _comments, _context in extract_from_dir(ROOT / folder, mapping, keywords=KEYWORDS):
            key: Id = tuple(text) if isinstance(text, list | tuple) else text
            answer.setdefault(key, []).append(f"{folder}/{Path(name).as_posix()}:{line}")
    return answer


@lru_cache(maxsize=4)
def catalogue(locale: str) -> Catalog:
    """The translations of a language."""
    path = FOLDER / locale / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        pytest.fail(f"{path.relative_to(ROOT)} is missing", pytrace=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _messages(locale: str) -> list[Message]:
    return [message for message in catalogue(locale) if message.id]


def _where(locale: str, message: Message) -> str:
    return f"{locale}/messages.po:{message.lineno or 0} {message.id!r}"


def _texts(message: Message) -> list[str]:
    held = message.string
    return [str(text or "") for text in (held if isinstance(held, list | tuple) else [held])]


def test_texts_are_found_at_all() -> None:
    assert len(used()) > 20, "extraction found next to nothing: is the mapping right?"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_used_text_is_in_the_catalogue(locale: str) -> None:
    ids = {_key(message.id) for message in _messages(locale)}
    missing = [f"{places[0]} {key!r}" for key, places in used().items() if key not in ids]
    report(sorted(missing), f"texts without a line in {locale}/messages.po")


@pytest.mark.parametrize("locale", LOCALES)
def test_no_line_is_left_over(locale: str) -> None:
    left = [_where(locale, message) for message in _messages(locale) if _key(message.id) not in used()]
    report(left, "lines that nothing uses any more")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_line_is_translated(locale: str) -> None:
    wrong = [f"{_where(locale, m)} is fuzzy" for m in _messages(locale) if m.fuzzy]
    wrong += [f"{_where(locale, m)} is empty" for m in _messages(locale) if not all(_texts(m)) or not m.string]
    report(wrong, "unfinished translations")


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_survive(locale: str) -> None:
    wrong = []
    for message in _messages(locale):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = set(PLACEHOLDER.findall(ids[-1]))
        for number, text in enumerate(_texts(message)):
            if not text:
                continue
            found = set(PLACEHOLDER.findall(text))
            # The singular may say "one" in words.
            is_singular = len(ids) > 1 and number == 0
            if found - wanted or (wanted - found and not is_singular):
                wrong.append(f"{_where(locale, message)}: {sorted(wanted)} became {sorted(found)} in {text!r}")
    report(wrong, "placeholders that got lost or were invented")


@pytest.mark.parametrize("locale", LOCALES)
def test_compiled_translations_are_fresh(locale: str) -> None:
    compiled = FOLDER / locale / "LC_MESSAGES" / "messages.mo"
    assert compiled.is_file(), f"{compiled.relative_to(ROOT)} is missing: compile the translations"
    with compiled.open("rb") as file:
        held = _content(read_mo(file))
    fresh = io.BytesIO()
    write_mo(fresh, catalogue(locale))
    fresh.seek(0)
    wanted = _content(read_mo(fresh))
    wrong = [f"{key!r} differs" for key in wanted.keys() | held.keys() if wanted.get(key) != held.get(key)]
    report(sorted(wrong), f"{compiled.relative_to(ROOT)} is older than the translations: compile them")


def _content(catalog: Catalog) -> dict[Id, tuple[str, ...]]:
    return {_key(message.id): tuple(_texts(message)) for message in catalog if message.id}


def _key(text: Id | list[str]) -> Id:
    return text if isinstance(text, str) else tuple(text)
