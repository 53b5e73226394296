"""Every recurring tick and what it calls, in the order of a wake-up."""

from tracker.core.ticks import Tick
from tracker.exchange.bringing.waking import BRING_IN, sweep_imports
from tracker.follow_up import ticks

TICKS = (
    Tick("redo clocks after a policy change", ticks.redo_stale_clocks),
    Tick("check what is due today", ticks.check_due),
    Tick("say that a term of office ends", ticks.tell_of_terms),
    Tick("compose digests", ticks.compose_due),
    Tick("deliver mails", ticks.deliver_or_complain),
    BRING_IN,
    Tick("sweep files nobody knows", ticks.sweep_files),
    Tick("sweep abandoned sheets", sweep_imports),
)
