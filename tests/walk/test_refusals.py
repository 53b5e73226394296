"""Refusals typed by hand from what the product promises about who may do what; nothing here is generated.

Who, verb, address, answer. 404: out of scope, just like what does not exist. 403: in scope, but not this.
"""

import pytest

from tests.support.apps import only_sqlite
from tests.walk.walking import Walk

#: A person of one municipality at another's: everything is as if it were not there.
STRANGERS = [
    ("coordinator of A", "GET", "/{B.code}/agenda", 404),
    ("coordinator of A", "GET", "/{B.code}/agenda/{B.open}", 404),
    ("coordinator of A", "GET", "/{B.code}/agenda/new", 404),
    ("coordinator of A", "POST", "/{B.code}/agenda", 404),
    ("coordinator of A", "POST", "/{B.code}/agenda/{B.open}/edit", 404),
    ("coordinator of A", "POST", "/{B.code}/agenda/{B.open}/completion", 404),
    ("coordinator of A", "POST", "/{B.code}/agenda/{B.draft}/promise", 404),
    ("coordinator of A", "POST", "/{B.code}/agenda/{B.stepped}/notes", 404),
    ("coordinator of A", "POST", "/{B.code}/sharing", 404),
    ("coordinator of A", "GET", "/{B.code}/sharing", 404),
    ("coordinator of A", "GET", "/{B.code}/agreements", 404),
    ("coordinator of A", "POST", "/{B.code}/agreements/{B.agreement_id}/edit", 404),
    ("coordinator of A", "GET", "/{B.code}/plan", 404),
    ("coordinator of A", "POST", "/{B.code}/plan/lines", 404),
    ("coordinator of A", "GET", "/{B.code}/agenda.csv", 404),
    ("coordinator of A", "GET", "/{B.code}/agenda.xlsx", 404),
    ("coordinator of A", "GET", "/{B.code}/agenda/import", 404),
    ("coordinator of A", "POST", "/{B.code}/agenda/import", 404),
    ("coordinator of A", "GET", "/{B.code}/files/{B.file_id}", 404),
    ("coordinator of A", "GET", "/mail/{B.mail_id}", 404),
    ("coordinator of A", "GET", "/{B.code}/assistant", 404),
    ("coordinator of A", "POST", "/{B.code}/assistant", 404),
    ("coordinator of A", "POST", "/{B.code}/leaving", 404),
    ("coordinator of A", "GET", "/{B.code}/handovers/{B.handover_id}", 404),
    ("coordinator of A", "GET", "/{B.code}/handovers/{B.handover_id}/letter", 404),
    ("coordinator of A", "GET", "/{B.code}/policy", 404),
    ("coordinator of A", "POST", "/{B.code}/policy", 404),
    ("assistant of A", "GET", "/{B.code}/agenda", 404),
    ("assistant of A", "POST", "/{B.code}/agenda", 404),
    ("officer of A", "GET", "/{B.code}/agenda/{B.stepped}", 404),
    ("authority of A", "GET", "/{B.code}/plan", 404),
    ("monitor of MX", "GET", "/{B.code}/agenda", 404),
    ("monitor of MX", "GET", "/{B.code}/agenda/{B.open}", 404),
    ("monitor of MX", "GET", "/{B.code}/plan", 404),
    ("partner", "GET", "/{B.code}/agenda", 404),
    ("other partner", "GET", "/{A.code}/agenda", 404),
    ("other partner", "GET", "/{A.code}/agenda/{A.open}", 404),
]
#: Ids of one municipality under the address of another: mixed, so not there.
MIXED = [
    ("coordinator of A", "GET", "/{A.code}/files/{B.file_id}", 404),
    ("coordinator of A", "GET", "/{A.code}/agreements/{B.agreement_id}/edit", 404),
    ("coordinator of A", "GET", "/{A.code}/agenda/imports/{B.done_run}", 404),
    ("coordinator of A", "POST", "/{A.code}/agenda/imports/{B.done_run}/undoing", 404),
    ("coordinator of A", "GET", "/{A.code}/agenda/{A.open}/milestones/{A.milestone_id}/edit", 404),
    ("coordinator of A", "GET", "/{A.code}/agenda/{A.stepped}/milestones/{B.milestone_id}/edit", 404),
    ("coordinator of A", "GET", "/{A.code}/checks/{B.check_id}", 404),
    ("coordinator of A", "GET", "/{A.code}/handovers/{B.handover_id}", 404),
    ("coordinator of A", "POST", "/{A.code}/assistant/{B.consent_id}/end", 404),
    ("coordinator of A", "GET", "/{A.code}/people/{B.officer_role_id}/handover", 404),
    ("administrator", "GET", "/{A.code}/files/{B.file_id}", 404),
]
#: Parts of the own municipality that are another's work, or nobody's outside.
PARTS = [
    ("partner", "GET", "/{A.code}/agenda/{A.hidden}", 404),
    ("partner", "GET", "/{A.code}/files/{A.hidden_file_id}", 404),
    ("partner", "GET", "/{A.code}/agenda/{A.draft}", 404),
    ("monitor", "GET", "/{A.code}/agenda/{A.draft}", 404),
    ("monitor of MX", "GET", "/{A.code}/agenda/{A.draft}", 404),
    # Who enters data for a municipality does nothing else there.
    ("assistant of A", "GET", "/{A.code}/sharing", 403),
    ("assistant of A", "POST", "/{A.code}/sharing", 403),
    ("assistant of A", "GET", "/{A.code}/people", 403),
    ("assistant of A", "POST", "/{A.code}/people", 403),
    ("assistant of A", "POST", "/{A.code}/assistant", 403),
    ("assistant of A", "POST", "/{A.code}/policy", 403),
    ("assistant of A", "POST", "/{A.code}/handover", 403),
    ("assistant of A", "POST", "/{A.code}/leaving", 403),
    ("assistant of A", "POST", "/{A.code}/agenda/{A.stepped}/notes", 403),
    ("authority of A", "POST", "/{A.code}/policy", 403),
    ("officer of A", "POST", "/{A.code}/assistant", 403),
    ("coordinator of A", "GET", "/workshops", 403),
    ("coordinator of A", "GET", "/policy", 403),
    ("monitor", "POST", "/policy", 403),
    ("monitor", "POST", "/workshops", 403),
    ("monitor", "GET", "/municipalities/import", 403),
    ("monitor of MX", "POST", "/municipalities/{A.place.id}/merging", 403),
    ("monitor of MX", "GET", "/municipalities/{B.place.id}/handover", 404),
    ("monitor of MX", "GET", "/partners/2", 404),
    ("partner", "GET", "/{A.code}/plan", 403),
    ("partner", "GET", "/{A.code}/sharing", 403),
    ("monitor", "GET", "/{A.code}/sharing", 403),
    ("partner", "GET", "/{A.code}/agreements", 403),
    ("partner", "GET", "/{A.code}/agenda/{A.stepped}/notes/new", 403),
    ("monitor", "POST", "/{A.code}/agenda/{A.stepped}/notes", 403),
]
#: In scope, but not this role's to do.
VERBS = [
    ("officer of A", "GET", "/{A.code}/agenda/new", 403),
    ("officer of A", "POST", "/{A.code}/agenda", 403),
    ("officer of A", "POST", "/{A.code}/agenda/{A.open}/edit", 403),
    ("officer of A", "POST", "/{A.code}/agenda/{A.open}/completion", 403),
    ("officer of A", "POST", "/{A.code}/agenda/{A.open}/cancellation", 403),
    ("officer of A", "POST", "/{A.code}/agenda/{A.draft}/promise", 403),
    ("officer of A", "POST", "/{A.code}/sharing", 403),
    ("officer of A", "POST", "/{A.code}/agreements", 403),
    ("officer of A", "GET", "/{A.code}/agenda/import", 403),
    ("officer of A", "POST", "/{A.code}/plan/lines", 403),
    ("other officer of A", "POST", "/{A.code}/agenda/{A.late}/updates", 403),
    ("other officer of A", "GET", "/{A.code}/agenda/{A.late}/updates/new", 403),
    ("other officer of A", "POST", "/{A.code}/agenda/{A.stepped}/milestones/{A.milestone_id}/completion", 403),
    ("authority of A", "POST", "/{A.code}/agenda", 403),
    ("authority of A", "POST", "/{A.code}/agenda/{A.late}/updates", 403),
    ("authority of A", "POST", "/{A.code}/agenda/{A.stepped}/notes", 403),
    ("authority of A", "POST", "/{A.code}/sharing", 403),
    ("authority of A", "POST", "/{A.code}/plan/edit", 403),
    ("monitor", "POST", "/{A.code}/agenda", 403),
    ("monitor", "POST", "/{A.code}/agenda/{A.open}/edit", 403),
    ("monitor", "POST", "/{A.code}/agenda/{A.late}/updates", 403),
    ("monitor", "POST", "/{A.code}/agenda/sorting", 403),
    ("monitor", "GET", "/{A.code}/agenda/import", 403),
    ("monitor", "POST", "/{A.code}/sharing", 403),
    ("monitor of MX", "GET", "/health", 403),
    ("partner", "POST", "/{A.code}/agenda/{A.open}/updates", 403),
    ("partner", "POST", "/{A.code}/agenda/{A.open}/edit", 403),
    ("partner", "POST", "/{A.code}/agenda", 403),
    ("partner", "GET", "/monitoring", 403),
    ("officer of A", "POST", "/{A.code}/units", 403),
    ("officer of A", "GET", "/{A.code}/units/{A.unit_id}/people/{A.person_id}/edit", 403),
    ("officer of A", "POST", "/{A.code}/terms", 403),
    ("officer of A", "POST", "/{A.code}/handover", 403),
    ("authority of A", "POST", "/{A.code}/handover", 403),
    ("monitor", "POST", "/{A.code}/units/{A.unit_id}/people", 403),
    ("monitor", "POST", "/{A.code}/terms/{A.term_id}/edit", 403),
    ("monitor", "GET", "/{A.code}/units", 403),
    ("partner", "GET", "/{A.code}/handover/act", 403),
    ("partner", "GET", "/{A.code}/terms", 403),
    ("partner", "GET", "/checks", 403),
    ("coordinator of A", "GET", "/monitoring", 403),
    ("coordinator of A", "GET", "/health", 403),
    ("authority of A", "GET", "/monitoring", 403),
]
#: Nobody is signed in: a page asks to sign in, a form is answered with what was typed.
NOT_SIGNED_IN = [
    ("nobody", "GET", "/{A.code}/agenda", 303),
    ("nobody", "GET", "/{A.code}/agenda.xlsx", 303),
    ("nobody", "GET", "/monitoring", 303),
    ("nobody", "POST", "/{A.code}/agenda", 401),
    ("nobody", "POST", "/{A.code}/sharing", 401),
]
#: Terms, units and people of another municipality.
OTHERS = [
    ("coordinator of A", "POST", "/{A.code}/terms/{B.term_id}/edit", 404),
    ("coordinator of A", "GET", "/{A.code}/units/{B.unit_id}/edit", 404),
    ("coordinator of A", "POST", "/{A.code}/units/{A.unit_id}/people/{B.person_id}/removal", 404),
    ("coordinator of A", "POST", "/{A.code}/units/{B.unit_id}/people", 404),
    ("coordinator of A", "POST", "/{B.code}/handover", 404),
    ("coordinator of A", "GET", "/{B.code}/handover/act", 404),
    ("coordinator of A", "GET", "/{B.code}/search", 404),
]
REFUSALS = [*OTHERS, *STRANGERS, *MIXED, *PARTS, *VERBS, *NOT_SIGNED_IN]


def test_there_are_enough_of_them() -> None:
    assert len(set(REFUSALS)) == len(REFUSALS) >= 60


@only_sqlite
@pytest.mark.parametrize(("who", "method", "address", "answer"), REFUSALS)
def test_refused(walk: Walk, who: str, method: str, address: str, answer: int) -> None:
    url = address.format(A=walk.world.a, B=walk.world.b)
    assert walk.endpoint_of(url, method) is not None, f"no route for {method} {url}"
    walk.client(who)
    before = walk.rows()
    with walk.undone():
        given = walk.client(who).get(url) if method == "GET" else walk.send(who, url, {"title": "⟦Ajeno⟧"})
        assert given.status_code == answer
        assert walk.rows() == before


@only_sqlite
def test_what_is_anothers_answers_like_what_is_not_there(walk: Walk) -> None:
    """The same body too: whoever asks learns nothing."""
    client = walk.client("coordinator of A")
    towns = walk.world.a, walk.world.b
    for there, missing in (
        (f"/{towns[1].code}/agenda", "/mx-00000/agenda"),
        (f"/{towns[1].code}/agenda/{towns[1].open}", f"/{towns[1].code}/agenda/ZZZ"),
        (f"/{towns[0].code}/files/{towns[1].file_id}", f"/{towns[0].code}/files/99999999"),
        (f"/mail/{towns[1].mail_id}", "/mail/99999999"),
    ):
        first, second = client.get(there), client.get(missing)
        assert first.status_code == second.status_code == 404
        assert _without(first.text, there) == _without(second.text, missing)


def _without(text: str, url: str) -> str:
    """A page without its own address, which stands in it, and without tokens."""
    lines = text.replace(url, "")
    return "\n".join(line for line in lines.splitlines() if "csrf" not in line)
