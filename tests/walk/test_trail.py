"""Whatever form is sent: where facts were written, the trail says so, and it stays whole."""

from typing import Any

import pytest
from sqlalchemy import func, select

from tests.audit.watching import watched
from tests.support.pages import form_of
from tests.walk.examples import EXAMPLES
from tests.walk.walking import Walk
from tracker.audit.models import AuditEntry
from tracker.audit.verifying import verify_trail
from tracker.core.db import table_of

#: Forms that write nothing of which there is a history, and why.
WITHOUT = {
    "accounts.choose_language": "what somebody reads in is no fact about a municipality",
    "notices.save_choices": "the example chooses what was chosen before",
    "notices.save_reminders": "the example chooses what was chosen before",
}
SENT = sorted(name for name, example in EXAMPLES.items() if example.sends is not None)


def _typed(walk: Walk, endpoint: str) -> dict[str, Any]:
    example, town = EXAMPLES[endpoint], walk.towns["A"]
    assert example.sends is not None
    offered = form_of(walk.page_with(endpoint), walk.url(endpoint, **example.ids(town))).values
    return {name: value for name, value in offered.items() if name != "csrf_token"} | example.sends(town)


@pytest.mark.parametrize("endpoint", SENT)
def test_a_form_that_writes_facts_leaves_an_entry(walk: Walk, endpoint: str) -> None:
    example = EXAMPLES[endpoint]
    url, typed = walk.url(endpoint, **example.ids(walk.towns["A"])), _typed(walk, endpoint)
    count = select(func.count()).select_from(table_of(AuditEntry))
    before = walk.connection.scalar(count)
    with watched(walk.connection) as written:
        answer = walk.send(example.by, url, typed)
    assert answer.status_code < 500
    entries = (walk.connection.scalar(count) or 0) - (before or 0)
    assert answer.status_code < 400 or not written
    assert not written or entries or endpoint in WITHOUT, f"it wrote {sorted(written)} and left no entry"
    with walk.app.app_context():
        assert verify_trail().broken == []
