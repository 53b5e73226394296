"""One row of the matrix: everybody at one route, in the own municipality and in another."""

from typing import Any

from tests.support.pages import form_of
from tests.walk.examples import EXAMPLES
from tests.walk.people import LETTERS, expected
from tests.walk.walking import Walk
from tracker.permissions import PERMISSIONS

#: Kept of every wrong try, so that tries can be counted.
TRIES = "sign_in_attempt"


def _typed(walk: Walk, endpoint: str, letter: str) -> dict[str, Any]:
    """What a form sends, with what its page hides in it, whoever sends it."""
    example, town = EXAMPLES[endpoint], walk.towns[letter]
    assert example.sends is not None
    line = PERMISSIONS[endpoint]
    teller = "administrator" if "administrator" in line.roles else f"coordinator of {letter}"
    page = walk.page_with(endpoint, letter, "nobody" if line.public else "" if line.oneself else teller)
    offered = form_of(page, walk.url(endpoint, **example.ids(town))).values
    return {name: value for name, value in offered.items() if name != "csrf_token"} | example.sends(town)


def walk_as(walk: Walk, endpoint: str, people: tuple[str, ...]) -> None:
    """Each gets the answer of the role; who may not, and who only looks, writes nothing."""
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
