"""Extending chains: which entry is next, and who stands in it; read once in a transaction, then kept at hand.

Its head is locked with the first entry of a transaction, so two writers of one chain never take the same place.
A writer of a municipality holds that municipality before; the chain of no municipality comes after all others.
"""

import hashlib
import secrets
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction

from tracker.audit.models import AuditEntry, AuditHead, AuditName
from tracker.audit.rules import START, name_hash, seal_fits, seal_of
from tracker.core.db import begin_write, db, dialect_name

_KEPT = "audit chains"


@dataclass
class Chains:
    """What one transaction knows of the chains that it extends."""

    transaction: SessionTransaction | None
    heads: dict[int, AuditHead] = field(default_factory=dict)
    #: Length, hash and seal of each: rows read anew before they were flushed forget them, this does not.
    ends: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    names: dict[tuple[int, int | None, str], str] = field(default_factory=dict)
    #: Chains whose head somebody else had changed: they get no seal, or a forgery would become genuine.
    forged: set[int] = field(default_factory=set)
    keys: list[bytes] = field(default_factory=list)


def seal_keys() -> list[bytes]:
    """Keys that make seals: the present one first, then those that were in use before it."""
    secret, before = current_app.config["SECRET_KEY"], current_app.config.get("SECRET_KEY_FALLBACKS") or []
    return [hashlib.sha256(f"seal of the trail {text}".encode()).digest() for text in (secret, *before)]


def head_of(chain: int) -> AuditHead:
    """The head of a chain, locked until the transaction ends; begun where the chain is new."""
    chains = _chains()
    if chain not in chains.heads:
        head = _locked(chain) or _begun(chain)
        if not seal_fits(chains.keys, chain, head.length, head.hash, head.seal):
            chains.forged.add(chain)
        chains.heads[chain], chains.ends[chain] = head, (head.length, head.hash, head.seal)
    head = chains.heads[chain]
    if (head.length, head.hash, head.seal) != chains.ends[chain]:
        head.length, head.hash, head.seal = chains.ends[chain]
    return head


def move_head(head: AuditHead, length: int, new_hash: str) -> None:
    """The chain has come so far."""
    head.length, head.hash = length, new_hash
    chains = _chains()
    forged = head.chain in chains.forged
    head.seal = "" if forged else seal_of(chains.keys[0], head.chain, length, new_hash)
    chains.ends[head.chain] = length, new_hash, head.seal


def reseal_head(chain: int, accept: bool) -> str:
    """Seal a head with the present key: `kept`, `renewed`, `accepted` where no key fitted, `broken` if refused."""
    head, chains = head_of(chain), _chains()
    if seal_fits(chains.keys[:1], chain, head.length, head.hash, head.seal):
        return "kept"
    forged = chain in chains.forged
    if forged and not accept:
        return "broken"
    chains.forged.discard(chain)
    move_head(head, head.length, head.hash)
    return "accepted" if forged else "renewed"


def who_is(chain: int, name: str, user_id: int | None) -> str:
    """What stands in a chain for somebody who acts; the same as in earlier entries while the name is the same."""
    chains = _chains()
    key = chain, user_id, name
    if key not in chains.names:
        person = AuditName.user_id.is_(None) if user_id is None else AuditName.user_id == user_id
        known = select(AuditName.who).where(AuditName.chain == chain, person, AuditName.name == name).limit(1)
        chains.names[key] = db.session.scalar(known) or _named(chain, name, user_id)
    return chains.names[key]


def name_kept_apart(chain: int, name: str) -> str:
    """What stands in a chain for a name or address that an entry tells of."""
    return _named(chain, name, None)


def _named(chain: int, name: str, user_id: int | None) -> str:
    salt = secrets.token_hex(16)
    who = name_hash(salt, name, user_id)
    db.session.add(AuditName(chain=chain, who=who, salt=salt, name=name, user_id=user_id))
    return who


def _chains() -> Chains:
    """Of the innermost transaction: a savepoint taken back frees its locks and forgets its rows."""
    session: Session = db.session()
    if not session.in_transaction():
        begin_write()
    now = session.get_nested_transaction() or session.get_transaction()
    kept = session.info.get(_KEPT)
    if not isinstance(kept, Chains) or kept.transaction is not now:
        kept = session.info[_KEPT] = Chains(now, keys=seal_keys())
    return kept


def _locked(chain: int) -> AuditHead | None:
    statement = select(AuditHead).where(AuditHead.chain == chain).with_for_update()
    return db.session.scalar(statement, execution_options={"populate_existing": True})


def _begun(chain: int) -> AuditHead:
    """A head for a chain without one; where there are entries already, somebody took the head away: no seal."""
    last = (
        select(AuditEntry.number, AuditEntry.hash)
        .where(AuditEntry.chain == chain)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    found = db.session.execute(last).first()
    length, end = (found.number, found.hash) if found else (0, START)
    seal = "" if found else seal_of(seal_keys()[0], chain, length, end)
    values = {"chain": chain, "length": length, "hash": end, "seal": seal}
    make = (postgresql if dialect_name() == "postgresql" else sqlite).insert
    db.session.execute(make(AuditHead).values(values).on_conflict_do_nothing())
    head = _locked(chain)
    assert head is not None, "it was made a moment ago"
    return head
