"""Sheets that leave: an agenda as its list shows it, an empty one."""

from collections.abc import Iterable
from itertools import chain
from tempfile import TemporaryFile
from typing import IO

from flask import Response, g, request, stream_with_context
from werkzeug.wsgi import wrap_file

from tracker.agenda.filtering import choices_at, filters_of
from tracker.core.i18n import LOCALES, current_locale
from tracker.core.now import local_day, utc_now
from tracker.exchange.leaving import (
    Selection,
    agenda_csv,
    file_name,
    template_name,
    write_agenda,
    write_template,
)
from tracker.exchange.views import exchange
from tracker.territory.rules import Place

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@exchange.get("/<place:place>/agenda.csv")
def csv(place: Place) -> Response:
    """What the list at this address shows, all pages of it; leaves while it is read."""
    selection = _selection(place)
    parts = agenda_csv(selection, selection.rows())
    # What fails, fails before the answer begins: the first rows are read here.
    begun = [next(parts), next(parts, b"")]
    return _attachment(stream_with_context(chain(begun, parts)), "csv", file_name(place, selection.day, "csv"))


@exchange.get("/<place:place>/agenda.xlsx")
def xlsx(place: Place) -> Response:
    """The same as a workbook to go on working in."""
    selection = _selection(place)
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_agenda(selection, file, "xlsx")
    return _from_file(file, "xlsx", file_name(place, selection.day, "xlsx"))


@exchange.get("/<place:place>/agenda/template.csv")
def template_csv(place: Place) -> Response:
    """An empty sheet in the language asked for."""
    return _template(place, "csv")


@exchange.get("/<place:place>/agenda/template.xlsx")
def template_xlsx(place: Place) -> Response:
    """The same as a workbook, with words to choose from and how it is filled in."""
    return _template(place, "xlsx")


def _selection(place: Place) -> Selection:
    scope, now = g.visitor.scope, utc_now()
    day = local_day(now, place.zone)
    offered = choices_at(place, scope, day)
    filters = filters_of(request.args, offered)
    return Selection(place, day, now, scope, filters, offered, current_locale())


def _template(place: Place, kind: str) -> Response:
    wanted = request.args.get("language")
    locale = wanted if wanted in LOCALES else current_locale()
    day = local_day(utc_now(), place.zone)
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_template(file, day, kind, locale, place, choices_at(place, g.visitor.scope, day))
    return _from_file(file, kind, template_name(place, locale, kind))


def _from_file(file: IO[bytes], kind: str, name: str) -> Response:
    size = file.tell()
    file.seek(0)
    answer = _attachment(wrap_file(request.environ, file), kind, name)
    answer.direct_passthrough, answer.content_length = True, size
    return answer


def _attachment(body: Iterable[bytes], kind: str, name: str) -> Response:
    """Never opened inside the site. Names are made of our own codes, so that nothing has to be escaped in them."""
    answer = Response(body, content_type=_TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
