"""Inviting the coordinators of many municipalities at once."""

from collections.abc import Sequence

from tracker.accounts.models import Invitation
from tracker.accounts.operations.invitations import Wish, invite
from tracker.accounts.queries.starting import starts_of
from tracker.audit.models import Act
from tracker.core.errors import Refused
from tracker.territory.queries import hold_all


def invite_coordinators(act: Act, wishes: Sequence[Wish]) -> list[Invitation]:
    """Invite somebody to coordinate each of these municipalities; all or nothing.

    Left out are municipalities that somebody coordinates or is invited to by now: of two who invite at once, one
    does. Refused with a message per place in `wishes`, as `starts-3`.
    """
    ids = sorted({wish.role.municipality_id for wish in wishes if wish.role.municipality_id})
    hold_all(ids)
    starts = starts_of(ids, act.at)
    made, wrong = [], {}
    # In the order of municipalities, as every chain is written.
    for place in sorted(range(len(wishes)), key=lambda n: (wishes[n].role.municipality_id or 0, n)):
        wish = wishes[place]
        if wish.role.municipality_id is None or not starts[wish.role.municipality_id].is_free:
            continue
        try:
            made.append(invite(act, wish))
        except Refused as refused:
            wrong[f"starts-{place}"] = next(iter(refused.fields.values()), refused.message)
    if wrong:
        raise Refused(fields=wrong)
    return made
