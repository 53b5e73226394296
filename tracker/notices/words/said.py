"""What people say to each other, in words: an answer about a date, a verdict, a reply, a question."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tracker.core.i18n import _, _l
from tracker.notices.words.dates import period_words

#: How far a commitment is in the eyes of somebody else.
VERDICT_WORDS = {
    "no_evidence": _l("nothing shows it"),
    "not_started": _l("not started"),
    "limited": _l("limited progress"),
    "substantial": _l("substantial progress"),
    "complete": _l("complete"),
}
#: Characters of somebody's own words that a line shows.
_SHOWN = 160


def said_by_words(kind: str, facts: Mapping[str, Any]) -> str:
    """What was `answered`, `judged`, `replied` or `asked`, and by whom; `facts` as of a notice."""
    who, words = facts["by"], facts.get("words") or ""
    short = words if len(words) <= _SHOWN else words[: _SHOWN - 1].rstrip() + "…"
    if kind == "answered":
        if facts["answer"] == "granted":
            granted = period_words(date.fromisoformat(facts["due_on"]), facts["precision"])
            return _("%(name)s granted the new date: %(when)s", name=who, when=granted)
        return _("%(name)s let the date stand: %(why)s", name=who, why=short)
    if kind == "judged":
        said = _("%(name)s says: %(verdict)s", name=who, verdict=VERDICT_WORDS[facts["verdict"]])
        said = f"{said} ({short})" if short else said
        return _("%(said)s. You can answer on its page", said=said)
    if kind == "replied":
        return _("%(name)s answers what you said: %(words)s", name=who, words=short)
    if short:
        return _("%(name)s asks how it goes: %(words)s", name=who, words=short)
    return _("%(name)s asks how it goes", name=who)
