"""Several writers at one municipality at once: one after the other, none lost, counts right."""

from decimal import Decimal

from flask import Flask
from sqlalchemy import func, select

from tests.support.factories import DAY, act, make_commitment, make_place, make_unit
from tests.support.together import at_once
from tracker.agenda.models import Commitment, Standing
from tracker.agenda.operations import create_commitment, edit_commitment
from tracker.agenda.operations.promise import Promise
from tracker.agenda.queries.standing import differences
from tracker.core.db import NEVER, db
from tracker.core.errors import EditConflict
from tracker.follow_up.checks import check_places
from tracker.follow_up.operations import Report, report_progress
from tracker.notices.models import Notice
from tracker.territory.rules import Place

WRITERS = 6


def town(app: Flask) -> tuple[Place, str]:
    """A municipality with one commitment due on DAY."""
    with app.app_context():
        place = make_place()
        unit = make_unit(place, mailbox="box@example.org")
        code = make_commitment(place, due_on=DAY, unit=unit).code
        db.session.commit()
    return place, code


def test_new_commitments_at_once_get_codes_of_their_own(fresh_app: Flask) -> None:
    place, _code = town(fresh_app)

    def create() -> None:
        create_commitment(act(), place, Promise(title="A la vez"))

    assert at_once(fresh_app, *[create] * WRITERS) == [None] * WRITERS
    with fresh_app.app_context():
        codes = set(db.session.scalars(select(Commitment.code)))
        assert codes == {f"C-{n:03d}" for n in range(1, WRITERS + 2)}
        assert db.session.scalar(select(Standing.open_count).where(Standing.until_on == NEVER)) == WRITERS + 1
        assert differences() == (1, [])


def test_updates_at_once_all_stand_and_add_up(fresh_app: Flask) -> None:
    place, code = town(fresh_app)

    def report() -> None:
        report_progress(act(), place, code, Report(text="una entrega", delivered=Decimal(1)))

    assert at_once(fresh_app, *[report] * WRITERS) == [None] * WRITERS
    with fresh_app.app_context():
        assert db.session.scalar(select(Commitment.delivered)) == WRITERS


def test_of_two_editors_one_wins_and_the_other_is_told(fresh_app: Flask) -> None:
    place, code = town(fresh_app)

    def edit() -> None:
        edit_commitment(act(), place, code, Promise(title="Mi versión", due_on=DAY), version=1)

    outcomes = at_once(fresh_app, *[edit] * WRITERS)
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, EditConflict) for outcome in outcomes) == WRITERS - 1


def test_checks_at_once_raise_each_notice_once(fresh_app: Flask) -> None:
    place, _code = town(fresh_app)

    def check() -> None:
        check_places([place], DAY, act().at)

    assert at_once(fresh_app, *[check] * WRITERS) == [None] * WRITERS
    with fresh_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Notice)) == 1
