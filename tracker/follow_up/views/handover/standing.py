"""What a commitment's page says of terms of office: since when it is inherited, what was decided, whose delays."""

from collections.abc import Sequence
from datetime import date

from tracker.agenda.models import Commitment, DateChange
from tracker.core.i18n import _, format_day, ngettext
from tracker.follow_up.forms.reporting import INHERITED_WORDS
from tracker.follow_up.queries.inheriting import terms_with_decisions
from tracker.territory.terms import Term, is_inherited, moved_by_term, term_on


def facts_of_terms(promise: Commitment, moves: Sequence[DateChange], day: date) -> list[tuple[str, str]]:
    """(name, words) of what terms have to do with it; nothing where none is known."""
    terms = terms_with_decisions(promise)
    found = []
    present = term_on([term for term, _decision in terms], day)
    if present is not None and is_inherited(promise.entered_on, present):
        said = _(
            "by the term of %(name)s, since %(day)s", name=present.authority, day=format_day(present.starts_on)
        )
        found.append((_("Inherited"), said))
    for term, decision in terms:
        if decision is not None:
            said = f"{INHERITED_WORDS[decision.how]} · {format_day(decision.on)}, {term.authority}"
            found.append((_("Decided"), f"{said} · {decision.reason}" if decision.reason else said))
    days = [(m.on, (m.new_due_on - m.old_due_on).days) for m in moves if m.new_due_on and not m.is_correction]
    moved = moved_by_term(days, [term for term, _decision in terms]) if terms else []
    if moved:
        found.append((_("Moved, by term"), "; ".join(_moved_words(term, days) for term, days in moved)))
    return found


def _moved_words(term: Term | None, days: int) -> str:
    who = term.authority if term else _("no term known")
    signed = f"{days:+d}".replace("-", "\u2212")
    return f"{who}: " + ngettext("%(days)s day", "%(days)s days", abs(days), days=signed)
