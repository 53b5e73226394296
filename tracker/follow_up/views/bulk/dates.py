"""Other dates for several commitments, each with its reason."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker.agenda.models import Commitment
from tracker.agenda.presenting import row_of
from tracker.agenda.queries.listing import moves_of
from tracker.audit.models import Act
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.core.now import today
from tracker.core.web import page
from tracker.follow_up.bulk.changing import give_dates
from tracker.follow_up.forms.bulk import DateRow, DatesForm
from tracker.follow_up.operations.dates import NewDate
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.bulk.choosing import changed_words
from tracker.follow_up.views.bulk.ticked import codes_in, ticked_rows
from tracker.follow_up.views.once import take_in
from tracker.territory.rules import LAST_DAY, Place

#: Days by which dates move in one go.
FARTHEST = 3650


@follow_up.get("/<place:place>/bulk/dates")
def bulk_dates(place: Place) -> Response:
    """Which new dates for what the address ticks?"""
    return _page(place, DatesForm(codes=codes_in(request.args)))


@follow_up.post("/<place:place>/bulk/dates")
def give_dates_post(place: Place) -> Response:
    """Move them; a row's own date and reason come before those for all."""
    form = DatesForm()
    rows = ticked_rows(place, codes_in(request.form))

    def write(act: Act) -> None:
        try:
            give_dates(act, place, _wanted(form, rows))
        except Refused as refused:
            raise _at_rows(form, refused) from refused

    url = url_for("follow_up.bulk", place=place)
    return take_in(place, form, write, url, changed_words(len(rows))) or _page(place, form, 422)


def _wanted(form: DatesForm, rows: Sequence[Commitment]) -> dict[str, NewDate]:
    """By code, the row's own date and reason, else those for all."""
    by_days = form.by_days.data
    if by_days is not None and form.due_on.data:
        raise Refused(fields={"by_days": _l("Say by how many days, or to which date, not both.")})
    if by_days is not None and not 0 < abs(by_days) <= FARTHEST:
        raise Refused(fields={"by_days": _l("Give a number of days, %(most)s at most.", most=FARTHEST)})
    own = {str(entry.form.code.data).lower(): entry.form for entry in form.rows}
    wanted: dict[str, NewDate] = {}
    for row in rows:
        typed = own.get(row.code_key)
        due_on = (typed.due_on.data if typed else None) or form.due_on.data or _moved(row, by_days)
        reason = (typed.reason.data if typed else "") or form.reason.data or ""
        wanted[row.code] = NewDate(due_on, form.due_precision.data, reason)
    return wanted


def _moved(row: Commitment, by_days: int | None) -> date | None:
    if by_days is None or row.due_on is None:
        return None
    latest = (LAST_DAY - row.due_on).days
    return row.due_on + timedelta(days=min(by_days, latest))


def _at_rows(form: DatesForm, refused: Refused) -> Refused:
    """The refusal, at the row that typed what cannot stand, else at what was typed for all."""
    rest: dict[str, Any] = {}
    by_code = {str(entry.form.code.data): entry.form for entry in form.rows}
    for at, message in refused.fields.items():
        code, _space, name = at.rpartition(" ")
        row = by_code.get(code)
        if not code:
            rest[name] = message
        elif row is not None and (row[name].data or _is_for_none(form, name)):
            row[name].errors = [str(message)]
        else:
            given = form.by_days.data is not None or form.due_on.data
            for_all = "by_days" if name == "due_on" and form.by_days.data is not None else name
            rest.setdefault(for_all, f"{code}: {message}" if given and name == "due_on" else message)
    if not rest and refused.fields:
        return Refused(_l("Some rows cannot stand as they are; see at each row."))
    return Refused(refused.message, rest)


def _is_for_none(form: DatesForm, name: str) -> bool:
    """Whether nothing was said for all, though some rows say something of their own."""
    for_all = form.reason.data if name == "reason" else form.due_on.data or form.by_days.data
    return not for_all and any(entry.form[name].data for entry in form.rows)


def _page(place: Place, form: DatesForm, status: int = 200) -> Response:
    rows = ticked_rows(place, form.codes.data)
    day = today(place.zone)
    moves = moves_of(rows)
    typed = {str(entry.form.code.data).lower(): entry.form for entry in form.rows}
    lines: list[tuple[Any, DateRow]] = []
    for row in rows:
        part = typed.get(row.code_key) or form.rows.append_entry({"code": row.code}).form
        lines.append((row_of(row, place, day, moves, may_update=True), part))
    return page("follow_up/bulk/dates.html", status, place=place, form=form, rows=rows, lines=lines)
