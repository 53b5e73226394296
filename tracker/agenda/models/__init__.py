"""What was promised, and the days on which its clocks strike."""

from tracker.agenda.models.commitment import Commitment, Milestone
from tracker.agenda.models.dated import RECKONED, Thousandths
from tracker.agenda.models.ledger import Agreement, Attachment, Budget, DateChange, Party
from tracker.agenda.models.standing import STANDING_COUNTS, Standing, Watch

__all__ = [
    "RECKONED",
    "STANDING_COUNTS",
    "Agreement",
    "Attachment",
    "Budget",
    "Commitment",
    "DateChange",
    "Milestone",
    "Party",
    "Standing",
    "Thousandths",
    "Watch",
]
