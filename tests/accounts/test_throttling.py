"""Too many wrong tries: counted in the database, by account and by address, known or not."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.accounts.doors import IN, TOO_MANY, WRONG, browser
from tests.support.apps import DbSession, only_sqlite
from tests.support.clock import at
from tests.support.factories import PASSWORD, make_place, make_user
from tests.support.pages import Client, form_of
from tests.support.together import at_once
from tracker.accounts.operations.tries import begin_try, forget_try
from tracker.core.now import utc_now

WHO = "ana@example.org"
NOON = "2026-11-23T18:00Z"
HERE, THERE = "198.51.100.1", "198.51.100.2"


def poster(client: Client, path: str) -> Callable[..., int]:
    """Send the form of a page over and over, from any address; the status."""
    values = form_of(client.get(path).text).values

    def send(address: str = HERE, **typed: str) -> int:
        answer = client.post(path, data={**values, **typed}, environ_base={"REMOTE_ADDR": address})
        if answer.status_code == TOO_MANY:
            assert answer.headers["Retry-After"] == "900"
            assert "Demasiados" in answer.text
        return answer.status_code

    return send


def test_ten_for_an_account_from_an_address_known_or_not(client: Client, app: Flask, session: DbSession) -> None:
    make_user(place=make_place(), email=WHO, password=PASSWORD)
    session.commit()
    with at(NOON) as clock:
        send = poster(client, "/sign-in")
        for email in (WHO, "nadie@example.org"):
            got = [send(email=email, password="no es esta") for _ in range(12)]
            assert got == [WRONG] * 10 + [TOO_MANY] * 2
        assert send(email=WHO, password=PASSWORD) == TOO_MANY, "the right one too, from there"
        right = poster(browser(app), "/sign-in")
        assert right(THERE, email=WHO, password=PASSWORD) == IN, "the right person elsewhere gets in"
        clock.shift(15 * 60 + 1)
        assert send(email=WHO, password=PASSWORD) == IN


def test_fifty_from_an_address(client: Client) -> None:
    send = poster(client, "/password")
    got = [send(email=f"p{n}@example.org") for n in range(52)]
    assert got == [303] * 50 + [TOO_MANY] * 2
    assert send(THERE, email="p1@example.org") == 303


@only_sqlite
@pytest.mark.parametrize(
    ("path", "typed", "first"),
    [("/password", {"email": "nadie@example.org"}, 303), ("/join", {"code": "AAAA BBBB CCCC"}, WRONG)],
)
def test_every_door_counts_for_itself(client: Client, path: str, typed: dict[str, str], first: int) -> None:
    send = poster(client, path)
    assert [send(**typed) for _ in range(11)] == [first] * 10 + [TOO_MANY]
    assert poster(client, "/sign-in")(email=WHO, password="x") == WRONG


def test_what_was_right_is_not_counted(session: DbSession) -> None:
    for _ in range(30):
        tried = begin_try("sign_in", WHO, HERE, utc_now())
        assert tried is not None
        forget_try(tried)
        session.commit()


def test_many_at_once_find_no_more_room_than_one_after_the_other(fresh_app: Flask) -> None:
    got: list[bool] = []

    def attempt() -> None:
        got.append(begin_try("sign_in", WHO, HERE, utc_now()) is not None)

    assert at_once(fresh_app, *[attempt] * 16) == [None] * 16
    assert sorted(got) == [False] * 6 + [True] * 10


def test_codes_of_one_account_are_limited_from_everywhere(session: DbSession) -> None:
    tried = [begin_try("code", "user 1", f"198.51.100.{n}", utc_now()) for n in range(60)]
    assert [found is not None for found in tried] == [True] * 50 + [False] * 10
    assert begin_try("sign_in", "user 1", "198.51.100.99", utc_now()) is not None
