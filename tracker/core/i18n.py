"""Language: choosing it, reading labels that are data, writing dates and numbers by language and country."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from gettext import NullTranslations
from typing import Any

from babel import Locale
from babel.dates import format_date as babel_date
from babel.dates import format_datetime as babel_datetime
from babel.numbers import format_currency as babel_currency
from babel.numbers import format_decimal as babel_decimal
from babel.numbers import format_percent as babel_percent
from babel.numbers import get_currency_precision, get_decimal_symbol
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, get_translations
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

LOCALES = ("es", "en", "pt_BR", "fr")


@dataclass(frozen=True)
class _Speech:
    """The language of the moment and its texts."""

    locale: str
    texts: Any


#: Outside of any application context.
_UNTRANSLATED = _Speech("es", NullTranslations())


def _speech() -> _Speech:
    """The present language, found once a request: looking costs more than translating, hundreds of times a page."""
    try:
        found: _Speech = g.speech
    except AttributeError:
        locale = str(get_locale())
        g.speech = found = _Speech(locale if locale in LOCALES else "es", get_translations())
    except RuntimeError:
        return _UNTRANSLATED
    return found


def _(text: str, **words: Any) -> str:
    """The text in the present language, with its %(name)s filled in."""
    told = str(_speech().texts.gettext(text))
    return told % words if words else told


def ngettext(one: str, many: str, num: int, **words: Any) -> str:
    """The text for one or for many in the present language; `num` also fills %(num)s."""
    return str(_speech().texts.ngettext(one, many, num)) % {"num": num, **words}


@pass_eval_context
def _in_template(context: EvalContext, text: str, **words: Any) -> str:
    """`_` in templates: what is filled in is escaped, as the page around it is."""
    told = str(_speech().texts.gettext(text))
    if not context.autoescape:
        return told % words if words or "%" in told else told
    if words:
        told %= {name: word if isinstance(word, int) else escape(word) for name, word in words.items()}
    elif "%" in told:
        told %= words
    return Markup(told)


def _one_text(text: str) -> str:
    return str(_speech().texts.gettext(text))


def _counted_text(one: str, many: str, num: int) -> str:
    return str(_speech().texts.ngettext(one, many, num))


def _l(text: str, **words: Any) -> LazyString:
    """The text in the language of the moment in which it is shown."""
    return LazyString(_, text, **words)


def init_i18n(app: Flask) -> None:
    """Choose the language of each request: the person's, else the browser's, else the installation's."""

    def choose() -> str:
        if not has_request_context():
            return str(app.config["DEFAULT_LOCALE"])
        chosen = g.get("locale") or request.cookies.get("language")
        if chosen in LOCALES:
            return str(chosen)
        return best_locale(request.accept_languages.values()) or str(app.config["DEFAULT_LOCALE"])

    Babel(app, locale_selector=choose, default_translation_directories=str(app.config["TRANSLATIONS"]))
    app.jinja_env.globals.update(_=_in_template)
    environment: Any = app.jinja_env
    environment.install_gettext_callables(_one_text, _counted_text, newstyle=True)


def best_locale(wanted: Iterator[str] | list[str]) -> str | None:
    """The first of our languages that fits one of the wanted tags (`pt-PT` fits pt_BR), or None."""
    for tag in wanted:
        short = tag.replace("_", "-").split("-")[0].lower()
        for locale in LOCALES:
            if locale.split("_")[0] == short:
                return locale
    return None


@contextmanager
def in_language(locale: str, country_code: str | None = None) -> Iterator[None]:
    """Write in this language, and in this country's way of dates and numbers, for the length of a block."""
    country_before, speech_before = getattr(g, "country_code", None), g.pop("speech", None)
    g.country_code = country_code
    try:
        with force_locale(locale if locale in LOCALES else "es"):
            yield
    finally:
        g.country_code = country_before
        g.pop("speech", None)
        if speech_before is not None:
            g.speech = speech_before


def label(labels: Mapping[str, Any] | None) -> str:
    """A label that is data, in the present language; Spanish, then anything, where it is missing."""
    if not labels:
        return ""
    own = labels.get(current_locale())
    return str(own or labels.get("es") or next(iter(labels.values())))


def current_locale() -> str:
    """One of LOCALES."""
    return _speech().locale


@lru_cache(maxsize=256)
def _regional(locale: str, country_code: str | None) -> Locale:
    """The way of writing of a language in a country: 1,234.5 in Mexico, 1.234,5 in Chile."""
    language = locale.split("_", maxsplit=1)[0]
    if country_code and Locale.parse(locale).territory is None:
        try:
            return Locale.parse(f"{language}_{country_code}")
        except (ValueError, LookupError):
            pass
        except Exception as unknown:  # babel's UnknownLocaleError derives from Exception alone
            if type(unknown).__name__ != "UnknownLocaleError":
                raise
    return Locale.parse(locale)


def _here() -> Locale:
    return _regional(*_manner())


def _manner() -> tuple[str, str | None]:
    """Language and country of the moment: what texts of dates and numbers are remembered by."""
    return current_locale(), getattr(g, "country_code", None)


#: By language: a short day with its year, without it, and a day with its weekday.
_PATTERNS = {
    "es": ("d MMM y", "d MMM", "EEEE d 'de' MMMM 'de' y"),
    "pt": ("d MMM y", "d MMM", "EEEE, d 'de' MMMM 'de' y"),
    "fr": ("d MMM y", "d MMM", "EEEE d MMMM y"),
    "en": ("d MMM y", "d MMM", "EEEE, d MMMM y"),
}


@lru_cache(maxsize=20_000)
def _date_text(day: date, nth_pattern: int, locale: str, country_code: str | None) -> str:
    manner = _regional(locale, country_code)
    return babel_date(day, format=_PATTERNS[manner.language][nth_pattern], locale=manner)


def format_day(day: date | None, year: bool = True) -> str:
    """A short day: 31 mar 2026, or 31 mar; empty for None and for the day that never comes."""
    if day is None or day == date.max:
        return ""
    return _date_text(day, 0 if year else 1, *_manner()).replace(".", "")


def format_long_day(day: date) -> str:
    """A day with its weekday: lunes 23 de noviembre de 2026."""
    return _date_text(day, 2, *_manner())


def format_month(day: date) -> str:
    """Month and year: marzo 2026."""
    return babel_date(day, format="LLLL y", locale=_here())


def format_instant(instant: datetime, zone: Any) -> str:
    """Local day and time of an instant: 31 mar 2026, 14:05."""
    locale = _here()
    local = instant.astimezone(zone)
    clock = str(babel_datetime(local, format="HH:mm", locale=locale))
    return f"{format_day(local.date())}, {clock}"


def decimal_sign() -> str:
    """What stands before decimals here: `.` in Mexico, `,` in Chile."""
    return str(get_decimal_symbol(_here()))


def format_number(number: int | float | Decimal) -> str:
    """A number with the country's signs, three decimals at most."""
    return str(babel_decimal(number, format="#,##0.###", locale=_here()))


def format_percent(percent: int) -> str:
    """A whole percentage with the language's own spacing: 60 % or 60%."""
    return _percent_text(percent, *_manner())


@lru_cache(maxsize=4_000)
def _percent_text(percent: int, locale: str, country_code: str | None) -> str:
    return str(babel_percent(Decimal(percent) / 100, locale=_regional(locale, country_code)))


def format_money(minor: int, currency: str) -> str:
    """An amount given in the currency's smallest unit."""
    amount = Decimal(minor) / (10 ** minor_digits(currency))
    return str(babel_currency(amount, currency, locale=_here()))


def minor_digits(currency: str) -> int:
    """Decimals of a currency: 2 for MXN, 0 for CLP."""
    return int(get_currency_precision(currency))
