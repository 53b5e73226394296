"""The second factor: put on, asked for, once each, taken off, a duty."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.accounts.doors import IN, TOO_MANY, WRONG, browser, code_at, copy_of, is_in, mails, secret_on
from tests.support.apps import DbSession, only_sqlite
from tests.support.clock import at
from tests.support.factories import PASSWORD, make_place, make_user
from tests.support.pages import Client, form_of
from tests.support.together import at_once
from tracker.accounts.factors import new_recovery_codes, new_secret, sealed, step_of
from tracker.accounts.models import LoginSession, RecoveryCode, User
from tracker.accounts.operations.factors import put_factor_on, use_code
from tracker.audit.models import Act, AuditEntry
from tracker.audit.queries import lines_of
from tracker.core.db import begin_write, db
from tracker.core.now import utc_now

WHO = "ana@example.org"
NOON = "2026-11-23T18:00Z"


@pytest.fixture
def ana(session: DbSession) -> User:
    """A coordinator with a password."""
    user = make_user(place=make_place(), email=WHO, password=PASSWORD)
    session.commit()
    return user


def put_on(user: User, secret: str, codes: list[str]) -> None:
    """Give somebody a second factor whose code of the moment is not used up."""
    begin_write()
    put_factor_on(Act(user.id, user.name, "page", utc_now(), utc_now().date()), user.id, secret, 0, codes)
    db.session.commit()


def set_up(client: Client, secret_code: str | None = None) -> tuple[str, list[str]]:
    """Through the pages: the secret and the recovery codes."""
    page = client.get("/account/second-factor")
    secret = secret_on(page.text)
    form = form_of(page.text, "/account/second-factor")
    typed = {**form.values, "code": secret_code or code_at(secret), "password": PASSWORD}
    answer = client.post("/account/second-factor", data=typed)
    assert answer.status_code == 303, answer.text
    shown = client.get(answer.location).text.partition('class="codes"')[2].partition("</ol>")[0]
    codes = [part.partition("</li>")[0] for part in shown.split("<li>")[1:]]
    assert len(codes) == 10
    return secret, codes


def test_from_setting_up_to_signing_in(
    client: Client, app: Flask, ana: User, session: DbSession, mail_folder: Path
) -> None:
    with at(NOON) as clock:
        client.sign_in_as(WHO, PASSWORD)
        other = browser(app)
        other.enter_as(ana.id)
        secret, codes = set_up(client)
        assert is_in(client)
        assert not is_in(other)
        session.expire_all()
        assert secret not in (ana.factor_secret or "")
        assert not {code.replace(" ", "") for code in codes} & set(session.scalars(select(RecoveryCode.code_hash)))
        assert not any(code in client.get("/account/second-factor/codes").text for code in codes), "shown once"
        clock.shift(60)
        fresh = browser(app)
        answer = fresh.sign_in_as(WHO, PASSWORD)
        assert answer.location == "/sign-in/code"
        assert fresh.get("/account").location.startswith("/sign-in/code")
        copied = copy_of(fresh, app)
        assert copied.get("/sign-in/code").status_code == 200
        assert fresh.submit("/sign-in/code", {"code": code_at(secret)}).status_code == IN
        assert is_in(fresh)
        assert copied.get("/sign-in/code").status_code == 303, "the half signed-in cookie is dead"
        assert not is_in(copied)
        assert any("Segundo factor activado" in mail for mail in mails(mail_folder))
        assert "factor_on" in session.scalars(select(AuditEntry.verb)).all()


def test_a_code_counts_once_and_one_step_around(ana: User, session: DbSession) -> None:
    secret = new_secret()
    with at(NOON) as clock:
        put_on(ana, secret, [])
        code, before, after = (code_at(secret, utc_now() + timedelta(seconds=s)) for s in (0, -30, 30))
        far = code_at(secret, utc_now() + timedelta(seconds=60))
        assert not use_code(ana.id, far, utc_now())
        assert use_code(ana.id, before, utc_now())
        assert not use_code(ana.id, before, utc_now())
        assert use_code(ana.id, after, utc_now())
        assert not use_code(ana.id, code, utc_now()), "an earlier one than the last used"
        clock.shift(60)
        assert use_code(ana.id, code_at(secret), utc_now())
        session.commit()


def test_of_two_at_once_with_one_code_one_wins(fresh_app: Flask) -> None:
    secret, codes = new_secret(), new_recovery_codes()
    with fresh_app.app_context():
        ana = make_user(place=make_place(), email=WHO)
        db.session.commit()
        put_on(ana, secret, codes)
        ana_id = ana.id
        db.session.remove()
    for code in (code_at(secret), codes[0]):
        got: list[bool] = []

        def use(code: str = code, got: list[bool] = got) -> None:
            got.append(use_code(ana_id, code, utc_now()))

        assert at_once(fresh_app, use, use) == [None, None]
        assert sorted(got) == [False, True]


def test_recovery_codes_count_once_however_they_are_typed(
    client: Client, app: Flask, ana: User, session: DbSession
) -> None:
    codes = new_recovery_codes()
    put_on(ana, new_secret(), codes)
    typed = f" {codes[3][:5].lower()}-{codes[3][5:].lower()} "
    client.sign_in_as(WHO, PASSWORD)
    assert client.submit("/sign-in/code", {"code": typed}).status_code == IN
    assert "9 códigos de diez" in client.get("/account/second-factor").text
    other = browser(app)
    other.sign_in_as(WHO, PASSWORD)
    answer = other.submit("/sign-in/code", {"code": codes[3]})
    assert answer.status_code == WRONG
    assert 'id="code-error"' in answer.text
    answer = client.submit("/account/second-factor/codes", {"password": PASSWORD}, "/account/second-factor/codes")
    assert answer.status_code == 303
    assert other.submit("/sign-in/code", {"code": codes[4]}).status_code == WRONG, "old paper"


def test_ten_wrong_codes_are_enough(client: Client, ana: User) -> None:
    put_on(ana, new_secret(), [])
    client.sign_in_as(WHO, PASSWORD)
    tried = [client.submit("/sign-in/code", {"code": f"{n:06d}"}).status_code for n in range(11)]
    assert tried == [WRONG] * 10 + [TOO_MANY]


@only_sqlite
def test_half_signed_in_opens_nothing_and_lasts_ten_minutes(client: Client, ana: User) -> None:
    place = ana.memberships[0].municipality_id
    assert place
    with at(NOON) as clock:
        put_on(ana, new_secret(), [])
        client.sign_in_as(WHO, PASSWORD)
        for path in ("/", "/inbox", "/account", "/account/second-factor", "/account/password", "/people"):
            answer = client.get(path)
            assert answer.status_code == 303, path
            assert answer.location.startswith("/sign-in/code"), path
        token = form_of(client.get("/sign-in/code").text).values["csrf_token"]
        answer = client.post("/account", data={"csrf_token": token, "name": "Otra"})
        assert answer.status_code == 401
        clock.shift(601)
        assert client.get("/sign-in/code").location.startswith("/sign-in?")


@only_sqlite
def test_a_duty_opens_only_the_set_up_page(client: Client, app: Flask, ana: User, session: DbSession) -> None:
    app.config["SECOND_FACTOR_FOR"] = "administrator,coordinator"
    client.sign_in_as(WHO, PASSWORD)
    for path in ("/", "/inbox", "/account", "/account/password", "/account/second-factor/codes"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (303, "/account/second-factor"), path
    page = client.get("/account/second-factor")
    assert "Su función exige" in page.text
    assert "/inbox" not in page.text
    set_up(client)
    assert client.get("/inbox").status_code == 200


@only_sqlite
def test_wrong_password_wrong_code_and_an_old_picture_are_told(client: Client, ana: User) -> None:
    with at(NOON) as clock:
        client.enter_as(ana.id)
        page = client.get("/account/second-factor").text
        secret, form = secret_on(page), form_of(page, "/account/second-factor")
        for typed, field in (
            ({"code": code_at(secret), "password": "no es esta"}, "password"),
            ({"code": "000000", "password": PASSWORD}, "code"),
            ({"code": "", "password": PASSWORD}, "code"),
        ):
            answer = client.post("/account/second-factor", data={**form.values, **typed})
            assert answer.status_code == WRONG
            assert f'id="{field}-error"' in answer.text
            assert secret_on(answer.text) == secret, "the picture stays the same"
        altered = {**form.values, "sealed": sealed(new_secret()), "code": "123456", "password": PASSWORD}
        assert client.post("/account/second-factor", data=altered).status_code == WRONG
        clock.shift(20 * 60)
        client.get("/account/second-factor")
        clock.shift(20 * 60)
        client.get("/account/second-factor")
        clock.shift(25 * 60)
        client.enter_as(ana.id)
        values = {**form.values, "code": code_at(secret), "password": PASSWORD}
        values["csrf_token"] = form_of(client.get("/account/second-factor").text).values["csrf_token"]
        assert secret_on(client.post("/account/second-factor", data=values).text) != secret


def test_an_administrator_takes_it_off_and_its_owner_hears(
    client: Client, app: Flask, ana: User, session: DbSession, mail_folder: Path
) -> None:
    make_user("administrator", email="admin@example.org", name="Alma Admin", password=PASSWORD)
    session.commit()
    put_on(ana, new_secret(), [])
    hers = browser(app)
    hers.enter_as(ana.id)
    client.sign_in_as("admin@example.org", PASSWORD)
    page = f"/people/{ana.id}/second-factor"
    assert client.submit(page, {"password": "otra cosa"}, page).status_code == WRONG
    assert client.submit(page, {"password": PASSWORD}, page).status_code == 303
    session.expire_all()
    assert ana.factor_at is None
    assert not is_in(hers)
    assert any("Alma Admin" in mail for mail in mails(mail_folder))
    (line,) = lines_of(session.scalars(select(AuditEntry).where(AuditEntry.verb == "factor_off")).all())
    assert line.name == "Alma Admin"
    assert client.submit(page, {"password": PASSWORD}, page).status_code == 422, "there is none"
    assert hers.sign_in_as(WHO, PASSWORD).location == "/"


@only_sqlite
def test_taking_it_off_asks_for_the_password(client: Client, app: Flask, ana: User, session: DbSession) -> None:
    put_on(ana, new_secret(), [])
    client.enter_as(ana.id)
    page, action = "/account/second-factor", "/account/second-factor/removal"
    assert client.submit(page, {"password": "otra"}, action).status_code == WRONG
    assert client.submit(page, {"password": PASSWORD}, action).status_code == 303
    session.expire_all()
    assert ana.factor_secret is None
    assert session.scalars(select(RecoveryCode)).all() == []
    assert session.scalars(select(LoginSession).where(LoginSession.user_id == ana.id)).all()


@only_sqlite
def test_nothing_else_is_a_code(app: Flask) -> None:
    secret, now = new_secret(), utc_now()
    for typed in ("", "1", "12345", "1234567", "abcdef", "¹²³⁴⁵⁶", "-12345", "12345\n"):
        assert step_of(secret, typed, now) is None
