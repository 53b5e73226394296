"""The pulse of recurring ticks: when each last ran and whether it went well, so that a person can see it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model, UtcDateTime, begin_write, db, word

#: Failures in a row from which health is red.
TOO_MANY_FAILURES = 2


class TickPulse(Model):
    """One tick's last run, whichever process ran it."""

    __tablename__ = "tick_pulse"

    name: Mapped[str] = mapped_column(word(60), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Last time it went well; null while it never did.
    well_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: In a row, up to now.
    failures: Mapped[int] = mapped_column(default=0)
    #: Kind of the last error; empty when well.
    error: Mapped[str] = mapped_column(String(200), default="")


def note_pulse(name: str, began_at: datetime, ended_at: datetime, error: str) -> None:
    """Write down how a run ended, in the caller's transaction; `error` is empty when it went well."""
    begin_write()
    pulse = db.session.get(TickPulse, name)
    if pulse is None:
        pulse = TickPulse(name=name, began_at=began_at, ended_at=ended_at, failures=0, error="")
        db.session.add(pulse)
    pulse.began_at, pulse.ended_at, pulse.error = began_at, ended_at, error[:200]
    pulse.failures = pulse.failures + 1 if error else 0
    if not error:
        pulse.well_at = ended_at


def pulses() -> Sequence[TickPulse]:
    """The pulse of every tick that ever ran, by name."""
    return db.session.scalars(select(TickPulse).order_by(TickPulse.name)).all()
