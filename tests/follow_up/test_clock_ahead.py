"""A clock that ran ahead once: what it did too early is taken back, and the true days are lived as ever."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from tests.support.clock import at
from tests.support.factories import be_patient, make_commitment, make_place, make_unit
from tracker.agenda.models import Commitment, Watch
from tracker.agenda.queries.standing import differences
from tracker.core.db import db
from tracker.follow_up import ticks
from tracker.notices.models import Notice
from tracker.post.models import OutboxMail

DUE = date(2027, 8, 16)


def steps() -> list[tuple[str, str, date]]:
    """(step, state, day) of what was told or is to be told, in the order of the days."""
    db.session.remove()
    rows = select(Notice.step, Notice.state, Notice.day).where(Notice.state != "cancelled").order_by(Notice.day)
    return [tuple(row) for row in db.session.execute(rows)]


def test_days_that_were_lived_too_early_are_lived_again(fresh_app: Flask) -> None:
    fresh_app.config["MAIL_URL"] = f"folder:{fresh_app.config['UPLOADS_DIR']}/mail"
    with fresh_app.app_context():
        place = make_place("PE", zone="America/Lima")
        be_patient(place)
        unit = make_unit(place, mailbox="box@example.org")
        make_commitment(place, due_on=DUE, unit=unit, day=date(2027, 6, 1))
        db.session.commit()
        with at("2028-03-01T17:00Z"):
            ticks.check_due()
            ticks.compose_due()
            ticks.deliver_due()
        early = [row for row in steps() if row[2] > DUE + timedelta(days=90)]
        assert early, "the wrong clock told something"
        for days in range(-16, 12):
            with at(f"{DUE + timedelta(days=days)}T17:00Z"):
                ticks.check_due()
                ticks.compose_due()
                ticks.deliver_due()
        lived = {(step, day) for step, _state, day in steps() if day <= DUE + timedelta(days=12)}
        assert lived >= {
            ("due-14", DUE - timedelta(days=14)),
            ("due-3", DUE - timedelta(days=3)),
            ("overdue+1", DUE + timedelta(days=1)),
            ("overdue+10", DUE + timedelta(days=10)),
        }
        assert db.session.get_one(Watch, place.id).checked_on == DUE + timedelta(days=10)
        assert max(db.session.scalars(select(Commitment.checked_on))) <= DUE + timedelta(days=11)
        assert differences() == (1, [])


def test_a_mail_put_off_by_a_wrong_clock_leaves(fresh_app: Flask) -> None:
    fresh_app.config["MAIL_URL"] = f"folder:{fresh_app.config['UPLOADS_DIR']}/mail"
    with fresh_app.app_context(), at("2027-08-13T17:00Z"):
        place = make_place("PE", zone="America/Lima")
        make_commitment(place, due_on=DUE, unit=make_unit(place, mailbox="box@example.org"), day=date(2027, 6, 1))
        db.session.commit()
        ticks.check_due()
        ticks.compose_due()
        mail = db.session.scalars(select(OutboxMail)).one()
        mail.not_before += timedelta(days=300)
        db.session.commit()
        assert ticks.deliver_due().sent == 1
