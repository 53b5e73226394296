"""Several writers at one chain at once: no place taken twice, none left out; a rollback leaves nothing behind."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import event, func, select

from tests.house.tree import modules
from tests.support.apps import DbSession
from tests.support.factories import act, make_place
from tests.support.together import at_once
from tracker.audit.models import AuditEntry, AuditHead, AuditName
from tracker.audit.operations import record
from tracker.audit.rules import NO_PLACE
from tracker.audit.verifying import Verdict, verify_trail
from tracker.core.db import begin_write, db
from tracker.territory.operations import find_or_create_partner
from tracker.territory.queries import hold

WRITERS = 6


def numbers(chain: int) -> list[int]:
    """Places taken in a chain, in their order."""
    return list(db.session.scalars(select(AuditEntry.number).where(AuditEntry.chain == chain).order_by("number")))


def test_writers_of_no_municipality_stand_one_after_the_other(fresh_app: Flask) -> None:
    def change() -> None:
        begin_write()
        record(act(), "set_policy", None, "policy:*", {"soon_days": (None, 7)})

    assert at_once(fresh_app, *[change] * WRITERS) == [None] * WRITERS
    with fresh_app.app_context():
        assert numbers(NO_PLACE) == list(range(1, WRITERS + 1))
        assert verify_trail() == Verdict(chains=1, entries=WRITERS)


def test_writers_of_a_municipality_stand_one_after_the_other(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        place = make_place()
        db.session.commit()

    def change() -> None:
        hold(place.id)
        for _ in range(3):
            record(act(), "edit", place.id, "commitment:1", {"title": (None, "x")})
            db.session.flush()

    assert at_once(fresh_app, *[change] * WRITERS) == [None] * WRITERS
    with fresh_app.app_context():
        assert numbers(place.id) == list(range(1, 3 * WRITERS + 1))
        assert verify_trail().broken == []


def test_municipalities_that_write_into_the_common_chain_wait_in_no_ring(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        places = [make_place().id for _ in range(WRITERS)]
        db.session.commit()

    def change(place_id: int) -> Callable[[], None]:
        def write() -> None:
            hold(place_id)
            record(act(), "edit", place_id, "commitment:1", {"title": (None, "x")})
            find_or_create_partner(act(), f"Socio {place_id}")
            record(act(), "edit", place_id, "commitment:1", {"title": ("x", "y")})

        return write

    assert at_once(fresh_app, *[change(place_id) for place_id in places]) == [None] * WRITERS
    with fresh_app.app_context():
        assert verify_trail() == Verdict(chains=WRITERS + 1, entries=3 * WRITERS)


def test_what_is_taken_back_leaves_no_gap(session: DbSession) -> None:
    place = make_place()
    record(act(), "edit", place.id, "commitment:1", {"title": (None, "first")})
    session.commit()
    record(act(), "edit", place.id, "commitment:1", {"title": (None, "taken back")})
    session.flush()
    session.rollback()
    record(act(), "edit", place.id, "commitment:1", {"title": (None, "second")})
    with session.begin_nested() as part:
        record(act(), "edit", place.id, "commitment:1", {"title": (None, "in a part")})
        session.flush()
        part.rollback()
    record(act(), "edit", place.id, "commitment:1", {"title": (None, "third")})
    session.commit()
    assert numbers(place.id) == [1, 2, 3]
    assert verify_trail().broken == []


def test_somebody_who_acts_again_is_named_once(session: DbSession) -> None:
    place = make_place()
    for title in ("one", "two"):
        record(act(), "edit", place.id, "commitment:1", {"title": (None, title)})
        session.commit()
    assert session.scalar(select(func.count()).select_from(AuditName)) == 1
    assert session.scalars(select(AuditHead.length)).all() == [2]


def test_many_entries_ask_the_database_nothing_each(session: DbSession) -> None:
    place = make_place()
    record(act(), "edit", place.id, "commitment:1", {"title": (None, "first")})
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _cur, statement, *_: asked.append(statement))
    for number in range(500):
        record(act(), "edit", place.id, f"commitment:{number}", {"title": (None, "next")})
    assert asked == []
    db.session.flush()
    assert asked, "the look at statements works"


def test_rows_read_anew_before_they_are_written_do_not_break_the_chain(session: DbSession) -> None:
    place = make_place()
    record(act(), "edit", place.id, "commitment:1", {"title": (None, "first")})
    session.expire_all()
    record(act(), "edit", place.id, "commitment:1", {"title": (None, "second")})
    session.commit()
    assert verify_trail(place.id) == Verdict(chains=1, entries=2)


def test_nobody_reads_rows_anew_before_writing_them() -> None:
    """Were it the last thing a write does, the head of its chain would not move with its entries."""
    wrong = []
    for module in modules().values():
        lines = module.text.splitlines()
        for number, line in enumerate(lines):
            if "expire_all()" in line and "flush()" not in lines[number - 1]:
                wrong.append(module.at(number + 1))
    assert wrong == []
