"""Reporting progress."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tracker.agenda import rules as agenda_rules
from tracker.agenda.models import Commitment
from tracker.agenda.operations import (
    attach,
    complete_commitment,
    complete_milestone,
    note_sign,
    recount,
)
from tracker.agenda.operations.commitments import open_commitment
from tracker.agenda.operations.milestones import milestone_for_write
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _l
from tracker.core.storage import StoredFile
from tracker.follow_up.models import Evidence, ProgressUpdate
from tracker.follow_up.queries.updates import people_reached
from tracker.follow_up.rules import CHANNELS, HAPPENED, MOST_PEOPLE, PEOPLE, is_link
from tracker.territory.queries import hold
from tracker.territory.rules import Place


@dataclass(frozen=True)
class Report:
    """What somebody reports; a figure, an amount, a sentence or a file, at least one of them."""

    text: str = ""
    #: Percent 0-100.
    progress: int | None = None
    #: Amount delivered since the last update.
    delivered: Decimal | None = None
    #: under_way or finished
    happened: str = "under_way"
    #: For a finished commitment with open milestones: complete or cancel.
    open_milestones: str = ""
    told_by: str = ""
    told_how: str = ""
    #: People reached since the last update, counted and never estimated; None where nobody said.
    women: int | None = None
    men: int | None = None
    #: Of whom it was not recorded whether they are women or men.
    unsexed: int | None = None
    #: Address of a page that shows it.
    link: str = ""
    files: tuple[StoredFile, ...] = ()


def report_progress(
    act: Act, place: Place, code: str, report: Report, milestone_id: int | None = None
) -> ProgressUpdate:
    """Append an update to an open commitment (or one of its milestones) and let its clocks follow.

    `finished` also completes it, with the sentence as closing note. Raises Refused with a message per field.
    """
    hold(place.id)
    commitment = open_commitment(place.id, code)
    milestone = milestone_for_write(commitment, milestone_id) if milestone_id else None
    if milestone is not None and not milestone.is_open:
        raise Refused(_l("This milestone is closed. Reopen it first."))
    _check(report, commitment)
    update = ProgressUpdate(
        assistant=act.assistant,
        municipality_id=place.id,
        commitment_id=commitment.id,
        milestone_id=milestone.id if milestone else None,
        on=act.day,
        at=act.at,
        progress=report.progress,
        delivered=report.delivered,
        women_count=report.women,
        men_count=report.men,
        unsexed_count=report.unsexed,
        text=report.text.strip(),
        link=report.link.strip(),
        by=act.name,
        by_user_id=act.user_id,
        told_by=report.told_by.strip(),
        told_how=report.told_how if report.told_by.strip() else "",
    )
    db.session.add(update)
    db.session.flush()
    for file in report.files:
        attachment = attach(act, commitment, "evidence", file)
        db.session.add(Evidence(municipality_id=place.id, update_id=update.id, attachment_id=attachment.id))
    if report.files or report.link.strip():
        commitment.evidence_on = max(act.day, commitment.evidence_on or act.day)
    if milestone is not None:
        milestone.begun_on = min(milestone.begun_on, act.day)
    before = commitment.progress
    note_sign(act, place, commitment, None if milestone else report.progress, report.delivered)
    changes: dict[str, tuple[Any, Any]] = {
        "progress": (before, commitment.progress),
        "text": (None, report.text.strip() or None),
        **{name: (None, getattr(report, name)) for name in PEOPLE},
    }
    record(act, "report", place.id, commitment.subject, changes, milestone.subject if milestone else None)
    _finish(act, place, commitment, report, milestone_id)
    return update


def _finish(act: Act, place: Place, commitment: Commitment, report: Report, milestone_id: int | None) -> None:
    if report.happened != "finished":
        recount(place.id, act.day)
    elif milestone_id:
        complete_milestone(act, place, commitment.code, milestone_id, act.day)
    else:
        short = commitment.quantity is not None and commitment.delivered < commitment.quantity
        outcome = "in_part" if short else "fulfilled"
        try:
            complete_commitment(act, place, commitment.code, act.day, outcome, report.text, report.open_milestones)
        except Refused as refused:
            wrong = dict(refused.fields)
            if "closing_note" in wrong:
                wrong["text"] = wrong.pop("closing_note")
            raise Refused(refused.message, wrong) from refused


def _check(report: Report, commitment: Commitment) -> None:
    wrong: dict[str, object] = {}
    if report.happened not in HAPPENED:
        wrong["happened"] = _l("Choose what happened.")
    if report.progress is not None and not 0 <= report.progress <= 100:
        wrong["progress"] = _l("Give a whole number from 0 to 100.")
    if report.delivered is not None and abs(report.delivered) >= 10**12:
        wrong["delivered"] = _l("Give a smaller amount.")
    elif report.delivered is not None and commitment.delivered + report.delivered < 0:
        wrong["delivered"] = _l("So much was never delivered: less than nothing would be left.")
    if len(report.text) > agenda_rules.TEXT_LENGTH:
        wrong["text"] = _l("At most %(count)s characters.", count=agenda_rules.TEXT_LENGTH)
    before = commitment.progress
    fell = before is not None and report.progress is not None and report.progress < before
    if fell and not report.text.strip():
        wrong["text"] = _l("This is less than before (%(figure)s %%): say in a sentence why.", figure=before)
    if report.told_how and report.told_how not in CHANNELS:
        wrong["told_how"] = _l("Choose one of the list.")
    same = report.progress == commitment.progress and report.happened == "under_way"
    wrong |= _wrong_people(report, commitment)
    people = any(getattr(report, name) is not None for name in PEOPLE)
    figure = (report.progress is not None and not same) or report.delivered is not None or people
    if report.link.strip() and not is_link(report.link.strip()):
        wrong["link"] = _l("Give an address that begins with https:// or http://, 500 characters at most.")
    nothing = not (report.text.strip() or report.files or report.link.strip() or figure)
    if nothing:
        wrong["text"] = _l("Write a sentence, give a new figure or add a photo.")
    if wrong:
        raise Refused(fields=wrong)


def _wrong_people(report: Report, commitment: Commitment) -> dict[str, object]:
    """Figures of people that cannot be: too many, or fewer than none left after a correction."""
    wrong: dict[str, object] = {}
    if all(getattr(report, name) is None for name in PEOPLE):
        return wrong
    so_far = people_reached(commitment.municipality_id, commitment.id)
    for name in PEOPLE:
        count = getattr(report, name)
        if count is not None and abs(count) >= MOST_PEOPLE:
            wrong[name] = _l("Give a smaller number.")
        elif count is not None and (so_far[name] or 0) + count < 0:
            wrong[name] = _l("So many were never noted: fewer than none would be left.")
    return wrong
