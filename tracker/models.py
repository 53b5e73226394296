"""Every mapped class in one place, for migrations and for whoever wants to see the whole."""

from tracker.accounts.models import (
    AccountNews,
    AddressChange,
    Invitation,
    LoginSession,
    Membership,
    PasswordReset,
    RecoveryCode,
    SignInAttempt,
    User,
)
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
from tracker.audit.models import AuditEntry, AuditHead, AuditName, Submission
from tracker.core.pulse import TickPulse
from tracker.exchange.models import ImportRun, RememberedMapping
from tracker.follow_up.models import Evidence, Inheritance, JobRun, PlaceCheck, ProgressUpdate, TermNotice
from tracker.notices.models import Digest, MailPreference, MassApproval, Notice, UnsubscribeLink
from tracker.plan.models import Action, Line, Plan
from tracker.post.models import MailTry, OutboxMail
from tracker.territory.models import (
    Country,
    Municipality,
    Partner,
    PolicySetting,
    State,
    TermOfOffice,
    Unit,
    UnitPerson,
)

__all__ = [
    "AccountNews",
    "Action",
    "AddressChange",
    "Attachment",
    "AuditEntry",
    "AuditHead",
    "AuditName",
    "Budget",
    "Commitment",
    "Country",
    "DateChange",
    "Digest",
    "Evidence",
    "ImportRun",
    "Inheritance",
    "Invitation",
    "JobRun",
    "Line",
    "LoginSession",
    "MailPreference",
    "MailTry",
    "MassApproval",
    "Membership",
    "Milestone",
    "Municipality",
    "Notice",
    "OutboxMail",
    "Partner",
    "Party",
    "PasswordReset",
    "PlaceCheck",
    "Plan",
    "PolicySetting",
    "ProgressUpdate",
    "RecoveryCode",
    "RememberedMapping",
    "SignInAttempt",
    "Standing",
    "State",
    "Submission",
    "TermNotice",
    "TermOfOffice",
    "TickPulse",
    "Unit",
    "UnitPerson",
    "UnsubscribeLink",
    "User",
    "Watch",
]
