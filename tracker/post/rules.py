"""When to try again, how long a claim on a mail lasts, and what can come of a try."""

from dataclasses import dataclass
from datetime import timedelta

#: Growing pauses between tries, in minutes: 12 tries over about 24 hours.
PAUSES = (1, 2, 5, 10, 20, 40, 80, 120, 240, 360, 540)
MOST_TRIES = len(PAUSES) + 1
#: No pause is longer, stretched as far as may be.
LONGEST_PAUSE = timedelta(minutes=PAUSES[-1] * 2)
#: Longer than every mail time-out together, so that two workers never hold one mail.
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Claim:
    """A mail that is one worker's to send while its lease lasts."""

    mail_id: int
    lease: str
    kind: str
    ref_id: int
    address: str
    message_id: str


@dataclass(frozen=True)
class Outcome:
    """What came of one try of one mail."""

    claim: Claim
    #: sent; failed (never to be taken); later (put off); doubt (no answer: it may have arrived); cancelled
    how: str
    #: The server's own words.
    answer: str
    #: Whether the connection can carry the next mail.
    connection_holds: bool = True


def pause_after(attempts: int, jitter: float) -> timedelta | None:
    """The pause after so many tries (1 or more), stretched by `jitter` (0 to 1, a fifth at most); None: give up."""
    if attempts >= MOST_TRIES:
        return None
    return timedelta(minutes=PAUSES[max(0, attempts - 1)] * (1 + jitter / 5))
