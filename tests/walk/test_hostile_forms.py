"""Every field of every form with values that no honest person sends: refused in words or taken in, never broken."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.support.apps import only_sqlite
from tests.support.pages import form_of
from tests.walk.examples import EXAMPLES
from tests.walk.hostile import CALM, NO_DAY_GIVEN, RAW, SCRIPT, folded, kept, kinds_of, values_for
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
    for names in _together(kinds, set(typed) - {"csrf_token"}):
        kind = kinds.get(names[0], "")
        for what, value in values_for(kind).items():
            with walk.undone():
                answer = walk.send(example.by, url, {**typed, **dict.fromkeys(names, value)})
                why = _why_wrong(answer, kind, names, value) + _why_wrong_after(walk, example.by, answer, value)
                if answer.status_code >= 400 and {**walk.rows(), TRIES: 0} != {**before, TRIES: 0}:
                    why += " refused, yet it wrote"
                if kind == "date" and what not in NO_DAY_GIVEN and answer.status_code != 422:
                    why += " is no day, yet it was taken"
            if why:
                wrong.append(f"{names} = {what}: {answer.status_code}{why}")
    assert not wrong, f"{endpoint}\n" + "\n".join(wrong)


def _together(kinds: dict[str, str], typed: set[str]) -> list[tuple[str, ...]]:
    """Fields that are tried in one go: those that take any words, by kind; every other one alone."""
    alone = [(name,) for name in sorted(set(kinds) | typed) if kinds.get(name) not in ("line", "textarea")]
    groups = [tuple(name for name, kind in kinds.items() if kind == wanted) for wanted in ("line", "textarea")]
    return [*alone, *[group for group in groups if group]]


def _why_wrong(answer: TestResponse, kind: str, names: tuple[str, ...], value: Any) -> str:
    if answer.status_code not in CALM:
        return " is no calm answer"
    if RAW in answer.text:
        return " shows a script as it was typed"
    if answer.status_code != 422 or kind in ("", "hidden"):
        return ""
    right = kept(kind, value)
    if right:
        values = form_of(answer.text, answer.request.full_path.rstrip("?")).values
        gone = [name for name in names if folded(values.get(name, "")) not in (right, right[:60])]
        if gone:
            return f" forgot what was typed into {gone}"
    at_a_field = any(f'id="{name}-error"' in answer.text for name in names)
    if not at_a_field and not names[0].startswith(("budgets-", "email", "password", "stay")):
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
