"""Two editors of one form: what the other one saved beside what was typed."""

from collections.abc import Mapping
from typing import Any

from tracker.core.i18n import _


def differences(form: Any, theirs: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(field, saved now, typed) of every field of the form that differs; fields in rows are left out."""
    found = []
    for field in form:
        other = theirs.get(field.name)
        if field.name in theirs and not isinstance(other, list) and (field.data or "") != (other or ""):
            found.append((str(field.label.text), _shown(field, other), _shown(field, field.data)))
    return found


def _shown(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = {choice.value: choice.label for choice in getattr(field, "choices", None) or []}
    return str(choices.get(value, value) or "—")
