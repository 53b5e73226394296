"""What somebody answered or said in words: an answer about a date, a verdict, the reply to it."""

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
#: Characters that a line shows of what somebody wrote.
_SHOWN = 160


def spoken_words(facts: Mapping[str, Any]) -> str:
    """What was answered or said, and by whom; `facts` as of a notice."""
    if facts["clock"] == "answer":
        return _answer_words(facts)
    if facts["clock"] == "asked":
        return _question_words(facts)
    verdict = str(VERDICT_WORDS[facts["verdict"]])
    if facts["clock"] == "verdict":
        who = facts["voice"] or _("Coordination of the municipality")
        said = _("%(who)s (%(name)s) says how far it is: %(verdict)s", who=who, name=facts["by"], verdict=verdict)
        return f"{said}. {shortened(facts['text'])}" if facts["text"] else said
    return _(
        "%(name)s replied to “%(verdict)s”: %(reply)s",
        name=facts["by"],
        verdict=verdict,
        reply=shortened(facts["text"]),
    )


def _question_words(facts: Mapping[str, Any]) -> str:
    if facts["text"]:
        return _("%(name)s asks how it goes: %(words)s", name=facts["by"], words=shortened(facts["text"]))
    return _("%(name)s asks how it goes", name=facts["by"])


def shortened(text: str) -> str:
    """On one line, and no longer than a line of a list has room for."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1].rstrip() + "…"


def _answer_words(facts: Mapping[str, Any]) -> str:
    wanted = period_words(date.fromisoformat(facts["wanted_on"]), facts["wanted_precision"])
    asked = {"name": facts["by"], "asker": facts["asked_by"], "date": wanted}
    if facts["answer"] == "granted":
        return _("%(name)s granted the new date that %(asker)s asked for: %(date)s", **asked)
    why = shortened(facts["text"])
    return _("%(name)s did not grant the new date that %(asker)s asked for, %(date)s: %(why)s", why=why, **asked)
