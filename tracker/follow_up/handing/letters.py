"""The mail that says that a term of office ends soon."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from tracker.accounts.letters import Words, link_to, render_letter
from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.i18n import _, format_long_day, in_language
from tracker.core.mail import Rendered
from tracker.core.now import local_day
from tracker.follow_up.models import TermNotice
from tracker.follow_up.operations.inheriting import TERM_ENDS
from tracker.post.kinds import Kind
from tracker.territory.models import TermOfOffice
from tracker.territory.queries import places_by_id


def write_term_ends(ids: Sequence[int], now: datetime) -> dict[int, Rendered]:
    """For those who are still there, as long as the term ends on that day and the day has not passed."""
    statement = (
        select(TermNotice, TermOfOffice, User)
        .join(TermOfOffice, TermOfOffice.id == TermNotice.term_id)
        .join(User, User.id == TermNotice.user_id)
        .where(TermNotice.id.in_(ids), TermNotice.ends_on == TermOfOffice.ends_on, User.active)
    )
    rows = db.session.execute(statement).all()
    places = places_by_id(sorted({term.municipality_id for _notice, term, _user in rows}))
    answer = {}
    for notice, row, user in rows:
        place = places[row.municipality_id]
        if row.ends_on < local_day(now, place.zone):
            continue
        locale = user.locale or place.languages[0]
        with in_language(locale, place.country_code):
            said = Words(
                subject=_("%(place)s: a term of office ends", place=place.name),
                greeting=_("Good day, %(name)s.", name=user.name),
                before=(
                    _(
                        "The term of %(name)s ends on %(day)s.",
                        name=row.authority,
                        day=format_long_day(row.ends_on),
                    ),
                    _("Whoever comes next inherits what was promised. Now is the time to bring it up to date."),
                ),
                button=_("Open the draft of the act"),
                url=link_to(f"/{place.code}/handover/act"),
                after=(_("The page can be printed. It says what was done, what is open and who leads it."),),
                locale=locale,
            )
            answer[notice.id] = render_letter(TERM_ENDS, said)
    return answer


def _is_stale(_ref_id: int) -> bool:
    """It was written a moment ago."""
    return False


def _settled(_ref_id: int, _state: str, _answer: str, _day: date) -> None:
    """Nothing follows."""


def _revived(_ref_id: int) -> None:
    """Nothing to prepare: it is written anew."""


def kind() -> Kind:
    """The kind of mail."""
    return Kind(TERM_ENDS, write_term_ends, _is_stale, _settled, _revived)
