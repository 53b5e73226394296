"""Nobody to tell: what somebody should hear and nobody can, why, and what mends it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, g, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tracker.agenda import rules
from tracker.agenda.models import Commitment, Milestone
from tracker.agenda.queries.follow_up import Looked
from tracker.agenda.rules import Step
from tracker.audit.acting import act_here
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _, format_number
from tracker.core.now import utc_now
from tracker.core.web import done, page
from tracker.follow_up.escalation import Roster, add_parties, notices_for, roster_of
from tracker.follow_up.forms.reporting import MailboxForm
from tracker.follow_up.operations import look_afresh
from tracker.follow_up.presenting import day_here, on_words, short_day
from tracker.follow_up.queries.journal import watches_of
from tracker.follow_up.queries.nobody import COUNTED, count_nobody, first_days_of, nobody_in, rows_behind
from tracker.follow_up.rules import audience_of
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.around import number, stand_at_own_place, watched_scope
from tracker.follow_up.views.staff.units import units_page
from tracker.notices.models import Notice
from tracker.notices.presenting import TONES, what_words, when_words
from tracker.notices.rules import ladder_of
from tracker.notices.words import ago_words
from tracker.permissions import WRITERS
from tracker.territory.operations import set_mailbox
from tracker.territory.queries import places_by_id, policies_for, unit_of
from tracker.territory.rules import Place, Policy

PAGE = 100
#: Pages that can be asked for.
MOST_PAGES = 10_000


@follow_up.get("/nobody")
def nobody() -> Response:
    """Everything in scope, by municipality and who leads."""
    return _nobody_page()


@follow_up.post("/<place:place>/units/<id:unit_id>/mailbox")
def give_mailbox(place: Place, unit_id: int) -> AnyResponse:
    """Give a unit its address, or take it away."""
    form, unit_name = MailboxForm(), unit_of(place.id, unit_id).name
    if not form.validate_on_submit():
        return _refused(place, unit_id, unit_name, form)
    db.session.rollback()
    act = act_here(place.zone)
    try:
        unit = set_mailbox(act, place.id, unit_id, form.mailbox.data or "")
        address = unit.mailbox
        look_afresh(act, place, unit_id)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _refused(place, unit_id, unit_name, form)
    said = (
        _("%(unit)s can be told now at %(address)s.", unit=unit_name, address=address)
        if address
        else _("%(unit)s has no mail address any more.", unit=unit_name)
    )
    return done(said, url_for(".units", place=place) if _from_units() else url_for(".nobody"))


def _from_units() -> bool:
    """Whether the form stood on the page of all units."""
    return request.form.get("back") == "units"


def _refused(place: Place, unit_id: int, unit_name: str, form: MailboxForm) -> AnyResponse:
    """The page the form stood on, with what is wrong."""
    if _from_units():
        return units_page(place, 422, (unit_id, form))
    return _nobody_page(422, (place, unit_id, unit_name, form))


def _nobody_page(status: int = 200, wrong: tuple[Place, int, str, MailboxForm] | None = None) -> Response:
    scope, now = watched_scope(), utc_now()
    stand_at_own_place()
    nth = min(max(1, number("page") or 1), MOST_PAGES)
    rows = nobody_in(scope, nth, PAGE)
    shown = rows[:PAGE]
    count = count_nobody(scope)
    places = places_by_id(sorted({n.municipality_id for n in shown}))
    told = _Told(shown, places)
    groups = [
        _place_group(place, [n for n in shown if n.municipality_id == place.id], told, day_here(now, place))
        for place in (places[i] for i in dict.fromkeys(n.municipality_id for n in shown))
    ]
    pager = {
        "words": _("page %(number)s", number=format_number(nth)),
        "previous_url": url_for(".nobody", page=nth - 1) if nth > 1 else None,
        "next_url": url_for(".nobody", page=nth + 1) if len(rows) > PAGE else None,
    }
    return page(
        "follow_up/nobody.html",
        status,
        groups=groups,
        count=count,
        count_words=_("more than %(count)s", count=format_number(COUNTED))
        if count > COUNTED
        else format_number(count),
        many=scope.sees_many,
        wrong=wrong,
        is_administrator="administrator" in g.visitor.roles_at(None),
        pager=pager if nth > 1 or len(rows) > PAGE else None,
        is_first=nth == 1,
    )


class _Told:
    """What decides whether somebody could be told by now: rows, people and policies of one page, read once."""

    def __init__(self, shown: Sequence[Notice], places: dict[int, Place]) -> None:
        subjects = sorted({n.subject for n in shown})
        self.rows: dict[str, Looked] = rows_behind(subjects) if subjects else {}
        self.first_days: dict[str, date] = first_days_of(subjects) if subjects else {}
        self.roster: Roster = roster_of(sorted(places))
        if self.rows:
            add_parties(self.roster, [commitment for _, commitment in self.rows.values()])
        self.policies: dict[int, tuple[Policy, int]] = policies_for(list(places.values()))
        self.watches = watches_of(sorted(places)) if places else {}

    def current_step(self, notice: Notice, row: Commitment | Milestone, place: Place, day: date) -> Step | None:
        """The step of the notice's own clock that holds on the day."""
        ladders = row.ladders(self.policies[place.id][0])
        current = (steps[-1] for ladder in ladders if (steps := rules.fallen(ladder, day)))
        return next((step for step in current if ladder_of(step.name) == ladder_of(notice.step)), None)

    def names_now(
        self, notice: Notice, row: Commitment | Milestone, commitment: Commitment, place: Place, day: date
    ) -> list[str]:
        """Who would be told of the current step by now; nobody where that is so still."""
        policy = self.policies[place.id][0]
        step = self.current_step(notice, row, place, day)
        if step is None:
            return []
        raised = notices_for(row, commitment, step, place, policy, self.roster, skipped=False)
        return [notice.name or notice.recipient for notice in raised if notice.recipient]

    def asks_coordinator_alone(self, notice: Notice, row: Commitment | Milestone, place: Place, day: date) -> bool:
        """Whether the current step goes to coordinators and to nobody else."""
        policy = self.policies[place.id][0]
        step = self.current_step(notice, row, place, day)
        return step is not None and audience_of(step, policy) == ("coordinator",)

    def has_listeners(self, commitment: Commitment) -> bool:
        """Whether who leads can be written to."""
        if commitment.unit_id:
            return bool(self.roster.units.get(commitment.unit_id))
        return bool(commitment.partner_id and self.roster.partners.get(commitment.partner_id))


def _place_group(place: Place, notices: Sequence[Notice], told: _Told, today: date) -> dict[str, Any]:
    """One municipality: what is open by who leads, each with why and with what mends it."""
    may_write = bool(g.visitor.roles_at(place) & WRITERS)
    groups: dict[tuple[int | None, int | None], dict[str, Any]] = {}
    for notice in notices:
        if notice.subject not in told.rows:
            continue
        row, commitment = told.rows[notice.subject]
        key = commitment.unit_id, commitment.partner_id
        if key not in groups:
            groups[key] = _lead_group(commitment, told, may_write)
        names = told.names_now(notice, row, commitment, place, today)
        line = _line(notice, row, commitment, place, told, today)
        line["alone"] = not names and told.asks_coordinator_alone(notice, row, place, today)
        groups[key]["names"] |= set(names)
        groups[key]["lines"].append(line)
    return {
        "place": place,
        "groups": list(groups.values()),
        "count": format_number(len(notices)),
        "may_write": may_write,
        "has_coordinator": bool(told.roster.coordinators.get(place.id)),
        "next_check": on_words(_next_check(place, told, today), today),
    }


def _lead_group(commitment: Commitment, told: _Told, may_write: bool) -> dict[str, Any]:
    """What one unit or partner leads, with the form that gives the unit an address."""
    heard = told.has_listeners(commitment)
    lead = commitment.unit.name if commitment.unit else commitment.partner.name if commitment.partner else None
    form = None
    if commitment.unit_id and not heard and may_write:
        form = MailboxForm(formdata=None)
        form.mailbox.id = f"mailbox-{commitment.unit_id}"
    return {
        "lead": lead or _("Nobody leads yet"),
        "why": "" if heard else _why(commitment),
        "names": set(),
        "lines": [],
        "unit_id": commitment.unit_id,
        "form": form,
    }


def _next_check(place: Place, told: _Told, today: date) -> date:
    """What nobody could be told is looked at again once a day."""
    watch = told.watches.get(place.id)
    return today + timedelta(days=1) if watch and watch.checked_on >= today else today


def _why(commitment: Commitment) -> str:
    """Why nobody could be told, in a sentence."""
    if commitment.unit_id or commitment.partner_id:
        return _("No mail address, nobody with an account, and no coordinator in the municipality.")
    return _("There is no coordinator in the municipality who could hear instead.")


def _line(
    notice: Notice, row: Commitment | Milestone, commitment: Commitment, place: Place, told: _Told, today: date
) -> dict[str, Any]:
    since = told.first_days.get(notice.subject, notice.day)
    return {
        "title": row.title,
        "of": commitment.title if isinstance(row, Milestone) else None,
        "code": commitment.code,
        "url": url_for(".commitment", place=place, code=commitment.code),
        "edit_url": url_for("agenda.edit", place=place, code=commitment.code),
        "clock": TONES[notice.facts["clock"]],
        "what": what_words(notice, today),
        "due": when_words(notice),
        "since": _("since today")
        if since == today
        else _("since %(day)s, %(ago)s", day=short_day(since, today), ago=ago_words(since, today)),
    }
