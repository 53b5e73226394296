"""Addresses that nobody was given: hostile parameters, ids that do not exist or belong elsewhere."""

import re
from typing import Any
from urllib.parse import quote_from_bytes

import pytest

from tests.support.apps import only_postgres, only_sqlite
from tests.support.bare import bare_app
from tests.walk.examples import EXAMPLES
from tests.walk.hostile import CALM, RAW, values_for
from tests.walk.towns import Town
from tests.walk.walking import Walk, encoded

PAGES = sorted(endpoint for endpoint, example in EXAMPLES.items() if example.sends is None)
#: Every parameter that some page reads.
PARAMETERS = (
    *("q", "state", "unit", "line", "sort", "page", "show", "place", "country", "before", "next"),
    *("after", "day", "failed", "job", "run", "kept", "date"),
)
READ_BY = {
    "agenda.listing": ("q", "state", "unit", "line", "sort", "page", "kept", "date"),
    "follow_up.home": ("show", "place"),
    "monitoring.places": ("q", "country", "show", "page"),
    "follow_up.checks": ("place", "failed", "before", "job", "show", "run"),
    "follow_up.check": ("show", "after"),
    "follow_up.dry_run": ("day",),
    "follow_up.nobody": ("page",),
    "notices.inbox": ("before",),
    "notices.mails": ("q", "state", "place", "before"),
    "accounts.sign_in": ("next",),
}
#: Ids as somebody might try them; `%` starts what is sent as it stands.
IDS = ("0", "-1", "999999999999999999999", "1e3", "%00", "%FF", "%E2%80%AE", "..", "a" * 5_000, "<script>alert(1)")
#: Endpoints whose address names a row: a commitment, a file, a mail, a check, a unit, a link of a mail.
OF_ROWS = sorted(
    rule.endpoint
    for rule in bare_app().url_map.iter_rules()
    if rule.arguments & {"code", "attachment_id", "mail_id", "token", "check_id", "unit_id"}
)
#: Parts of an address, such as `<int:milestone_id>`.
PART = re.compile(r"<(?:\w+:)?(\w+)>")


@only_sqlite
@pytest.mark.parametrize("endpoint", PAGES)
def test_no_parameter_takes_a_page_down(walk: Walk, endpoint: str) -> None:
    example = EXAMPLES[endpoint]
    url, client, wrong = walk.url(endpoint, **example.ids(walk.world.a)), walk.client(example.by), []
    for names in [PARAMETERS, *[(name,) for name in READ_BY.get(endpoint, ())]]:
        for what, value in values_for("text" if names != PARAMETERS else "").items():
            query = encoded(dict.fromkeys(names, value)).decode()
            answer = client.get(f"{url}{'&' if '?' in url else '?'}{query}")
            if answer.status_code not in CALM or (answer.mimetype == "text/html" and RAW in answer.text):
                wrong.append(f"{names} = {what}: {answer.status_code}")
            if answer.status_code == 303 and not answer.location.startswith("/"):
                wrong.append(f"{names} = {what} leads to {answer.location}")
    assert not wrong, f"{endpoint}\n" + "\n".join(wrong)


@only_sqlite
@pytest.mark.parametrize("endpoint", sorted(EXAMPLES))
def test_ids_that_are_not_there_answer_404(walk: Walk, endpoint: str) -> None:
    _try_ids(walk, endpoint)


@only_postgres
@pytest.mark.parametrize("endpoint", OF_ROWS)
def test_ids_that_the_other_database_cannot_hold_answer_404(walk: Walk, endpoint: str) -> None:
    _try_ids(walk, endpoint)


def _try_ids(walk: Walk, endpoint: str) -> None:
    example, town = EXAMPLES[endpoint], walk.world.a
    rule = next(walk.app.url_map.iter_rules(endpoint)).rule
    walk.client(example.by)
    ids, before, wrong = example.ids(town), walk.rows(), []
    for name in set(PART.findall(rule)) - {"filename"}:
        for value in [*_codes(name), *_ids_elsewhere(name, town, walk.world.b)]:
            url = _address(rule, {**ids, name: value}, name)
            if example.sends is None:
                answer = walk.client(example.by).get(url)
            else:
                answer = walk.send(example.by, url, example.sends(town))
            if answer.status_code != 404 and not (value == "%00" and answer.status_code == 400):
                wrong.append(f"{url[:80]}: {answer.status_code}")
            if RAW in answer.text:
                wrong.append(f"{url[:80]} shows a script as it was typed")
    assert not wrong, f"{endpoint}\n" + "\n".join(wrong)
    assert walk.rows() == before


def _address(rule: str, ids: dict[str, Any], as_it_stands: str) -> str:
    """An address whose parts are quoted, but for one."""
    return PART.sub(lambda part: ids[part[1]] if part[1] == as_it_stands else _quoted(ids[part[1]]), rule)


def _codes(name: str) -> tuple[str, ...]:
    return (*IDS, "zz-0", "mx-0", "mx-9a%00") if name == "place" else IDS


def _ids_elsewhere(name: str, town: Town, other: Town) -> list[str]:
    """Ids that exist, of another commitment or another municipality."""
    if name == "milestone_id":
        return [str(id) for id in (town.other_milestone_id, other.milestone_id, other.done_milestone_id)]
    if name == "mail_id":
        return [str(other.mail_id)]
    if name in ("check_id", "unit_id"):
        return [str(other.check_id if name == "check_id" else other.quiet_unit_id)]
    return [str(other.file_id)] if name == "attachment_id" else []


def _quoted(value: Any) -> str:
    return quote_from_bytes(str(value).encode())


@only_sqlite
def test_what_is_elsewhere_looks_like_what_is_nowhere(walk: Walk) -> None:
    elsewhere, nowhere = walk.world.b, "cl-none"
    client = walk.client("coordinator of A")
    for path in ("agenda", f"agenda/{elsewhere.open}", "plan", f"files/{elsewhere.file_id}"):
        theirs, missing = client.get(f"/{elsewhere.code}/{path}"), client.get(f"/{nowhere}/{path}")
        assert (theirs.status_code, theirs.text) == (404, missing.text)


@only_sqlite
@pytest.mark.parametrize("endpoint", sorted(EXAMPLES))
def test_a_partner_finds_only_what_it_has_a_part_in(walk: Walk, endpoint: str) -> None:
    """Commitments of the same municipality that are none of the partner's answer as if they were not there."""
    example, town = EXAMPLES[endpoint], walk.world.a
    ids = example.ids(town)
    if "code" in ids:
        ids = {**ids, "code": town.hidden}
    elif "attachment_id" in ids:
        ids = {**ids, "attachment_id": town.hidden_file_id}
    else:
        return
    url = walk.url(endpoint, **ids)
    answer = walk.client("partner").get(url) if example.sends is None else walk.send("partner", url, {})
    assert answer.status_code in (403, 404)
    may = walk.client("partner").get(walk.url(endpoint, **example.ids(town))) if example.sends is None else None
    if may is not None and may.status_code < 400:
        assert answer.status_code == 404
