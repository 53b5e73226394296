"""The same world, crowded: copies of what one municipality holds, written at once."""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import func, insert, inspect, select

from tests.support.factories import act
from tests.walk.towns import Town
from tracker.accounts.models import Invitation, LoginSession, Membership, User
from tracker.agenda.models import Attachment, Budget, Commitment, DateChange, Milestone, Party
from tracker.audit.operations import record
from tracker.core.db import Model, db
from tracker.follow_up.models import Evidence, JobRun, PlaceCheck, ProgressUpdate
from tracker.notices.models import Digest, Notice
from tracker.plan.models import Action, Line
from tracker.post.models import MailTry, OutboxMail
from tracker.territory.models import Municipality, Unit

#: Every copy has been moved since: what a page asks of one row it asks of all.
EARLIER = date(2026, 1, 1)

_numbers = count(1)


def crowd(town: Town, number: int, recipients: Sequence[str]) -> None:
    """Add so many of everything that a page of this municipality lists; writes in the present transaction."""
    old = db.session.get_one(Commitment, int(town.old_subject.partition(":")[2]))
    _copy(old, number, ("code", "code_key"))
    codes = (town.open, town.late, town.stepped, town.counted, town.closed, town.dropped, town.fair, town.quiet)
    rows = db.session.scalars(select(Commitment).where(Commitment.municipality_id == town.place.id)).all()
    by_code = {row.code: row for row in rows}
    for code in codes:
        _copy(by_code[code], number, ("code", "code_key"), first_due_on=EARLIER)
    stepped, late = by_code[town.stepped], by_code[town.late]
    for milestone in (town.milestone_id, town.done_milestone_id, town.other_milestone_id):
        _copy(db.session.get_one(Milestone, milestone), number, first_due_on=EARLIER)
    for model in (Party, Budget, DateChange, ProgressUpdate, Attachment):
        held = select(model).where(model.commitment_id == stepped.id).limit(1)
        unique = {Attachment: ("stored_name",), Budget: ("source",)}.get(model, ())
        _copy(db.session.scalars(held).one(), number, unique)
    for update in db.session.scalars(select(ProgressUpdate).where(ProgressUpdate.commitment_id == stepped.id)):
        files = select(Attachment).where(Attachment.commitment_id == stepped.id).limit(1)
        _link(update, db.session.scalars(files).one())
    _copy(db.session.get_one(Unit, town.unit_id), number, ("name", "name_key"))
    _copy(db.session.get_one(Line, town.line_id), number, ("title",))
    _copy(db.session.get_one(Action, town.action_id), number, ("title",))
    for subject in (stepped.subject, late.subject):
        for title in range(number):
            record(act(), "edit", town.place.id, subject, {"title": (None, f"Compromiso {title}")})
        notice = db.session.scalars(select(Notice).limit(1)).one()
        told = {"subject": subject, "state": "waiting", "reason": "", "digest_id": None}
        for recipient in recipients:
            _copy(notice, number, ("key",), recipient=recipient, **told)
    _copy_mails(db.session.get_one(OutboxMail, town.mail_id), number)
    _copy_checks(town, number)
    _copy_people(town, number)
    _copy(db.session.get_one(Municipality, town.place.id), number, ("code", "official_code", "name_key"))
    db.session.commit()


def _copy_mails(mail: OutboxMail, number: int) -> None:
    """More mails like this one, each with a notice; more tries of it, and more that it says and leaves out."""
    says = select(Notice).where(Notice.digest_id == mail.ref_id)
    for notice in (
        db.session.scalars(says.where(Notice.state != "cancelled").limit(1)).one(),
        db.session.scalars(says.where(Notice.state == "cancelled").limit(1)).one(),
    ):
        _copy(notice, number, ("key",))
    _copy(db.session.scalars(select(MailTry).where(MailTry.mail_id == mail.id).limit(1)).one(), number)
    newest = db.session.scalar(select(func.max(Digest.id))) or 0
    _copy(db.session.get_one(Digest, mail.ref_id), number, ("recipient",))
    notice = db.session.scalars(says.limit(1)).one()
    for digest_id in db.session.scalars(select(Digest.id).where(Digest.id > newest)).all():
        _copy(mail, 1, ref_id=digest_id)
        _copy(notice, 1, ("key",), digest_id=digest_id)


def _copy_people(town: Town, number: int) -> None:
    """More people with a role here, more invitations, and more browsers of the coordinator."""
    held = db.session.get_one(Membership, town.membership_id)
    newest = db.session.scalar(select(func.max(User.id))) or 0
    _copy(db.session.get_one(User, held.user_id), number, ("email",))
    for user_id in db.session.scalars(select(User.id).where(User.id > newest)).all():
        _copy(held, 1, user_id=user_id)
    for invitation in (town.invitation_id, town.own_invitation_id, town.wide_invitation_id):
        _copy(db.session.get_one(Invitation, invitation), number, ("token_hash",))
    slip = db.session.scalars(select(Invitation).where(Invitation.code_hash.is_not(None)).limit(1)).one()
    _copy(slip, number, ("token_hash", "code_hash"))
    _copy(db.session.get_one(LoginSession, town.session_id), number, ("token_hash",))


def _copy_checks(town: Town, number: int) -> None:
    """More checks, more runs of every job, and more that nobody could be told."""
    _copy(db.session.get_one(PlaceCheck, town.check_id), number)
    for run in db.session.scalars(
        select(JobRun).where(JobRun.id.in_(select(func.min(JobRun.id)).group_by(JobRun.job)))
    ):
        _copy(run, number)
    missed = db.session.scalars(
        select(Notice).where(Notice.subject == town.quiet_subject, Notice.state == "nobody")
    ).one()
    known = set(db.session.scalars(select(Notice.subject).where(Notice.state == "nobody")))
    led = select(Commitment).where(Commitment.unit_id == town.quiet_unit_id)
    for commitment in db.session.scalars(led):
        if commitment.subject not in known:
            _copy(missed, 1, ("key",), subject=commitment.subject)


def _copy(row: Model, number: int, unique: Sequence[str] = (), **changes: Any) -> None:
    """Write copies of a row, each with its own id and its own text in `unique`."""
    columns = {a.key: getattr(row, a.key) for a in inspect(type(row)).mapper.column_attrs if a.key != "id"}
    values = [
        {**columns, **changes, **{name: f"{str(columns[name])[:20]}-{next(_numbers)}" for name in unique}}
        for _ in range(number)
    ]
    db.session.execute(insert(type(row)), values)


def _link(update: ProgressUpdate, file: Attachment) -> None:
    known = db.session.get(Evidence, (update.id, file.id))
    if known is None:
        db.session.add(Evidence(municipality_id=update.municipality_id, update_id=update.id, attachment_id=file.id))
        db.session.flush()
