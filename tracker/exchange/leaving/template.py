"""An empty agenda to fill in: captions, an example row, words to choose from, and how it is done."""

from datetime import date
from typing import BinaryIO

from tracker.agenda.filtering import NO_CHOICES, Choices
from tracker.core.i18n import _, in_language
from tracker.core.sheets import write_csv
from tracker.core.sheets.workbooks import new_book
from tracker.exchange.captions import AGENDA
from tracker.exchange.leaving.columns import ORDER, columns_of, lists_of
from tracker.exchange.leaving.example import example
from tracker.exchange.leaving.guide import guide
from tracker.exchange.wording import heading, in_words
from tracker.territory.rules import Place

#: Rows in which what is typed is checked.
_ROOM = 2_000


def template_name(place: Place, locale: str, kind: str) -> str:
    """`agenda-mx-15033-pt-br.xlsx`"""
    return f"agenda-{place.code}-{locale.lower().replace('_', '-')}.{kind}"


def write_template(
    target: BinaryIO, day: date, kind: str, locale: str, place: Place | None = None, offered: Choices = NO_CHOICES
) -> None:
    """Write an empty `csv` or `xlsx` in a language, for a municipality with its units and lines or for any."""
    row = in_words(example(locale, day, place.currency if place else "USD"), locale)
    if kind == "csv":
        write_csv(target, [heading(field, locale) for field in AGENDA], [[row.get(field) for field in AGENDA]])
        return
    lists = lists_of(locale, offered)
    with in_language(locale), new_book(target, f"{place.name} ({place.code})" if place else "") as book:
        table = book.table("Agenda", columns_of(ORDER, locale))
        lines = book.lines(_("How to fill it in")[:31], (26, 90))
        for caption, text in guide(locale):
            lines.add(caption, text)
        places = book.lists("lists", lists)
        table.add([row.get(field) for field in ORDER], quiet=True)
        table.end(_ROOM, places, protected=False)
