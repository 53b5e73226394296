"""What is measured: requests through the test client with a signed-in session and the real gate, and the check."""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bench.agendas import COMMITMENTS, LATE, STRIKING
from bench.places import BARE, EMPTY
from bench.seed import Seeded
from tracker.accounts.operations import begin_session
from tracker.agenda.rules import next_code
from tracker.core.db import begin_write
from tracker.core.now import utc_now
from tracker.core.ticks import transaction
from tracker.follow_up.ticks import check_in_batches
from tracker.territory.queries import places_by_id

#: The commitment looked at: late, moved, shared, with money, an action, updates, a trail and a notice.
LOOKED_AT = next_code(0)
#: Those reported on in turn: open ones, none of which is looked at.
REPORTED = tuple(next_code(number) for number in range(LATE * 2, COMMITMENTS))


@dataclass
class Stage:
    """One database, filled, with somebody signed in."""

    app: Flask
    seeded: Seeded
    client: FlaskClient
    anonymous: FlaskClient
    #: Token of forms, as a page of this session gave it.
    token: str = ""
    clicks: Iterator[int] = field(default_factory=count)


@dataclass(frozen=True)
class Subject:
    """Something that is done over and over."""

    name: str
    ask: Callable[[Stage], TestResponse]
    #: Status of a good answer.
    status: int = 200
    #: A page, to which the aims of pages apply.
    is_page: bool = True


def stage_of(app: Flask, seeded: Seeded) -> Stage:
    """Sign the coordinator in, without the page and its slow look at the password."""
    with app.app_context(), transaction():
        begin_write()
        session_token = begin_session(seeded.coordinator_id, utc_now(), stay=True)
    stage = Stage(app, seeded, app.test_client(), app.test_client())
    with stage.client.session_transaction() as cookie:
        cookie.update({"_user_id": session_token, "_fresh": True})
        cookie.permanent = True
    form = stage.client.get(f"/{seeded.code}/agenda/{REPORTED[0]}/updates/new").text
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', form)
    assert found, "the form of an update shows no token"
    stage.token = found[1]
    return stage


def _page(name: str, path: str, is_page: bool = True, **headers: str) -> Subject:
    def ask(stage: Stage) -> TestResponse:
        return stage.client.get(path.format(code=stage.seeded.code), headers=headers)

    return Subject(name, ask, is_page=is_page)


def _bare(stage: Stage) -> TestResponse:
    return stage.anonymous.get(BARE)


def _update(stage: Stage) -> TestResponse:
    click = next(stage.clicks)
    typed = {
        "csrf_token": stage.token,
        "form_id": secrets.token_hex(16),
        "progress": str(click % 100),
        "happened": "under_way",
        "text": "Se colocaron otros doscientos metros de tubería.",
    }
    return stage.client.post(f"/{stage.seeded.code}/agenda/{REPORTED[click % len(REPORTED)]}/updates", data=typed)


BARE_VIEW, EMPTY_PAGE = "bare view", "empty page"
SUBJECTS = (
    Subject(BARE_VIEW, _bare, is_page=False),
    _page(EMPTY_PAGE, EMPTY, is_page=False),
    _page("My agenda", "/"),
    _page("commitment page", "/{code}/agenda/" + LOOKED_AT),
    _page("agenda list", "/{code}/agenda"),
    _page("agenda list, compressed", "/{code}/agenda", is_page=False, Accept_Encoding="gzip"),
    Subject("one update", _update, status=303, is_page=False),
)
CHECK = "the check"


def check(stage: Stage, nth_day: int) -> None:
    """The scheduled check of every municipality, on the nth day prepared for it."""
    day = stage.seeded.day + timedelta(days=nth_day)
    with stage.app.app_context():
        with transaction():
            places = list(places_by_id(range(1, stage.seeded.municipalities + 1)).values())
        checked = check_in_batches(places, day)
    wanted = len(places) * STRIKING
    # What the bench itself reported on meanwhile has clocks of its own.
    if checked.failed or not wanted <= checked.looked_at <= wanted + len(REPORTED):
        raise RuntimeError(f"the check of {day} looked at {checked.looked_at} rows, not {wanted}")
