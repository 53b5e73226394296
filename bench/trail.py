"""Entries of the trail as the application would have chained them."""

from typing import Any

from tracker.audit.chain import seal_keys
from tracker.audit.rules import START, Told, entry_hash, name_hash, seal_of

SALT = "0" * 32


def chained(municipality_id: int, told: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Rows by table for what one municipality's entries tell, in their order, all by one person."""
    if not told:
        return {}
    name = told[0]["name"]
    who, previous = name_hash(SALT, name, None), START
    entries = []
    for number, one in enumerate(told, 1):
        facts = {key: value for key, value in one.items() if key not in ("name", "municipality_id")}
        facts |= {"chain": municipality_id, "number": number, "municipality_id": municipality_id, "who": who}
        facts["part"] = None
        own = entry_hash(Told(**facts), previous)
        entries.append({**facts, "previous": previous, "hash": own})
        previous = own
    head = {"chain": municipality_id, "length": len(entries), "hash": previous}
    head["seal"] = seal_of(seal_keys()[0], municipality_id, len(entries), previous)
    person = {"chain": municipality_id, "who": who, "salt": SALT, "name": name, "user_id": None}
    return {"audit_entry": entries, "audit_name": [person], "audit_head": [head]}
