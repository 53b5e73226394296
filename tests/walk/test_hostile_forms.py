"""Every field of every form with values that no honest person sends: refused in words or taken in, never broken."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.support.apps import only_sqlite
from tests.support.pages import form_of
from tests.walk.examples import EXAMPLES
from tests.walk.hostile import CALM, NO_DAY_GIVEN, RAW, SCRIPT, VALUES, folded, kept, kinds_of
from tests.walk.walking import Walk

FORMS = sorted(endpoint for endpoint, example in EXAMPLES.items() if example.sends is not None)
#: Kept of every wrong try to sign in, so that tries can be counted.
TRIES = "sign_in_attempt"


@only_sqlite
@pytest.mark.parametrize("endpoint", FORMS)
def test_no_field_takes_a_page_down(walk: Walk, endpoint: str) -> None:
    example, town = EXAMPLES[endpoint], walk.world.a
    assert example.sends is not None
    url, page = walk.url(endpoint, **example.ids(town)), walk.page_with(endpoint)
    kinds, typed = kinds_of(page, url), {**form_of(page, url).values, **example.sends(town)}
    assert kinds or not example.sends(town), f"{endpoint}: the form on its page has no fields"
    before, wrong = walk.rows(), []
    for name in sorted(set(kinds) | set(typed) - {"csrf_token"}):
        for what, value in VALUES.items():
            with walk.undone():
                answer = walk.send(example.by, url, {**typed, name: value})
                kind = kinds.get(name, "")
                why = _why_wrong(answer, kind, name, value) + _why_wrong_after(walk, example.by, answer, value)
                if answer.status_code >= 400 and {**walk.rows(), TRIES: 0} != {**before, TRIES: 0}:
                    why += " refused, yet it wrote"
                if kind == "date" and what not in NO_DAY_GIVEN and answer.status_code != 422:
                    why += " is no day, yet it was taken"
            if why:
                wrong.append(f"{name} = {what}: {answer.status_code}{why}")
    assert not wrong, f"{endpoint}\n" + "\n".join(wrong)


def _why_wrong(answer: TestResponse, kind: str, name: str, value: Any) -> str:
    if answer.status_code not in CALM:
        return " is no calm answer"
    if RAW in answer.text:
        return " shows a script as it was typed"
    right = kept(kind, value)
    if answer.status_code != 422 or kind in ("", "hidden"):
        return ""
    if right:
        found = form_of(answer.text, answer.request.full_path.rstrip("?")).values.get(name, "")
        if folded(found) not in (right, right[:60]):
            return f" forgot what was typed: {found[:80]!r}"
    at_the_field = f'id="{name}-error"' in answer.text
    if not at_the_field and not name.startswith(("budgets-", "email", "password", "stay")):
        return " says nothing at the field"
    return ""


def _why_wrong_after(walk: Walk, who: str, answer: TestResponse, value: Any) -> str:
    if answer.status_code != 303:
        return ""
    if not answer.location.startswith("/") or answer.location.startswith("//"):
        return f" leads to {answer.location}"
    if value != SCRIPT:
        return ""
    pages = [answer.location, "/", walk.url("agenda.listing", place=walk.world.a.code)]
    shown = {url: walk.client(who).get(url) for url in pages}
    bad = [
        f"{url} {page.status_code}" for url, page in shown.items() if page.status_code >= 400 or RAW in page.text
    ]
    return f" shows a script as it was typed: {bad}" if bad else ""
