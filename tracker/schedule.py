"""Every recurring tick and what it calls, in the order of a wake-up."""

from tracker.core.ticks import Tick
from tracker.follow_up import ticks

TICKS = (
    Tick("redo clocks after a policy change", ticks.redo_stale_clocks),
    Tick("check what is due today", ticks.check_due),
    Tick("compose digests", ticks.compose_due),
    Tick("deliver mails", ticks.deliver_or_complain),
    Tick("sweep files nobody knows", ticks.sweep_files),
)
