"""No page offers a person what the person would be refused: every link and form of every page is followed."""

from collections import deque
from urllib.parse import urlsplit

import pytest

from tests.support.apps import only_sqlite
from tests.walk.empty import NEWCOMERS
from tests.walk.examples import EXAMPLES
from tests.walk.people import PEOPLE, expected
from tests.walk.reading import read
from tests.walk.walking import NOBODY, Walk

#: More pages than the world has; a walk that goes on beyond goes in circles.
MOST = 3_000


@only_sqlite
@pytest.mark.parametrize("who", (*PEOPLE, *NEWCOMERS))
def test_whatever_is_offered_may_be_done(walk: Walk, who: str) -> None:
    start = "/sign-in" if who == NOBODY else "/"
    found = _wander(walk, who, start)
    assert len(found) > (1 if who in (NOBODY, "other partner") else 4), "next to nothing was found"
    assert len(found) < MOST
    wrong = [f"{page}: {method} {url} → {why}" for (method, url), (page, why) in found.items() if why]
    assert not wrong, "\n".join(wrong)


def _wander(walk: Walk, who: str, start: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Everything offered from a page on: where it stands, and why it is wrong (nothing when it is right)."""
    client = walk.client(who)
    found: dict[tuple[str, str], tuple[str, str]] = {("GET", start): ("the start", "")}
    waiting = deque([start])
    while waiting and len(found) < MOST:
        page = waiting.popleft()
        answer = client.get(page)
        if answer.status_code == 303 and answer.location.startswith("/"):
            leads = [("GET", answer.location)]
        elif answer.status_code != 200:
            found["GET", page] = (found["GET", page][0], str(answer.status_code))
            continue
        else:
            leads = read(answer.text).leads if answer.mimetype == "text/html" else []
        for method, address in leads:
            url = address.partition("#")[0]
            if not url or (method, url) in found:
                continue
            found[method, url] = (page, _why_wrong(walk, who, method, url))
            if method == "GET":
                waiting.append(url)
    return found


def _why_wrong(walk: Walk, who: str, method: str, url: str) -> str:
    if urlsplit(url).netloc:
        return "leads away from this site"
    matched = walk.endpoint_of(url, method)
    if matched is None:
        return "no such address"
    endpoint, values = matched
    letter = "A"
    if EXAMPLES[endpoint].mine:
        # What a person's own page offers is the person's.
        return ""
    if "place" in values:
        letter = next(name for name, code in walk.codes.items() if code == values["place"])
    if "mail_id" in values:
        letter = walk.letter_of_mail(values["mail_id"])
    led_by_other = letter in walk.towns and values.get("code") == walk.towns[letter].hidden
    right = expected(endpoint, who, letter, led_by_other)
    return "" if min(right) < 400 else f"{right}"
