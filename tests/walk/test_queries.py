"""A page asks the database as often for 300 rows as for 3, and never more than 15 times."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

import pytest
from sqlalchemy import event, func, select

from tests.support.apps import only_postgres, only_sqlite
from tests.support.factories import DAY, act
from tests.walk.crowd import crowd
from tests.walk.examples import EXAMPLES, LINKS
from tests.walk.walking import Walk
from tracker.agenda.models import Commitment
from tracker.agenda.operations import recount
from tracker.core.db import begin_write, db
from tracker.permissions import PERMISSIONS

MOST = 15
MOST_OF_LINKS = 3
#: Whether the database answers is what it is asked for.
ASKS_ON_PURPOSE = {"monitoring.ready"}
#: Who else looks at pages that look different to them.
ALSO = {
    "follow_up.home": ("officer of A", "partner", "authority of A"),
    "follow_up.print_page": ("partner",),
    "agenda.listing": ("partner", "officer of A", "administrator"),
    "follow_up.commitment": ("partner", "officer of A"),
    "monitoring.places": ("monitor of MX",),
    "monitoring.search": ("administrator", "partner"),
    "monitoring.search_here": ("administrator", "monitor of MX", "officer of A", "partner"),
    "notices.inbox": ("officer of A",),
    "notices.mails": ("administrator", "monitor", "monitor of MX", "authority of A"),
    "notices.mail": ("administrator", "monitor of MX"),
    "notices.waiting": ("authority of A",),
    "follow_up.checks": ("administrator", "monitor of MX", "authority of A"),
    "follow_up.check": ("administrator", "authority of A"),
    "follow_up.dry_run": ("monitor of MX",),
    "follow_up.nobody": ("administrator", "monitor of MX", "authority of A"),
    "monitoring.health": ("monitor",),
}
#: Pages as filters leave them.
QUERIES = {
    "agenda.listing": (
        "",
        "?state=all",
        "?state=overdue&sort=title&q=o",
        "?state=all&kept=due&unit=own",
        "?date=moved",
    ),
    "follow_up.home": ("", "?show=late", "?show=due_soon"),
    "monitoring.places": ("", "?show=all", "?q=a"),
    "monitoring.search": ("", "?q=ob"),
    "monitoring.search_here": ("?q=po", "?q=ro"),
    "exchange.csv": ("?state=all",),
    "exchange.xlsx": ("?state=all",),
    "notices.mails": ("", "?state=failed", "?state=doubt&q=o", "?place=mx", "?place=mx-9a&state=waiting"),
    "follow_up.checks": (
        *("", "?failed=1", "?show=places", "?show=places&place=mx-9a", "?place=a&failed=1", "?run=1"),
        *("?job=compose", "?job=deliver", "?job=sweep"),
    ),
    "follow_up.check": ("", "?show=told", "?show=not_told", "?show=nobody"),
}
#: Files that hold a whole list.
SHEETS = {"exchange.csv", "exchange.xlsx"}
#: The same of a history: read some hundred entries at a time.
HISTORIES = {"monitoring.history_csv", "monitoring.history_xlsx"}
#: A look at a sheet tries the whole import, so that what it shows is what happens; it is kept, and asks once.
LEFT_OUT = ("static", "exchange.preview")
PEOPLE = ("coordinator-a@example.org", "officer-a@example.org")


@only_sqlite
def test_pages_ask_as_often_at_300_rows_as_at_3(walk: Walk) -> None:
    _compare(walk)


@only_postgres
@pytest.mark.full
def test_pages_ask_as_often_of_the_other_database(walk: Walk) -> None:
    _compare(walk)


@only_sqlite
def test_sheets_ask_four_times_for_every_500_commitments(walk: Walk) -> None:
    """They hold all there is and are read some at a time, so that memory stays as it is."""
    _counts(walk, SHEETS)
    few, first = _counts(walk, SHEETS), _commitments(walk)
    _crowd(walk, 300)
    many, last = _counts(walk, SHEETS), _commitments(walk)
    assert first <= 500 < last
    more = 4 * (ceil(last / 500) - 1)
    assert many == {page: count + more for page, count in few.items()}
    assert max(few.values()) <= MOST


def _commitments(walk: Walk) -> int:
    counted = select(func.count()).where(Commitment.municipality_id == walk.world.a.place.id)
    return walk.connection.execute(counted).scalar_one()


def _compare(walk: Walk) -> None:
    pages = set(EXAMPLES) - SHEETS - HISTORIES
    _counts(walk, pages)
    _crowd(walk, 3)
    few = _counts(walk, pages)
    _crowd(walk, 297)
    many = _counts(walk, pages)
    wrong = [f"{page}: {few[page]} at 3 rows, {many[page]} at 300" for page in few if few[page] != many[page]]
    wrong += [f"{page}: {count} statements" for page, count in many.items() if count > MOST]
    assert not wrong, "\n".join(wrong)


def _crowd(walk: Walk, number: int) -> None:
    with walk.app.app_context():
        begin_write()
        crowd(walk.world.a, number, PEOPLE)
        begin_write()
        recount(walk.world.a.place.id, act(DAY).day)
        db.session.commit()


def _counts(walk: Walk, endpoints: set[str]) -> dict[str, int]:
    """Statements by who and page, of every page of these endpoints."""
    answer = {}
    for endpoint, example in EXAMPLES.items():
        if example.sends is None and endpoint not in LEFT_OUT and endpoint in endpoints:
            for who in (example.by, *ALSO.get(endpoint, ())):
                client = walk.client(who)
                for query in QUERIES.get(endpoint, ("",)):
                    url = walk.url(endpoint, **example.ids(walk.world.a)) + query
                    with _counted(walk) as statements:
                        assert client.get(url).status_code in (200, 303), url
                    answer[f"{who} at {url}"] = len(statements)
    return answer


@contextmanager
def _counted(walk: Walk) -> Iterator[list[str]]:
    """Statements that reach the database within the block; not where transactions begin and end."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")):
            statements.append(statement)

    event.listen(walk.connection, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(walk.connection, "before_cursor_execute", note)


@only_sqlite
@pytest.mark.parametrize(
    "endpoint", sorted({name for name, line in PERMISSIONS.items() if line.public} - ASKS_ON_PURPOSE)
)
def test_pages_that_are_open_to_all_ask_nothing(walk: Walk, endpoint: str) -> None:
    """But for those of links in mails, which ask for the link, note its use, and read what it is about."""
    example = EXAMPLES[endpoint]
    if example.sends is None:
        client = walk.client("nobody")
        with _counted(walk) as statements:
            client.get(walk.url(endpoint, **example.ids(walk.world.a)))
        assert len(statements) <= (MOST_OF_LINKS if endpoint in LINKS else 0), statements
