"""Whether an account exists cannot be told from how long an answer takes: sign-in, reset, invitation."""

import gc
from collections.abc import Callable
from itertools import count
from statistics import median
from time import perf_counter

import pytest
from flask import Flask
from sqlalchemy import delete, update

from tests.support.apps import only_sqlite
from tests.support.factories import PASSWORD, make_place, make_user
from tests.support.pages import Client, form_of
from tracker.accounts.models import Invitation, SignInAttempt
from tracker.core.db import begin_write, db

pytestmark = pytest.mark.full
TRIES = 200
#: Of the median.
GAP = 0.05
#: A machine that is busy with other things spoils a round; a real difference shows in each.
ROUNDS = 3
KNOWN = "conocida@example.org"
_numbers = count(1)


def _unknown() -> str:
    """As long as the known one."""
    return f"persona-{next(_numbers):03d}@example.org"[-len(KNOWN) :]


def _gap(app: Flask, send: Callable[[str], int], statuses: set[int]) -> float:
    """The gap between the medians of both kinds, tried in turns, as a part of the median."""
    spent: dict[str, list[float]] = {"known": [], "unknown": []}
    send(KNOWN), send(_unknown())
    gc.collect()
    gc.disable()
    try:
        for n in range(TRIES):
            for kind in ("known", "unknown") if n % 2 else ("unknown", "known"):
                email = KNOWN if kind == "known" else _unknown()
                began = perf_counter()
                status = send(email)
                spent[kind].append(perf_counter() - began)
                assert status in statuses, status
                _forget(app)
    finally:
        gc.enable()
    known, unknown = median(spent["known"]), median(spent["unknown"])
    return abs(known - unknown) / median([*spent["known"], *spent["unknown"]])


def _forget(app: Flask) -> None:
    with app.app_context():
        begin_write()
        db.session.execute(delete(SignInAttempt))
        db.session.execute(update(Invitation).values(ended_how="revoked"))
        db.session.commit()


@pytest.fixture
def door(fresh_app: Flask) -> Client:
    """A browser in front of an installation with one account of the known address, and a coordinator."""
    with fresh_app.app_context():
        place = make_place()
        make_user("authority", place=make_place(), email=KNOWN, password=PASSWORD)
        boss = make_user(place=place, email="jefa@example.org")
        db.session.commit()
        fresh_app.extensions["people"] = f"/{place.code}/people", boss.id
        db.session.remove()
    client = fresh_app.test_client()
    assert isinstance(client, Client)
    return client


def _assert_tells_nothing(app: Flask, send: Callable[[str], int], *statuses: int) -> None:
    gaps = []
    for _ in range(ROUNDS):
        gaps.append(_gap(app, send, set(statuses)))
        if gaps[-1] <= GAP:
            return
    pytest.fail(f"known and unknown accounts differ by {[f'{gap:.1%}' for gap in gaps]} of the median")


def _sender(client: Client, path: str, **typed: str) -> Callable[[str], int]:
    values = form_of(client.get(path).text, None if path in ("/sign-in", "/password") else path).values

    def send(email: str) -> int:
        fresh = {"form_id": f"{next(_numbers):032x}"}
        return client.post(path, data={**values, **typed, **fresh, "email": email}).status_code

    return send


@only_sqlite
def test_sign_in(fresh_app: Flask, door: Client) -> None:
    _assert_tells_nothing(fresh_app, _sender(door, "/sign-in", password="no es esta"), 422)


@only_sqlite
def test_reset(fresh_app: Flask, door: Client) -> None:
    _assert_tells_nothing(fresh_app, _sender(door, "/password"), 303)


@only_sqlite
def test_invitation(fresh_app: Flask, door: Client) -> None:
    """Each is taken back before the next: an open one is refused to be made twice."""
    path, boss_id = fresh_app.extensions["people"]
    door.enter_as(boss_id)
    send = _sender(door, path, role="authority", how="mail", name="Rosa", language="es")

    _assert_tells_nothing(fresh_app, send, 303)
