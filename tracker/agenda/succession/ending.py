"""Closing a municipality, merging it into another, dividing it: what was open goes on where it is promised now."""

from collections.abc import Mapping, Sequence
from datetime import date

from tracker.agenda.models import Commitment
from tracker.agenda.succession.passing_on import count_open, open_rows, pass_on
from tracker.audit.models import Act
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.core.i18n import _, _l, ngettext
from tracker.territory.models import Municipality
from tracker.territory.queries import hold_all, place_of
from tracker.territory.registry.associations import add_members, associations_of
from tracker.territory.registry.municipalities import check_stood, close, municipality_at
from tracker.territory.registry.workshops import note_came, workshops_of

#: Municipalities that one may be divided into.
MOST_SUCCESSORS = 10


def close_municipality(
    act: Act, municipality_id: int, until_on: date, successor_id: int | None = None, stood: str | None = None
) -> Municipality:
    """Close a municipality with nothing open; Refused where something is, which another one has to take over."""
    hold_all(sorted({municipality_id, successor_id or municipality_id}))
    row = municipality_at(municipality_id)
    _check_stood(row, stood)
    left = count_open(row.id)
    if left:
        raise Refused(
            ngettext(
                "%(num)s commitment is open or a draft. Merge or divide the municipality, so that it goes on.",
                "%(num)s commitments are open or drafts. Merge or divide the municipality, so that they go on.",
                left,
            )
        )
    close(act, row, until_on, _successor(row, successor_id).code if successor_id else "")
    return row


def merge(
    act: Act, municipality_id: int, into_id: int, until_on: date, stood: str | None = None
) -> Sequence[Commitment]:
    """Close a municipality and carry all that is open over to another one; the new commitments.

    Refused where it would be merged into itself or into one that is closed.
    """
    hold_all(sorted({municipality_id, into_id}))
    row = municipality_at(municipality_id)
    _check_stood(row, stood)
    into = _successor(row, into_id)
    close(act, row, until_on, into.code)
    made = pass_on(act, place_of(row), {one.id: place_of(into) for one in open_rows(row.id)})
    _belong(act, row, [into])
    return list(made.values())


def split(
    act: Act, municipality_id: int, shares: Mapping[int, int], until_on: date, stood: str | None = None
) -> Sequence[Commitment]:
    """Close a municipality and carry each open commitment (its id) over to one of its successors (their id).

    Refused where a commitment has no share or a successor is the municipality itself or closed.
    """
    hold_all(sorted({municipality_id, *shares.values()}))
    row = municipality_at(municipality_id)
    _check_stood(row, stood)
    successors = {one: _successor(row, one) for one in sorted(set(shares.values()))}
    rows = open_rows(row.id)
    without = [one for one in rows if one.id not in shares]
    if without:
        raise Refused(
            fields={
                f"commitment-{one.id}": _("Choose who takes over %(code)s.", code=one.code) for one in without[:20]
            }
        )
    if not successors:
        raise Refused(_l("Nothing is open here. Close it instead."))
    if len(successors) > MOST_SUCCESSORS:
        raise Refused(fields={"successor": _l("At most %(count)s successors.", count=MOST_SUCCESSORS)})
    close(act, row, until_on, " ".join(one.code for one in successors.values()))
    places = {one: place_of(successor) for one, successor in successors.items()}
    made = pass_on(act, place_of(row), {one.id: places[shares[one.id]] for one in rows})
    _belong(act, row, list(successors.values()))
    return list(made.values())


def _check_stood(row: Municipality, stood: str | None) -> None:
    if stood is not None:
        check_stood(row, stood)


def _successor(row: Municipality, successor_id: int) -> Municipality:
    if successor_id == row.id:
        raise Refused(fields={"successor": _l("A municipality cannot take its own place. Choose another one.")})
    successor = db.session.get(Municipality, successor_id)
    if successor is None or successor.valid_until is not None:
        raise Refused(fields={"successor": _l("Choose a municipality that is not closed.")})
    return successor


def _belong(act: Act, row: Municipality, successors: Sequence[Municipality]) -> None:
    """Who takes its place belongs where it belonged: to associations, and to the workshops it came to."""
    ids = [one.id for one in successors]
    for association in associations_of(row.id):
        add_members(act, association.id, [one for one in ids if one != association.id])
    for workshop in workshops_of(row.id):
        note_came(act, workshop, ids)
