"""Every mapped class in one place, for migrations and for whoever wants to see the whole."""

from tracker.accounts.models import LoginSession, Membership, SignInAttempt, User
from tracker.agenda.models import (
    Attachment,
    Budget,
    Commitment,
    DateChange,
    Milestone,
    Party,
    Standing,
    Watch,
)
from tracker.audit.models import AuditEntry, Submission
from tracker.follow_up.models import Evidence, JobRun, ProgressUpdate
from tracker.notices.models import Digest, MassApproval, Notice
from tracker.plan.models import Action, Line, Plan
from tracker.post.models import OutboxMail
from tracker.territory.models import Country, Municipality, Partner, PolicySetting, State, Unit, UnitPerson

__all__ = [
    "Action",
    "Attachment",
    "AuditEntry",
    "Budget",
    "Commitment",
    "Country",
    "DateChange",
    "Digest",
    "Evidence",
    "JobRun",
    "Line",
    "LoginSession",
    "MassApproval",
    "Membership",
    "Milestone",
    "Municipality",
    "Notice",
    "OutboxMail",
    "Partner",
    "Party",
    "Plan",
    "PolicySetting",
    "ProgressUpdate",
    "SignInAttempt",
    "Standing",
    "State",
    "Submission",
    "Unit",
    "UnitPerson",
    "User",
    "Watch",
]
