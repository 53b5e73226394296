"""One check of one municipality: who was told what and why, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import g, render_template, request, url_for

from tracker.agenda.rules import Step
from tracker.core.i18n import _, format_long_day, format_number
from tracker.core.now import utc_now
from tracker.follow_up.models import PlaceCheck
from tracker.follow_up.presenting import Leaving, day_here, fate_of, here, ladder_words, leaving_from, step_words
from tracker.follow_up.queries.journal import (
    PARTS,
    check_with_id,
    count_raised,
    mails_of,
    notices_of,
    with_digest_of,
)
from tracker.follow_up.rules import audience_of
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.around import number
from tracker.notices.models import Notice
from tracker.notices.presenting import AUDIENCE_WORDS, TONES, what_words, when_words
from tracker.notices.queries.held import held_at
from tracker.permissions import WRITERS
from tracker.post.models import OutboxMail
from tracker.territory.queries import policy_for
from tracker.territory.rules import Place, Policy

PAGE = 100


@follow_up.get("/<place:place>/checks/<id:check_id>")
def check(place: Place, check_id: int) -> str:
    """The whole page."""
    done, now = check_with_id(place, check_id), utc_now()
    part = request.args.get("show", "")
    part = part if part in PARTS else ""
    rows = notices_of(done, part or "raised", number("after"), PAGE + 1)
    shown = rows[:PAGE]
    policy = policy_for(place)
    leaving = _leaving(place, policy, shown, now)
    mails = mails_of(sorted({n.digest_id for n in shown if n.digest_id}))
    raised = done.told + done.skipped + done.nobody
    more = (
        url_for(".check", place=place, check_id=check_id, show=part or None, after=shown[-1].id)
        if len(rows) > PAGE
        else None
    )
    return render_template(
        "follow_up/check.html",
        place=place,
        check=done,
        day=format_long_day(done.day),
        trial_day=max(done.day, day_here(now, place)),
        time=f"{done.at.astimezone(here(place)):%H:%M}",
        part=part,
        groups=_groups(shown, mails, leaving, policy, place, now),
        parts=_parts(done, place, part),
        raised=raised,
        gone=max(0, raised - count_raised(done)),
        held=leaving.held,
        ladder=ladder_words(policy),
        may_see_addresses=bool(g.visitor.roles_at(place) & WRITERS),
        pager={"words": _("in the order in which they were raised"), "previous_url": None, "next_url": more}
        if more
        else None,
    )


def _leaving(place: Place, policy: Policy, shown: Sequence[Notice], now: datetime) -> Leaving:
    """When what still waits of these leaves."""
    waiting = sorted({n.recipient for n in shown if n.state == "waiting"})
    found = leaving_from(place, policy, now)
    if not waiting:
        return found
    return replace(found, held=held_at(place, found.day) is not None, served=with_digest_of(found.day, waiting))


def _groups(
    shown: Sequence[Notice],
    mails: Mapping[int, OutboxMail],
    leaving: Leaving,
    policy: Policy,
    place: Place,
    now: datetime,
) -> list[dict[str, Any]]:
    """By commitment or milestone and step, in the order of the check: who was to hear, and what became of it."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for notice in shown:
        key = notice.subject, notice.step
        if key not in found:
            found[key] = _about(notice, place)
        tone, words = fate_of(notice, mails.get(notice.digest_id or 0), leaving, here(place), now)
        mail = mails.get(notice.digest_id or 0)
        found[key]["people"].append(
            {
                "name": notice.name or notice.recipient,
                "address": notice.recipient,
                "why": str(AUDIENCE_WORDS[notice.audience]) if notice.recipient else _why_nobody(notice, policy),
                "tone": tone,
                "words": words,
                "mail_url": url_for("notices.mail", mail_id=mail.id) if mail else None,
                "is_open": notice.state == "nobody",
            }
        )
    return list(found.values())


def _about(notice: Notice, place: Place) -> dict[str, Any]:
    facts = notice.facts
    passed = notice.state == "cancelled" and notice.reason == "skipped"
    return {
        "title": facts["title"],
        "of": facts.get("of"),
        "code": facts["code"],
        "unit": facts.get("unit"),
        "url": url_for(".commitment", place=place, code=facts["code"]),
        "clock": "silent" if passed else TONES[facts["clock"]],
        # A step that was passed over would be seen from a day on which nobody looked.
        "what": None if passed else what_words(notice),
        "due": when_words(notice),
        "step": step_words(notice.step, bool(facts.get("quiet_start"))),
        "people": [],
    }


def _why_nobody(notice: Notice, policy: Policy) -> str:
    """Why nobody could be told, as the step asks for it."""
    step = Step(
        notice.step, notice.facts["clock"], notice.day, notice.struck_on, bool(notice.facts.get("quiet_start"))
    )
    if audience_of(step, policy) == ("coordinator",):
        return _("this step goes to the coordinator alone, and there was none")
    return _("neither who leads nor a coordinator could be written to")


def _parts(done: PlaceCheck, place: Place, current: str) -> list[dict[str, Any]]:
    """Figures of what it raised, each a link to its rows."""
    words = {
        "told": (done.told, _("told to somebody"), "plain"),
        "not_told": (done.skipped, _("not told"), "silent"),
        "nobody": (done.nobody, _("nobody to tell"), "late" if done.nobody else "plain"),
    }
    return [
        {
            "count": format_number(count),
            "label": label,
            "tone": tone,
            "current": name == current,
            "url": url_for(".check", place=place, check_id=done.id, show=None if name == current else name)
            if count
            else None,
        }
        for name, (count, label, tone) in words.items()
    ]
