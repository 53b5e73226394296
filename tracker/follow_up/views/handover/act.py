"""The act of handover, to be printed: what was done, what is open and inherited, who leads it, places to sign."""

from collections.abc import Sequence

from flask import g, render_template

from tracker.agenda.models import Commitment
from tracker.agenda.presenting import Row, row_of
from tracker.agenda.queries.listing import moves_of
from tracker.core.i18n import format_day, format_long_day
from tracker.core.now import today
from tracker.follow_up.forms.reporting import INHERITED_WORDS
from tracker.follow_up.queries.acts import act_of
from tracker.follow_up.queries.inheriting import undecided_page
from tracker.follow_up.views import follow_up
from tracker.permissions import WRITERS
from tracker.territory.governing import terms_of
from tracker.territory.rules import Place
from tracker.territory.terms import term_on


@follow_up.get("/<place:place>/handover/act")
def handover_act(place: Place) -> str:
    """The page as of today; a draft as long as the present term has not decided about all that it inherited."""
    day = today(place.zone)
    term = term_on(terms_of(place.id), day)
    act = act_of(place.id, term, day)
    moves = moves_of([*act.done.rows, *act.open.rows])

    def shown(rows: Sequence[Commitment]) -> list[Row]:
        return [row_of(row, place, day, moves, may_update=False) for row in rows]

    return render_template(
        "follow_up/act.html",
        place=place,
        term=term,
        since=format_day(term.starts_on) if term else "",
        until=format_day(term.ends_on) if term else "",
        day_words=format_long_day(day),
        done=shown(act.done.rows),
        open=shown(act.open.rows),
        act=act,
        decided=[(INHERITED_WORDS[how], act.decided[how]) for how in INHERITED_WORDS if how in act.decided],
        waiting=undecided_page(place.id, term)[1] if term else 0,
        may_write=bool(g.visitor.roles_at(place) & WRITERS),
    )
