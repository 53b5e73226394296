"""How the installation is, in words: what is wrong, and what to do about it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tracker.core.disk import Space
from tracker.core.i18n import _, _l, format_number, ngettext
from tracker.monitoring.rules import Beat, disk_state

#: Ticks of the schedule by their names.
TICK_WORDS = {
    "redo clocks after a policy change": _l("Dates reckoned anew after a change of policy"),
    "check what is due today": _l("Daily check"),
    "say that a term of office ends": _l("Mails that say that a term of office ends"),
    "compose digests": _l("Mails put together"),
    "deliver mails": _l("Mails sent"),
    "bring agendas in": _l("Agendas brought in"),
    "sweep files nobody knows": _l("Files nobody knows deleted"),
    "sweep abandoned sheets": _l("Abandoned sheets deleted"),
}
DISK_WORDS = {"uploads": _l("Photos and documents"), "database": _l("Database")}


@dataclass(frozen=True)
class Trouble:
    """Something that is wrong, what to do, and where its rows are."""

    #: late: mend it now; soon: somebody should look.
    tone: str
    text: str
    url: str | None = None
    label: str | None = None


def age_words(age: timedelta) -> str:
    """How long something has lasted: "less than a minute", "12 minutes", "3 hours", "2 days"."""
    minutes = int(age.total_seconds()) // 60
    if minutes < 1:
        return _("less than a minute")
    if minutes < 120:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
    return ngettext("%(num)s day", "%(num)s days", minutes // (24 * 60))


def ended_words(age: timedelta) -> str:
    """How long ago something ended: "just now", "12 minutes ago"."""
    return _("just now") if age < timedelta(minutes=1) else _("%(age)s ago", age=age_words(age))


def size_words(size: int) -> str:
    """Bytes as people say them."""
    if size >= 10 * 1024**3:
        return _("%(number)s GB", number=format_number(round(size / 1024**3)))
    if size >= 1024**3:
        return _("%(number)s GB", number=format_number(round(size / 1024**3, 1)))
    return _("%(number)s MB", number=format_number(size // 1024**2))


def tick_words(name: str) -> str:
    """A tick by what it does."""
    return str(TICK_WORDS.get(name, name))


def tick_state_words(state: str, beat: Beat) -> tuple[str, str]:
    """(tone, words) for how a tick goes."""
    if state == "failing":
        words = ngettext(
            "failed %(num)s time in a row (%(error)s)",
            "failed %(num)s times in a row (%(error)s)",
            beat.failures,
            error=beat.error,
        )
        return "late", words
    if state == "well" and beat.failures:
        return "soon", _("failed once (%(error)s), is tried again", error=beat.error)
    return {
        "never": ("late", _("has not run yet")),
        "stopped": ("late", _("is not running")),
    }.get(state, ("done", _("runs well")))


def disk_trouble(name: str, space: Space | None) -> Trouble | None:
    """What is wrong with a disk, and what to do."""
    place = str(DISK_WORDS[name])
    state = disk_state(space)
    if space is None:
        return Trouble("late", _("%(place)s: the disk does not answer. Look whether it is mounted.", place=place))
    if state == "closed":
        return Trouble("late", _("%(place)s: nothing can be written there. Look who owns the folder.", place=place))
    if state in ("full", "low"):
        text = _(
            "%(place)s: only %(free)s are free. Make room, or move the folder to a larger disk.",
            place=place,
            free=size_words(space.free),
        )
        return Trouble("late" if state == "full" else "soon", text)
    return None


def figure(count: int, label: str, url: str | None, tone: str, hint: str | None = None) -> dict[str, Any]:
    """A figure of the page; calm where it counts nothing."""
    return {
        "count": format_number(count),
        "label": label,
        "hint": hint,
        "url": url,
        "tone": tone if count else "done",
    }
