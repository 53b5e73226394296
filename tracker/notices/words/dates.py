"""Dates of promises in words: due when, late by how much, moved how often and how late."""

from datetime import date

from markupsafe import Markup, escape

from tracker.core.i18n import _, format_day, format_month, ngettext


def period_words(due_on: date, precision: str, year: bool = True) -> str:
    """A due date as it was given: a day, or the month, quarter, half or year it ends."""
    if precision == "month":
        return format_month(due_on)
    if precision == "quarter":
        return _("quarter %(number)s of %(year)s", number=(due_on.month + 2) // 3, year=due_on.year)
    if precision == "half":
        return _("half %(number)s of %(year)s", number=(due_on.month + 5) // 6, year=due_on.year)
    if precision == "year":
        return str(due_on.year)
    return format_day(due_on, year)


def due_words(due_on: date | None, precision: str, day: date) -> Markup:
    """When it is due, seen from `day`: "was due 27 Oct, 26 days ago"; the date itself in bold."""
    if due_on is None:
        return Markup("").join([_("no date")])
    days = (due_on - day).days
    if days < 0:
        text = ngettext(
            "was due %(when)s, %(num)s day ago", "was due %(when)s, %(num)s days ago", -days, when="\x00"
        )
    elif days == 0:
        text = _("due today, %(when)s", when="\x00")
    elif days == 1:
        text = _("due tomorrow, %(when)s", when="\x00")
    elif days <= 60:
        text = ngettext("due %(when)s, in %(num)s day", "due %(when)s, in %(num)s days", days, when="\x00")
    else:
        text = _("due %(when)s", when="\x00")
    before, _sign, after = str(text).partition("\x00")
    when = escape(period_words(due_on, precision, due_on.year != day.year))
    return Markup(f"{escape(before)}<b>{when}</b>{escape(after)}")


def slippage_words(first_due_on: date | None, due_on: date | None, moves: int | None, day: date) -> str | None:
    """How the promise moved: "promised for 30 Jun, moved twice (+119 days)"; None where it never had a date.

    `moves` is how often the date changed, None where that was not counted.
    """
    if first_due_on is None or due_on is None:
        return None
    days = (due_on - first_due_on).days
    if not days and not moves:
        return None
    first = format_day(first_due_on, first_due_on.year != day.year)
    signed = f"{days:+d}".replace("-", "\u2212")
    if moves:
        return ngettext(
            "promised for %(first)s, moved %(num)s time (%(days)s days)",
            "promised for %(first)s, moved %(num)s times (%(days)s days)",
            moves,
            first=first,
            days=signed,
        )
    return _("promised for %(first)s, moved (%(days)s days)", first=first, days=signed)


def moved_near_words(days: int | None) -> str:
    """That a date moved so many `days` before it was due, below 0 for after it; empty for None, in good time."""
    if days is None:
        return ""
    if days == 0:
        return _("on the day it was due")
    if days < 0:
        return ngettext("%(num)s day after it was due", "%(num)s days after it was due", -days)
    return ngettext("%(num)s day before it was due", "%(num)s days before it was due", days)


def late_words(due_on: date, day: date) -> str:
    """How late: "26 days late"."""
    days = (day - due_on).days
    return ngettext("%(num)s day late", "%(num)s days late", days)


def soon_words(due_on: date, day: date) -> str:
    """How soon: "due in 3 days"."""
    days = (due_on - day).days
    if days == 0:
        return _("due today")
    return ngettext("due in %(num)s day", "due in %(num)s days", days)


def ago_words(day: date, today: date) -> str:
    """How long ago a day was: today, yesterday, 3 days ago."""
    days = (today - day).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    if days < 0:
        return format_day(day)
    return ngettext("%(num)s day ago", "%(num)s days ago", days)
