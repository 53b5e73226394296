"""The pulse of ticks: when each last ran, whether it went well, how often in a row it did not."""

from flask import Flask

from tests.support.clock import at, moment
from tracker.core.pulse import TOO_MANY_FAILURES, TickPulse, pulses
from tracker.core.ticks import Tick, run_tick


def pulse(app: Flask) -> TickPulse:
    """The only pulse there is."""
    with app.app_context():
        (only,) = pulses()
        return only


def fail() -> None:
    raise RuntimeError("broken")


def test_failures_are_counted_until_it_goes_well_again(fresh_app: Flask) -> None:
    broken, well = Tick("mails", fail), Tick("mails", lambda: None)
    with at("2026-11-23T10:00Z") as clock:
        assert run_tick(fresh_app, well) is True
        first = pulse(fresh_app)
        assert (first.failures, first.error, first.well_at) == (0, "", moment("2026-11-23T10:00Z"))
        clock.shift(60)
        for failures in range(1, TOO_MANY_FAILURES + 1):
            assert run_tick(fresh_app, broken) is False
            sick = pulse(fresh_app)
            assert (sick.failures, sick.error) == (failures, "RuntimeError")
            assert sick.well_at == moment("2026-11-23T10:00Z")
        run_tick(fresh_app, well)
        healed = pulse(fresh_app)
        assert (healed.failures, healed.error, healed.well_at) == (0, "", moment("2026-11-23T10:01Z"))
