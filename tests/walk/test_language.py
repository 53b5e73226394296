"""No page says anything that is in no catalogue."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.support.apps import only_sqlite
from tests.support.pages import Client, form_of
from tests.walk import pseudo
from tests.walk.empty import EMPTY, ids_of
from tests.walk.examples import EXAMPLES
from tests.walk.reading import read
from tests.walk.settling import Settled, clear, settle
from tests.walk.towns import Town
from tests.walk.walking import Walk
from tracker.core.db import db
from tracker.territory.models import Country

PAGES = sorted(name for name, example in EXAMPLES.items() if example.sends is None and name != "static")
FORMS = sorted(name for name, example in EXAMPLES.items() if example.sends is not None)
#: What is typed everywhere to be told everything that can be wrong.
WRONG = ("", "-1", "2026-02-30", "1900-01-01", "⟦a\u202eb⟧", "⟦a\x00b⟧", "⟦" + "n" * 20_000 + "⟧")
#: What a form carries that was opened before somebody else saved.
STALE = {"version": "7", "stood": "before"}
#: Who sees what others do not.
ALSO = ("administrator", "partner", "officer of A", "coordinator of B")


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Settled]]:
    """In place of the walk's own: an application that speaks what nobody speaks where French is asked for."""
    folder = tmp_path_factory.mktemp("walk-foreign")
    settled = settle("sqlite", folder)
    pseudo.speak(settled[0], folder / "texts")
    yield {"sqlite": settled}
    clear(settled)


@only_sqlite
@pytest.mark.parametrize("endpoint", PAGES)
def test_pages_speak_only_from_the_catalogues(walk: Walk, endpoint: str) -> None:
    example, wrong = EXAMPLES[endpoint], []
    for who in (example.by, *ALSO):
        for headers in ({}, {"HX-Request": "true"}):
            for letter in ("A", "B"):
                url = walk.url(endpoint, **example.ids(walk.towns[letter]))
                wrong += _untranslated(walk, _foreign(walk, who).get(url, headers=headers))
    assert not wrong, "\n".join(sorted(set(wrong)))


@only_sqlite
@pytest.mark.parametrize(("endpoint", "who"), EMPTY)
def test_empty_pages_speak_only_from_the_catalogues(walk: Walk, endpoint: str, who: str) -> None:
    answer = _foreign(walk, who).get(walk.url(endpoint, **ids_of(endpoint, walk.world)))
    assert answer.status_code in (200, 303)
    assert _untranslated(walk, answer) == []


@only_sqlite
@pytest.mark.parametrize("endpoint", FORMS)
def test_answers_to_forms_speak_only_from_the_catalogues(walk: Walk, endpoint: str) -> None:
    example, town, wrong = EXAMPLES[endpoint], walk.world.a, []
    client, url = _foreign(walk, example.by), walk.url(endpoint, **example.ids(town))
    hidden = form_of(walk.page_with(endpoint), url).values
    del hidden["csrf_token"]
    for text in WRONG:
        typed = {name: text for name in (*hidden, *_sent(endpoint, town)) if name != "version"}
        with walk.undone():
            wrong += _untranslated(walk, walk.send(example.by, url, {**hidden, **typed}))
    wrong += _untranslated(walk, client.post(url, data=_sent(endpoint, town)))
    with walk.undone():
        stale = {**hidden, **_sent(endpoint, town), **STALE}
        wrong += _untranslated(walk, walk.send(example.by, url, stale))
    done = walk.send(example.by, url, {**hidden, **_sent(endpoint, town)})
    wrong += _untranslated(walk, done)
    if done.status_code == 303:
        wrong += _untranslated(walk, client.get(done.location))
    assert not wrong, "\n".join(sorted(set(wrong)))


@only_sqlite
def test_refusals_speak_only_from_the_catalogues(walk: Walk) -> None:
    wrong = []
    client = _foreign(walk, "coordinator of A")
    missing = client.get("/nowhere")
    forbidden = client.get("/monitoring")
    unfit = client.get("/language")
    large = client.post("/language", data={"next": "x" * 3_000_000})
    statuses = [answer.status_code for answer in (missing, forbidden, unfit, large)]
    assert statuses == [404, 403, 405, 413]
    for answer in (missing, forbidden, unfit, large):
        wrong += _untranslated(walk, answer)
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_the_walk_hears_what_is_untranslated() -> None:
    none: frozenset[str] = frozenset()
    assert pseudo.untranslated(["‹3 days late ‹x› ⟦a⟧› · 12 nov 2026 · C-001, ⟦b⟧ 1.250,5 MXN"], none) == []
    assert pseudo.untranslated(["‹Late", "since›", "⟦a⟧"], none) == []
    assert pseudo.untranslated(["‹Late› since 12 nov"], none) == ["'since 12' in '‹Late› since 12 nov'"]
    assert pseudo.untranslated(["Save", "Chile"], frozenset({"Chile"})) == ["'Save' in 'Save'"]
    assert pseudo.untranslated(["‹Late"], none) == ["1 sentences do not end"]


def _sent(endpoint: str, town: Town) -> dict[str, Any]:
    """What is typed; whoever chooses a language here chooses this one."""
    sends = EXAMPLES[endpoint].sends
    assert sends is not None
    return {name: pseudo.LOCALE if name == "language" else value for name, value in sends(town).items()}


def _foreign(walk: Walk, who: str) -> Client:
    client = walk.client(who)
    client.set_cookie("language", pseudo.LOCALE)
    return client


def _untranslated(walk: Walk, answer: TestResponse) -> list[str]:
    if answer.mimetype != "text/html" or answer.status_code == 303:
        return []
    with walk.app.app_context():
        data = pseudo.labels(list(db.session.scalars(select(Country))))
    page = read(answer.text)
    return [*pseudo.untranslated(page.words, data), *pseudo.untranslated(page.spoken, data)]
