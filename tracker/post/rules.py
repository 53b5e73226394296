"""When to try again, and how long a claim on a mail lasts."""

from datetime import timedelta

#: Growing pauses between tries, in minutes: 12 tries over about 24 hours.
PAUSES = (1, 2, 5, 10, 20, 40, 80, 120, 240, 360, 540)
MOST_TRIES = len(PAUSES) + 1
#: Longer than every mail time-out together, so that two workers never hold one mail.
LEASE = timedelta(minutes=5)


def pause_after(attempts: int, jitter: float) -> timedelta | None:
    """The pause after so many tries (1 or more), stretched by `jitter` (0 to 1, a fifth at most); None: give up."""
    if attempts >= MOST_TRIES:
        return None
    return timedelta(minutes=PAUSES[max(0, attempts - 1)] * (1 + jitter / 5))
