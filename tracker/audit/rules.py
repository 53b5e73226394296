"""What makes the click of a form that click; and what the trail's hashes and seals are made of, on plain values.

The text that is hashed is the record itself: once released it stays as it is, or old entries no longer verify.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

#: The chain of entries that belong to no municipality.
NO_PLACE = 0
#: What the first entry of a chain follows.
START = "0" * 64
#: The only key of a value in `changes` that stands for a text in the table of names.
WHO = "who"
#: Fields that name a person or an address wherever they are written down …
PERSONAL = frozenset({"email", "mailbox", "person", "phone"})
#: … and those that do so for these kinds of subject alone.
PERSONAL_OF = {"person": frozenset({"name"}), "user": frozenset({"name"})}


@dataclass(frozen=True)
class Told:
    """What one entry says: all that its hash covers but the hash before it."""

    chain: int
    number: int
    municipality_id: int | None
    at: datetime
    day: date
    who: str
    door: str
    verb: str
    subject: str
    part: str | None
    changes: Mapping[str, Any]


def click_key(form_id: str, user_id: int | None) -> str:
    """The key of one person's click: a form's id in somebody else's hands is another click."""
    return hashlib.sha256(f"{user_id}|{form_id}".encode()).hexdigest()


def chain_of(municipality_id: int | None) -> int:
    """The chain an entry belongs to."""
    return NO_PLACE if municipality_id is None else municipality_id


def entry_hash(told: Told, previous: str) -> str:
    """The hash of an entry that follows the one with the hash `previous`."""
    return _hashed(
        [
            "entry 1",
            previous,
            told.chain,
            told.number,
            told.municipality_id,
            told.at.astimezone(UTC).isoformat(timespec="microseconds"),
            told.day.isoformat(),
            told.who,
            told.door,
            told.verb,
            told.subject,
            told.part,
            told.changes,
        ]
    )


def name_hash(salt: str, name: str, user_id: int | None) -> str:
    """What stands for a name in the hashed text; without the salt nobody can guess the name from it."""
    return _hashed(["name 1", salt, name, user_id])


def seal_of(key: bytes, chain: int, length: int, head: str) -> str:
    """The seal of a head: only who has the key can make it."""
    text = json.dumps(["head 1", chain, length, head])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def seal_fits(keys: Iterable[bytes], chain: int, length: int, head: str, seal: str) -> bool:
    """Whether one of these keys made this seal for this head."""
    return any(hmac.compare_digest(seal_of(key, chain, length, head), seal) for key in keys)


def is_personal(subject: str, field: str) -> bool:
    """Whether the value of a field of such a subject is kept apart, so that it can be taken out."""
    return field in PERSONAL or field in PERSONAL_OF.get(subject.partition(":")[0], ())


def names_in(changes: Mapping[str, Any]) -> Iterable[str]:
    """Hashes of the names that these changes stand on."""
    for pair in changes.values():
        for value in pair:
            if isinstance(value, dict) and value.keys() == {WHO}:
                yield value[WHO]


def _hashed(values: list[Any]) -> str:
    text = json.dumps(values, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
