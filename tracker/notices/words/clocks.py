"""The other clocks in words: without news, blocked, too slow."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tracker.core.i18n import _, format_day, format_percent, ngettext
from tracker.notices.words.voices import shortened


def follow_words(clock: str, facts: Mapping[str, Any], struck_on: date, day: date) -> str:
    """What is `behind`, `silent`, `blocked` or `undated` about it, seen from `day`; `facts` as of a notice."""
    if clock == "silent":
        return silent_words(date.fromisoformat(facts["last_on"]), day)
    if clock == "blocked":
        return blocked_words(struck_on, day, facts.get("needed"), facts.get("who"))
    if clock == "undated":
        return undated_words(facts.get("condition"))
    return behind_words(facts["figure"], facts["share"])


def silent_words(last_on: date, day: date) -> str:
    """Since when there is no news: "no news for 95 days"."""
    return ngettext("no news for %(num)s day", "no news for %(num)s days", (day - last_on).days)


def blocked_words(since: date, day: date, needed: str | None = None, who: str | None = None) -> str:
    """Since when something is in the way, what is needed and who can clear it, as far as that is known."""
    said = _("blocked since %(day)s", day=format_day(since, since.year != day.year))
    if not needed:
        return said
    return f"{said}: {shortened(needed)} ({who})" if who else f"{said}: {shortened(needed)}"


def undated_words(condition: str | None) -> str:
    """That it has no date, or what its date still hangs on."""
    if condition:
        return _("no date yet: is this there? %(condition)s", condition=condition)
    return _("no date yet: by when?")


def behind_words(figure: int | None, share: int | None) -> str:
    """Why it is too slow: by its figure and the share of time gone, both in percent, or by its milestones."""
    if figure is None or share is None:
        return _("too slow: more milestones are due than reached")
    done, gone = format_percent(figure), format_percent(share)
    return _("too slow: %(done)s done, %(gone)s of the time gone", done=done, gone=gone)
