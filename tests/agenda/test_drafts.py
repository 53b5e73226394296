"""Drafts: seen inside the municipality alone, watched by no clock, counted nowhere, promised when they are."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.support.factories import DAY, act, make_commitment, make_partner, make_place, make_unit, make_user
from tests.support.pages import Client
from tracker.accounts.rules import Role, scope_of
from tracker.agenda.models import Commitment, DateChange
from tracker.agenda.operations import (
    add_milestone,
    cancel_commitment,
    complete_commitment,
    create_commitment,
    edit_commitment,
    promise_draft,
)
from tracker.agenda.operations.promise import PartyFacts, Promise
from tracker.agenda.queries.listing import Filters, agenda_page
from tracker.agenda.queries.mine import my_agenda
from tracker.agenda.queries.page import commitment_called
from tracker.agenda.queries.standing import differences, standing_of
from tracker.core.db import NEVER, begin_write, db
from tracker.core.errors import NotHere, Refused
from tracker.follow_up.checks import check_places
from tracker.follow_up.operations import Report, report_progress
from tracker.notices.models import Notice
from tracker.territory.rules import EVERYWHERE, Place, Scope

LATE = DAY - timedelta(days=5)


@pytest.fixture
def place(session: Any) -> Place:
    return make_place()


def _draft(place: Place, due_on: date | None = LATE, **facts: Any) -> Commitment:
    begin_write()
    return create_commitment(act(), place, Promise("Teleférico", due_on=due_on, **facts), draft=True)


def _listed(place: Place, scope: Scope, state: str) -> list[str]:
    return [c.code for c in agenda_page(place, scope, Filters(state=state), DAY)[0]]


def test_no_clock_watches_a_draft_and_no_count_holds_it(place: Place) -> None:
    unit = make_unit(place, mailbox="obras@example.org")
    draft = _draft(place, unit_id=unit.id)
    assert (draft.overdue_from, draft.soon_from, draft.next_check_on) == (NEVER, NEVER, NEVER)
    assert draft.first_due_on is None
    standing = standing_of(place.id)
    assert standing is None or standing.open_count == standing.overdue_count == 0
    check_places([place], DAY, act().at)
    assert db.session.query(Notice).count() == 0
    assert differences()[1] == []
    mine = my_agenda(place, EVERYWHERE, (), 14, DAY)
    assert mine.late == 0 and mine.undated == 0 and not any(group.count for group in mine.groups)


def test_only_the_municipality_sees_it(place: Place) -> None:
    partner = make_partner()
    draft = _draft(place, parties=(PartyFacts("supporter", partner_id=partner.id),))
    own = scope_of((Role("officer", place.id, 1),))
    outside = [scope_of((role,)) for role in (Role("monitor"), Role("partner", partner_id=partner.id))]
    for scope in (own, EVERYWHERE):
        assert commitment_called(place, scope, draft.code) is draft
        assert _listed(place, scope, "draft") == [draft.code]
        assert _listed(place, scope, "open") == _listed(place, scope, "all") == []
    for scope in outside:
        with pytest.raises(NotHere):
            commitment_called(place, scope, draft.code)
        assert _listed(place, scope, "draft") == _listed(place, scope, "all") == []


def test_a_date_of_a_draft_moves_without_a_word_and_is_first_when_promised(place: Place) -> None:
    draft = _draft(place)
    later = DAY + timedelta(days=3)
    edit_commitment(act(), place, draft.code, Promise("Teleférico", due_on=later), draft.version)
    assert draft.first_due_on is None and db.session.query(DateChange).count() == 0
    promise_draft(act(DAY + timedelta(days=1)), place, draft.code)
    assert (draft.draft, draft.first_due_on, draft.entered_on) == (False, later, DAY + timedelta(days=1))
    assert draft.overdue_from == later + timedelta(days=1)
    standing = standing_of(place.id)
    assert standing is not None and standing.open_count == 1
    version = draft.version
    promise_draft(act(), place, draft.code)
    assert draft.version == version, "promising twice changes nothing"
    with pytest.raises(Refused):
        edit_commitment(act(), place, draft.code, Promise("Teleférico", due_on=DAY), draft.version)


def test_nothing_is_reported_on_a_draft(place: Place) -> None:
    draft = _draft(place)
    with pytest.raises(Refused):
        report_progress(act(), place, draft.code, Report("Va bien"))
    with pytest.raises(Refused):
        add_milestone(act(), place, draft.code, "Permiso", DAY, "day", 1)
    with pytest.raises(Refused):
        complete_commitment(act(), place, draft.code, DAY, "fulfilled", "Listo")


def test_a_draft_that_is_dropped_counts_as_nothing(place: Place) -> None:
    draft = _draft(place)
    cancel_commitment(act(), place, draft.code, "Ya no")
    standing = standing_of(place.id)
    assert standing is None or standing.cancelled_count == 0
    assert _listed(place, EVERYWHERE, "cancelled") == _listed(place, EVERYWHERE, "draft") == []


def test_from_the_form_to_the_promise(client: Client, place: Place) -> None:
    user, monitor = make_user(place=place), make_user("monitor")
    db.session.commit()
    client.enter_as(user.id)
    typed = {"title": "⟦Mirador⟧", "due_on": "2026-12-24", "as": "draft"}
    answer = client.submit(f"/{place.code}/agenda/new", typed, f"/{place.code}/agenda")
    url = answer.location
    page = client.get(url).text
    assert "⟦Mirador⟧" in page and f"{url}/promise" in page and f"{url}/updates" not in page
    assert client.get(f"{url}/updates/new").status_code in (303, 422)
    client.enter_as(monitor.id)
    assert client.get(url).status_code == 404
    assert "⟦Mirador⟧" not in client.get(f"/{place.code}/agenda?state=draft").text
    client.enter_as(user.id)
    assert client.submit(url, {}, f"{url}/promise").status_code == 303
    client.enter_as(monitor.id)
    assert client.get(url).status_code == 200
    assert f"{url}/promise" not in client.get(url).text


def test_a_promise_beside_it_stays_a_promise(place: Place) -> None:
    made = make_commitment(place, due_on=LATE)
    _draft(place)
    standing = standing_of(place.id)
    assert made.draft is False and standing is not None and (standing.open_count, standing.overdue_count) == (1, 1)
