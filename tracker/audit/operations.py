"""Writing the trail."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.audit.chain import head_of, move_head, name_kept_apart, reseal_head, who_is
from tracker.audit.models import Act, AuditEntry, Submission
from tracker.audit.rules import NO_PLACE, WHO, Told, chain_of, click_key, entry_hash, is_personal
from tracker.core.db import NEVER, db


def record(
    act: Act,
    verb: str,
    municipality_id: int | None,
    subject: str,
    changes: Mapping[str, tuple[Any, Any]],
    part: str | None = None,
) -> None:
    """Add one line to the trail in the caller's transaction, at the end of its municipality's chain.

    `changes` is field → (before, after); equal pairs are left out; days become ISO text, NEVER becomes null,
    names of people are kept apart. `part` is what of the subject changed: `milestone:40` of a commitment.

    Whoever writes to several chains does so in the order of municipalities, and to that of none last: then no two
    writers wait for each other.
    """
    chain = chain_of(municipality_id)
    head = head_of(chain)
    told = Told(
        chain=chain,
        number=head.length + 1,
        municipality_id=municipality_id,
        at=act.at,
        day=act.day,
        who=who_is(chain, act.name, act.user_id),
        door=act.door,
        verb=verb,
        subject=subject,
        part=part,
        changes=_kept(chain, subject, changes),
    )
    own = entry_hash(told, head.hash)
    db.session.add(AuditEntry(**vars(told), previous=head.hash, hash=own))
    move_head(head, told.number, own)


def reseal(act: Act, chain: int, accept_broken: bool = False) -> str:
    """Seal the head of a chain with the present key; the caller holds its municipality.

    `kept` where it was so already, `renewed` where an earlier key had sealed it, `broken` where none had; with
    `accept_broken` that becomes `accepted`, and an entry of the chain says so.
    """
    came_of_it = reseal_head(chain, accept_broken)
    if came_of_it == "accepted":
        municipality_id = None if chain == NO_PLACE else chain
        record(act, "reseal", municipality_id, "trail", {"seal": ("broken", "accepted")})
    return came_of_it


def remember_submission(form_id: str, act: Act, result_url: str) -> None:
    """Note in the caller's transaction that this form has been taken in and what came of it."""
    if form_id:
        key = click_key(form_id, act.user_id)
        db.session.add(Submission(form_id=key, user_id=act.user_id, at=act.at, result_url=result_url))


def _kept(chain: int, subject: str, changes: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    kept = {}
    for field, (old, new) in changes.items():
        if old == new:
            continue
        pair = [_plain(old), _plain(new)]
        if is_personal(subject, field):
            pair = [{WHO: name_kept_apart(chain, str(value))} if value else None for value in pair]
        kept[field] = pair
    return kept


def _plain(value: Any) -> Any:
    if value == NEVER:
        return None
    if isinstance(value, date | Decimal):
        return value.isoformat() if isinstance(value, date) else format(value.normalize(), "f")
    return value
