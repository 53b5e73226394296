"""Hooks of the whole suite; its fixtures are in `tests/support`.

`app` and `fresh_app` run a test on SQLite and on PostgreSQL. What a test needs and does not find fails it:
nothing is skipped.
"""

import os

import pytest
from hypothesis import settings

from tests.support import databases

pytest_plugins = [
    "tests.support.apps",
    "tests.support.browsers",
    "tests.support.mail_server",
]

#: Kinds of tests that are counted at the end of a run.
PARTS = ("sqlite", "postgres", "browser", "smtp")


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker that pyproject.toml does not, and open the run's folder in the controlling process."""
    config.addinivalue_line("markers", "sqlite: runs on SQLite")
    # Where a red light stops everybody, the same examples are tried each time.
    settings.register_profile("tracker", deadline=None, derandomize=bool(os.environ.get("CI")))
    settings.load_profile("tracker")
    if not hasattr(config, "workerinput"):
        databases.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the run's folder after the last worker."""
    if not hasattr(config, "workerinput") and databases.RUN_FOLDER in os.environ:
        databases.end_run()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything not marked `full` is quick; whoever uses the browser or the mail server is marked so."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        for part in ("browser", "smtp"):
            if part in fixtures:
                item.add_marker(part)
        if item.get_closest_marker("full") is None:
            item.add_marker("quick")
        for part in PARTS:
            if item.get_closest_marker(part):
                item.user_properties.append(("part", part))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for whoever asks whether really everything ran."""
    ran = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    counts = dict.fromkeys(PARTS, 0)
    for report in ran:
        for name, part in report.user_properties:
            if name == "part":
                counts[part] += 1
    skipped = len(terminalreporter.stats.get("skipped", []))
    line = " ".join(f"{part}={count}" for part, count in counts.items())
    terminalreporter.write_line(f"tests by part: {line} skipped={skipped}")
