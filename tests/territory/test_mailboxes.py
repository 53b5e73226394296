"""The shared address of a unit: given, changed, taken away, each in the trail; nothing else is taken for one."""

import pytest
from sqlalchemy import select

from tests.support.factories import act, make_place, make_unit
from tracker.audit.models import AuditEntry
from tracker.audit.queries import lines_of
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.territory.operations import set_mailbox
from tracker.territory.rules import ADDRESS_LENGTH


def trail() -> list[tuple[str | None, str | None]]:
    """[before, after] of each change of an address, oldest first."""
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "set_mailbox").order_by(AuditEntry.id))
    return [line.changes["mailbox"] for line in lines_of(entries.all())]


def test_an_address_is_given_changed_and_taken_away(session: object) -> None:
    place = make_place()
    unit = make_unit(place)
    for typed in (" Obras@Example.org ", "obras@example.org", "agua@example.org", "", ""):
        set_mailbox(act(), place.id, unit.id, typed)
    assert unit.mailbox is None
    assert trail() == [
        (None, "obras@example.org"),
        ("obras@example.org", "agua@example.org"),
        ("agua@example.org", None),
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "obras",
        "obras@",
        "a b@example.org",
        "x@y.org, evil@z.org",
        "Obras <obras@example.org>",
        "a@example.org\r\nBcc: b@example.org",
        f"{'a' * 60}@{'b' * ADDRESS_LENGTH}.org",
        "ñandú@example.org",
    ],
)
def test_what_is_no_address_is_refused_at_its_field(session: object, typed: str) -> None:
    place = make_place()
    unit = make_unit(place, mailbox="obras@example.org")
    with pytest.raises(Refused) as refused:
        set_mailbox(act(), place.id, unit.id, typed)
    assert list(refused.value.fields) == ["mailbox"]
    assert (unit.mailbox, trail()) == ("obras@example.org", [])


def test_a_unit_of_another_municipality_is_not_here(session: object) -> None:
    place, other = make_place(), make_place()
    theirs = make_unit(other)
    with pytest.raises(NotHere):
        set_mailbox(act(), place.id, theirs.id, "obras@example.org")
