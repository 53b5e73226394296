"""What people may do without is recorded and not sent; what they answer for always is."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_place, make_unit
from tracker.agenda.operations.promise import PartyFacts
from tracker.core.db import db
from tracker.follow_up.checks import check_places
from tracker.notices.models import Notice
from tracker.notices.preferring import link_of, new_links, prefer, preference_of, sweep_links
from tracker.notices.rules import PREFERENCES

NOTHING = dict.fromkeys(PREFERENCES, False)
LEAD, OTHER = "obras@example.org", "salud@example.org"


def told(step: str) -> dict[str, tuple[str, str]]:
    """(state, reason) of a step by recipient."""
    rows = db.session.execute(
        select(Notice.recipient, Notice.state, Notice.reason).where(Notice.step == step, Notice.reason != "skipped")
    )
    return {recipient: (state, reason) for recipient, state, reason in rows}


@pytest.mark.parametrize(
    ("days", "step", "lead", "other"),
    [
        (-14, "due-14", ("cancelled", "unwanted"), None),
        (-3, "due-3", ("waiting", ""), None),
        (1, "overdue+1", ("waiting", ""), ("cancelled", "unwanted")),
        (10, "overdue+10", ("waiting", ""), None),
    ],
)
def test_only_what_is_no_duty_is_left_out(
    session: DbSession, days: int, step: str, lead: tuple[str, str], other: tuple[str, str] | None
) -> None:
    place = make_place()
    leads, copied = make_unit(place, "Obras", mailbox=LEAD), make_unit(place, "Salud", mailbox=OTHER)
    make_commitment(
        place,
        due_on=DAY - timedelta(days=days),
        unit=leads,
        day=DAY - timedelta(days=200),
        parties=(PartyFacts("co_responsible", unit_id=copied.id),),
    )
    for address in (LEAD, OTHER):
        prefer(address, NOTHING, act().at)
    checked = check_places([place], DAY, act().at)
    assert told(step) == {LEAD: lead} | ({OTHER: other} if other else {})
    assert checked.told == sum(state == "waiting" for state, _ in told(step).values())


def test_who_never_said_hears_everything(session: DbSession) -> None:
    assert preference_of("Nobody@Example.org") == dict.fromkeys(PREFERENCES, True)
    prefer("Some@Example.org", NOTHING, act().at)
    assert preference_of("some@example.org") == NOTHING


def test_a_link_serves_its_own_address_until_it_expires(session: DbSession) -> None:
    now = act().at
    one, two = new_links([LEAD, OTHER], now)
    assert len(one) >= 43
    found = link_of(two, now)
    assert found is not None
    assert found.address == OTHER
    assert two not in repr(vars(found)), "the token itself is not kept"
    assert link_of(one + "x", now) is None
    assert link_of(one, now + timedelta(days=180)) is None
    sweep_links(now + timedelta(days=180))
    assert link_of(one, now) is None
