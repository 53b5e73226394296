"""What the tests stand on stands."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.apps import only_sqlite
from tests.support.factories import make_place
from tests.support.mail_server import MailServer
from tests.support.processes import run_flask
from tracker.core.db import db
from tracker.territory.models import Municipality

PAGE = "/sign-in"
LETTER = "From: a@example.org\r\nTo: b@example.org\r\nSubject: Año\r\n\r\nHola\r\n"


def _send(smtp: MailServer, to: str = "b@example.org") -> None:
    with smtplib.SMTP("127.0.0.1", smtp.port, timeout=2) as line:
        line.sendmail("a@example.org", [to], LETTER.encode())


def _rows() -> int:
    return db.session.scalar(select(func.count()).select_from(Municipality)) or 0


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_test_commits_is_gone_in_the_next(app: Flask, turn: str) -> None:
    with app.app_context():
        assert _rows() == 0
        make_place()
        db.session.commit()
    with app.app_context():
        assert _rows() == 1
        db.session.rollback()
        assert _rows() == 1


def test_a_fresh_database_is_migrated_and_own(fresh_app: Flask, engine: str) -> None:
    with fresh_app.app_context():
        assert db.engine.dialect.name.startswith(engine)
        assert _rows() == 0
        db.session.rollback()
        make_place()
        db.session.commit()
    with fresh_app.app_context(), db.engine.connect() as other:
        assert other.scalar(select(func.count()).select_from(Municipality)) == 1


def test_requests_see_the_tests_rows_and_the_test_theirs(app: Flask) -> None:
    def show() -> str:
        before = _rows()
        db.session.rollback()
        make_place()
        db.session.commit()
        return str(before)

    with _page(app, show), app.app_context():
        make_place()
        client = app.test_client()
        assert client.get(PAGE).text == "1"
        assert client.get(PAGE).text == "2"
        assert _rows() == 3


def test_a_request_that_writes_after_reading_fails_as_in_production(app: Flask) -> None:
    def mix() -> str:
        db.session.commit()
        _rows()
        make_place()
        return "written"

    with _page(app, mix):
        assert app.test_client().get(PAGE).status_code == 500
    with app.app_context():
        assert _rows() == 0


@contextmanager
def _page(app: Flask, view: Callable[[], str]) -> Iterator[None]:
    """Another answer of a page that is open to everyone, for the length of a block."""
    endpoint = "accounts.sign_in"
    before, app.view_functions[endpoint] = app.view_functions[endpoint], view
    try:
        yield
    finally:
        app.view_functions[endpoint] = before


@only_sqlite
def test_one_engine_can_be_chosen(app: Flask, engine: str) -> None:
    assert engine == "sqlite"
    assert app.config["DATABASE_URL"].startswith("sqlite")


def test_the_mail_server_records(smtp: MailServer) -> None:
    _send(smtp)
    (received,) = smtp.wait_for(1)
    assert received.recipients == ("b@example.org",)
    assert received.message["Subject"] == "Año"


def test_the_mail_server_fails_as_told(smtp: MailServer) -> None:
    smtp.fail("451 4.3.0 try later", at="DATA", times=1)
    with pytest.raises(smtplib.SMTPDataError, match="try later"):
        _send(smtp)
    smtp.fail("550 5.1.1 no such person", at="RCPT", address="gone@example.org")
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="no such person"):
        _send(smtp, "gone@example.org")
    _send(smtp)
    smtp.wait_for(1)


def test_the_mail_server_hangs_hangs_up_and_comes_back(smtp: MailServer) -> None:
    smtp.hang(at="RCPT")
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        _send(smtp)
    smtp.behave()
    smtp.hang_up(at="DATA", times=1)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        _send(smtp)
    smtp.wait_for(1)
    smtp.refuse()
    with pytest.raises(ConnectionRefusedError):
        _send(smtp)
    smtp.listen()
    _send(smtp)
    smtp.wait_for(2)


@only_sqlite
def test_a_command_runs_on_the_same_installation(fresh_app: Flask, engine: str) -> None:
    ran = run_flask(fresh_app, "policy", "show")
    assert ran.returncode == 0, ran.stderr
    refused = run_flask(fresh_app, "policy", "no-such-command")
    assert refused.returncode == 2
