"""Every route answers everybody by role, in the own municipality and in another; who may not writes nothing."""

from typing import Any

import pytest

from tests.support.apps import only_postgres, only_sqlite
from tests.support.pages import form_of
from tests.walk.examples import EXAMPLES
from tests.walk.people import LETTERS, PEOPLE, expected
from tests.walk.walking import Walk
from tracker.permissions import PERMISSIONS

#: Kept of every wrong try, so that tries can be counted.
TRIES = "sign_in_attempt"
#: Who says enough about the other database.
FEW = ("nobody", "monitor of MX", "partner", "coordinator of A", "other officer of A")


def test_every_route_has_an_example() -> None:
    missing = sorted(set(PERMISSIONS) - set(EXAMPLES))
    assert not missing, f"routes without an example in tests/walk/examples.py: {missing}"
    stale = sorted(set(EXAMPLES) - set(PERMISSIONS))
    assert not stale, f"examples without a route: {stale}"


@only_sqlite
@pytest.mark.parametrize("endpoint", sorted(PERMISSIONS))
def test_each_gets_the_answer_of_the_role(walk: Walk, endpoint: str) -> None:
    _walk_as(walk, endpoint, PEOPLE)


@only_postgres
@pytest.mark.parametrize("endpoint", sorted(PERMISSIONS))
def test_the_same_on_the_other_database(walk: Walk, endpoint: str) -> None:
    _walk_as(walk, endpoint, FEW)


def _typed(walk: Walk, endpoint: str, letter: str) -> dict[str, Any]:
    """What a form sends, with what its page hides in it, whoever sends it."""
    example, town = EXAMPLES[endpoint], walk.towns[letter]
    assert example.sends is not None
    line = PERMISSIONS[endpoint]
    page = walk.page_with(endpoint, letter, "nobody" if line.public else "" if line.oneself else "administrator")
    offered = form_of(page, walk.url(endpoint, **example.ids(town))).values
    return {name: value for name, value in offered.items() if name != "csrf_token"} | example.sends(town)


def _walk_as(walk: Walk, endpoint: str, people: tuple[str, ...]) -> None:
    example = EXAMPLES[endpoint]
    wrong = []
    for letter in LETTERS if example.has_place else LETTERS[:1]:
        town = walk.towns[letter]
        url = walk.url(endpoint, **example.ids(town))
        typed = _typed(walk, endpoint, letter) if example.sends is not None else {}
        clients = {who: walk.client(who) for who in people}
        # Whatever is done is undone, so that it is the same for everybody.
        before = walk.rows()
        for who, client in clients.items():
            right = expected(endpoint, who, letter)
            with walk.undone():
                answer = client.get(url) if example.sends is None else walk.send(who, url, typed)
                rows = walk.rows()
                written = {name: rows[name] for name in rows if rows[name] != before[name] and name != TRIES}
            if answer.status_code not in right:
                wrong.append(f"{who} at {url}: {answer.status_code}, not {right}")
            elif written and (example.sends is None or answer.status_code >= 400):
                wrong.append(f"{who} at {url}: {answer.status_code}, yet it wrote {written}")
    assert not wrong, "\n".join(wrong)
