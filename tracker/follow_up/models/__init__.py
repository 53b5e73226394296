"""Tables of follow-up: what was reported, what is in the way, the journal of checks."""

from tracker.follow_up.models.assessment import Assessment
from tracker.follow_up.models.bulk import BulkChange
from tracker.follow_up.models.date_request import DateRequest
from tracker.follow_up.models.obstacle import Obstacle
from tracker.follow_up.models.records import (
    Evidence,
    Inheritance,
    InternalNote,
    JobRun,
    PersonHandover,
    PlaceCheck,
    ProgressUpdate,
    TermNotice,
)

__all__ = [
    "Assessment",
    "BulkChange",
    "DateRequest",
    "Evidence",
    "Inheritance",
    "InternalNote",
    "JobRun",
    "Obstacle",
    "PersonHandover",
    "PlaceCheck",
    "ProgressUpdate",
    "TermNotice",
]
