"""`flask user`: roles and second factors from the command line."""

from flask import Flask
from sqlalchemy import select

from tests.support.factories import make_place, make_user
from tests.support.processes import run_flask
from tracker.accounts.factors import new_secret
from tracker.accounts.models import Membership, User
from tracker.accounts.operations.factors import put_factor_on
from tracker.audit.models import Act
from tracker.core.db import begin_write, db
from tracker.core.now import utc_now


def test_the_last_administrator_is_kept_and_a_lost_factor_taken_off(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        ana = make_user("administrator", email="ana@example.org")
        place = make_place()
        make_user("coordinator", place=place, email="luis@example.org")
        db.session.commit()
        begin_write()
        put_factor_on(Act(None, "", "page", utc_now(), utc_now().date()), ana.id, new_secret(), 0, [])
        db.session.commit()
        db.session.remove()
    refused = run_flask(fresh_app, "user", "remove", "ana@example.org", "--role", "administrator")
    assert refused.returncode == 1
    assert "administrador" in refused.stderr
    gone = run_flask(
        fresh_app, "user", "remove", "LUIS@example.org", "--role", "coordinator", "--municipality", place.code
    )
    assert gone.returncode == 0, gone.stderr
    off = run_flask(fresh_app, "user", "factor-off", "ana@example.org")
    assert off.returncode == 0, off.stderr
    assert run_flask(fresh_app, "user", "factor-off", "ana@example.org").returncode == 1
    assert run_flask(fresh_app, "user", "remove", "nadie@example.org", "--role", "monitor").returncode == 1
    with fresh_app.app_context():
        assert db.session.scalars(select(Membership.role)).all() == ["administrator"]
        assert db.session.scalars(select(User.factor_at).where(User.email == "ana@example.org")).one() is None
