"""Two voices: what others say of a commitment, and what the municipality answers."""

from collections.abc import Sequence
from typing import Any

from flask import abort, g, url_for
from werkzeug.wrappers import Response

from tracker.agenda.guards import must_be_own_unit
from tracker.agenda.models import Commitment
from tracker.agenda.queries.page import commitment_called
from tracker.audit.models import Act
from tracker.core.db import NEVER
from tracker.core.i18n import _, format_day
from tracker.core.web import page
from tracker.follow_up.forms.assessing import AssessmentForm, ReplyForm
from tracker.follow_up.models import Assessment
from tracker.follow_up.operations.assessing import assess_commitment, reply_to_assessment
from tracker.follow_up.queries.assessments import assessment_of, partners_who_may_judge
from tracker.follow_up.rules import is_verified
from tracker.follow_up.views import follow_up
from tracker.follow_up.views.once import take_in
from tracker.notices.words import VERDICT_WORDS
from tracker.permissions import ASSESSORS, NOTERS, WRITERS
from tracker.territory.rules import Place


@follow_up.get("/<place:place>/agenda/<code>/assessments/new")
def new_assessment(place: Place, code: str) -> Response:
    """How far is it, as somebody else sees it?"""
    return _assess_page(place, code, AssessmentForm())


@follow_up.post("/<place:place>/agenda/<code>/assessments")
def assess(place: Place, code: str) -> Response:
    """Say so, for the own organisation or the coordination."""
    form = AssessmentForm()
    voice = _voice(place, commitment_called(place, g.visitor.scope, code))

    def write(act: Act) -> None:
        assess_commitment(act, place, code, form.verdict.data or "", form.remark.data or "", voice)

    return take_in(place, form, write, _home(place, code), _("Noted.")) or _assess_page(place, code, form, 422)


@follow_up.get("/<place:place>/agenda/<code>/assessments/<id:assessment_id>/reply")
def reply_form(place: Place, code: str, assessment_id: int) -> Response:
    """What does the municipality answer?"""
    return _reply_page(place, code, assessment_id, ReplyForm())


@follow_up.post("/<place:place>/agenda/<code>/assessments/<id:assessment_id>/reply")
def reply(place: Place, code: str, assessment_id: int) -> Response:
    """Answer it, once."""
    form = ReplyForm()
    must_be_own_unit(place, commitment_called(place, g.visitor.scope, code))

    def write(act: Act) -> None:
        reply_to_assessment(act, place, code, assessment_id, form.text.data or "")

    taken = take_in(place, form, write, _home(place, code), _("Noted."))
    return taken or _reply_page(place, code, assessment_id, form, 422)


def voices_on(place: Place, commitment: Commitment, assessments: Sequence[Assessment]) -> dict[str, Any]:
    """What others say, newest first, whether it is verified, and what the visitor may add."""
    roles = g.visitor.roles_at(place)
    closed = commitment.completed_on < NEVER
    said = [(one.partner_id, one.verdict, one.at, one.by_user_id) for one in assessments]
    verified = is_verified(commitment.closed_at, commitment.closed_by_user_id, said)
    judges = bool(roles & ASSESSORS) and commitment.cancelled_on == NEVER and not commitment.draft
    return {
        "lines": [
            {
                "id": one.id,
                "who": one.partner.name if one.partner else _("Coordination of the municipality"),
                "verdict": VERDICT_WORDS[one.verdict],
                "remark": one.remark,
                "by": one.by,
                "on": format_day(one.on),
                "reply": one.reply,
                "reply_by": one.reply_by,
                "reply_on": format_day(one.reply_on),
            }
            for one in assessments
        ],
        "said": (_("verified") if verified else _("declared by the municipality itself")) if closed else "",
        "may_judge": judges and _may_judge(place, commitment),
        "may_reply": bool(roles & NOTERS),
    }


def _may_judge(place: Place, commitment: Commitment) -> bool:
    """Whether the visitor has a voice here beside who reports."""
    if g.visitor.roles_at(place) & WRITERS:
        return commitment.completed_on == NEVER or commitment.closed_by_user_id != g.visitor.user_id
    # A partner sees what it has a part in: of that it judges what it does not lead.
    return commitment.partner_id not in g.visitor.scope.partner_ids


def _voice(place: Place, commitment: Commitment) -> int | None:
    """For whom the visitor speaks: a partner's id, or None for the coordination; 403 where for nobody."""
    if g.visitor.roles_at(place) & WRITERS:
        return None
    voices = partners_who_may_judge(commitment, g.visitor.scope.partner_ids)
    if not voices:
        abort(403)
    return voices[0][0]


def _home(place: Place, code: str) -> str:
    return url_for("follow_up.commitment", place=place, code=code, _anchor="voices")


def _assess_page(place: Place, code: str, form: AssessmentForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    _voice(place, commitment)
    return page("follow_up/assessment.html", status, place=place, commitment=commitment, form=form)


def _reply_page(place: Place, code: str, assessment_id: int, form: ReplyForm, status: int = 200) -> Response:
    commitment = commitment_called(place, g.visitor.scope, code)
    must_be_own_unit(place, commitment)
    found = assessment_of(commitment, assessment_id)
    context = {"place": place, "commitment": commitment, "form": form, "found": found}
    return page("follow_up/assessment_reply.html", status, verdict=VERDICT_WORDS[found.verdict], **context)
