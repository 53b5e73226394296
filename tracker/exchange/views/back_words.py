"""What a look says about a workbook that comes back, in the reader's words."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tracker.core.i18n import current_locale, format_day, format_instant, format_percent
from tracker.core.now import local_day, zone
from tracker.exchange.back.marks import DAYS
from tracker.exchange.forms import PreviewForm
from tracker.exchange.mapping.field_words import FIELD_WORDS
from tracker.exchange.wording import CHOSEN, choices
from tracker.territory.rules import Place

#: Conflicts on one page, and rows of what stays.
SHOWN = 50


def conflicts_typed(look: Mapping[str, Any]) -> dict[str, Any]:
    """What the form starts with: what is not decided first."""
    found = _first(look)
    return {"conflicts": [{"key": c["key"], "over": c["over"], "take": c["choice"] or ""} for c in found]}


def decided_conflicts(look: Mapping[str, Any], form: PreviewForm) -> tuple[dict[str, tuple[str, str]], bool]:
    """Key → (whose value counts, about what) as chosen, and whether something was shown otherwise than it is now.

    That alone is taken out of the form or asked again; what was chosen about all else holds.
    """
    there = {found["key"]: found for found in (look["back"] or {}).get("conflicts", ())}
    shown, changed = len(form.conflicts.entries), False
    form.conflicts.entries = [entry for entry in form.conflicts.entries if entry.form.key.data in there]
    changed = len(form.conflicts.entries) < shown
    decided: dict[str, tuple[str, str]] = {}
    asked_again = set()
    for part in (entry.form for entry in form.conflicts):
        key, over = str(part.key.data), there[str(part.key.data)]["over"]
        if part.over.data != over:
            part.over.data, part.take.data = over, ""
            asked_again.add(key)
        elif part.take.data:
            decided[key] = (str(part.take.data), over)
    seen = {str(entry.form.key.data) for entry in form.conflicts}
    for key, found in there.items() if form.rest.data else ():
        # What does not fit on the page was not shown; what came since was shown to nobody.
        if key not in asked_again and not found["choice"] and (key in seen or shown >= SHOWN):
            decided.setdefault(key, (str(form.rest.data), found["over"]))
    return decided, changed or bool(asked_again)


def back_in_words(look: Mapping[str, Any], place: Place) -> dict[str, Any] | None:
    """What is to be shown; None for a file that is none of ours."""
    back = look["back"]
    if back is None:
        return None
    return {
        "left": format_instant(datetime.fromisoformat(back["left_at"]), zone(place.zone)),
        "conflicts": {found["key"]: _change(found, place) for found in back["conflicts"]},
        "open": sum(not found["choice"] for found in back["conflicts"]),
        "more": max(0, len(back["conflicts"]) - SHOWN),
        "kept": [_change(found, place) for found in back["kept"][:SHOWN]],
        "kept_count": len(back["kept"]),
        "removed": list(dict.fromkeys(back["removed"]))[:SHOWN],
        "removed_count": len(back["removed"]),
    }


def _first(look: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = (look["back"] or {}).get("conflicts", ())
    return sorted(found, key=lambda conflict: bool(conflict["choice"]))[:SHOWN]


def _change(found: Mapping[str, Any], place: Place) -> dict[str, Any]:
    at = datetime.fromisoformat(found["at"]) if found["at"] else None
    return {
        **found,
        "cells": [
            (FIELD_WORDS[field], *(_said(field, value) for value in values)) for field, *values in found["cells"]
        ],
        "day": format_day(local_day(at, place.zone)) if at else "",
        "instant": format_instant(at, zone(place.zone)) if at else "",
    }


def _said(field: str, value: str | None) -> str | None:
    """A value as people say it; None where nobody knows it any more."""
    if not value:
        return value
    if field in CHOSEN:
        return choices(field, current_locale()).get(value, value)
    if field in DAYS:
        try:
            return format_day(date.fromisoformat(value))
        except ValueError:
            return value
    if field == "progress" and value.isdigit():
        return format_percent(int(value))
    return value
