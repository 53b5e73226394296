"""Is the trail whole? Every chain is read from its beginning, some thousand entries at a time, and hashed anew."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, tuple_

from tracker.audit.chain import seal_keys
from tracker.audit.models import AuditEntry, AuditHead, AuditName
from tracker.audit.queries import told_of
from tracker.audit.rules import START, WHO, entry_hash, name_hash, names_in, seal_fits
from tracker.core.db import db

_PAGE = 1_000
_AT_ONCE = 500


@dataclass(frozen=True)
class Head:
    """Where a chain ended at some time, as it was kept outside the database."""

    chain: int
    length: int
    hash: str
    seal: str

    @property
    def is_genuine(self) -> bool:
        """Whether this installation wrote it."""
        return seal_fits(seal_keys(), self.chain, self.length, self.hash, self.seal)


@dataclass(frozen=True)
class Broken:
    """The first thing in a chain that is not as it was written."""

    chain: int
    #: Place in the chain.
    number: int
    #: A word for programs, a sentence for people.
    what: str
    why: str


@dataclass
class Verdict:
    """What came of it."""

    chains: int = 0
    entries: int = 0
    broken: list[Broken] = field(default_factory=list)


@dataclass
class _Chain:
    """How far one chain has been read."""

    chain: int
    length: int = 0
    hash: str = START
    last_id: int = 0
    #: Blank names by hash, with the first entry that stands on them; and those that an entry says were taken out.
    blank: dict[str, int] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    broken: Broken | None = None

    def fault(self, number: int, what: str, why: str) -> None:
        """Only the first one counts: all that follows may follow from it."""
        if self.broken is None:
            self.broken = Broken(self.chain, number, what, why)


def verify_trail(only: int | None = None, outside: Sequence[Head] = (), expected: Collection[int] = ()) -> Verdict:
    """Read every chain, or `only` one; heads kept `outside` the database must be where they say.

    Chains are `expected` where facts stand that no operation writes without an entry: one that is gone with its
    head is missing.
    """
    kept = {head.chain: head for head in outside if only is None or head.chain == only}
    inside = select(AuditHead) if only is None else select(AuditHead).where(AuditHead.chain == only)
    heads = {head.chain: (head.length, head.hash, head.seal) for head in db.session.scalars(inside)}
    db.session.expunge_all()
    verdict, now = Verdict(), None
    gone = set(expected) - heads.keys() if only is None else {only} & set(expected) - heads.keys()
    for entry, names in _entries(only):
        if now is None or now.chain != entry.chain:
            _close(verdict, now, heads, kept)
            now = _Chain(entry.chain)
        gone.discard(entry.chain)
        verdict.entries += 1
        if now.broken is None:
            _follow(now, entry, names, kept.get(now.chain))
    _close(verdict, now, heads, kept)
    for chain in sorted(heads.keys() | kept.keys()):
        gone.discard(chain)
        _close(verdict, _Chain(chain), heads, kept)
    for chain in sorted(gone):
        why = "the whole chain is gone with its head, though there are facts that it must tell of"
        verdict.broken.append(Broken(chain, 1, "chain", why))
    return verdict


def heads_now() -> list[Head]:
    """Where every chain ends at this moment, to be kept outside the database."""
    found = db.session.scalars(select(AuditHead).order_by(AuditHead.chain))
    return [Head(head.chain, head.length, head.hash, head.seal) for head in found]


def _entries(only: int | None) -> Iterator[tuple[AuditEntry, dict[tuple[int, str], Any]]]:
    """Entries in the order of their chains, each with the names that its page needs; memory stays as it is."""
    last: tuple[int, int] | None = None
    while True:
        page = select(AuditEntry).order_by(AuditEntry.chain, AuditEntry.number).limit(_PAGE)
        if only is not None:
            page = page.where(AuditEntry.chain == only)
        if last is not None:
            page = page.where(tuple_(AuditEntry.chain, AuditEntry.number) > tuple_(*last))
        entries = db.session.scalars(page).all()
        if not entries:
            return
        names = _names(entries)
        for entry in entries:
            yield entry, names
        last = entries[-1].chain, entries[-1].number
        db.session.expunge_all()


def _names(entries: Sequence[AuditEntry]) -> dict[tuple[int, str], Any]:
    chains = sorted({entry.chain for entry in entries})
    wanted = sorted({who for entry in entries for who in (entry.who, *names_in(entry.changes))})
    found: dict[tuple[int, str], Any] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        batch = wanted[start : start + _AT_ONCE]
        columns = AuditName.chain, AuditName.who, AuditName.salt, AuditName.name, AuditName.user_id
        rows = db.session.execute(select(*columns).where(AuditName.chain.in_(chains), AuditName.who.in_(batch)))
        found |= {(row.chain, row.who): row for row in rows}
    return found


def _follow(now: _Chain, entry: AuditEntry, names: Mapping[tuple[int, str], Any], kept: Head | None) -> None:
    """Hold one entry against the one before it, against itself, and against what it stands on."""
    expected = now.length + 1
    if entry.number > expected:
        now.fault(
            expected, "missing", f"entry {expected} is missing: the next one there is has number {entry.number}"
        )
    elif entry.number < expected:
        now.fault(entry.number, "doubled", f"there is more than one entry with number {entry.number}")
    if entry_hash(told_of(entry), entry.previous) != entry.hash:
        now.fault(entry.number, "changed", "its content is not what was written: its hash does not fit")
    if entry.previous != now.hash:
        now.fault(entry.number, "unchained", "it does not follow the entry before it, which was written anew")
    if entry.id <= now.last_id:
        now.fault(entry.number, "order", "it stands in the table before the entry that it follows")
    for who in (entry.who, *names_in(entry.changes)):
        row = names.get((now.chain, who))
        if row is None:
            now.fault(entry.number, "name", "a name that it stands on was deleted instead of taken out")
        elif row.salt == "" and row.name == "" and row.user_id is None:
            now.blank.setdefault(who, entry.number)
        elif name_hash(row.salt, row.name, row.user_id) != who:
            now.fault(entry.number, "name", "a name that it stands on was changed")
    if entry.verb == "forget":
        now.forgotten.update(entry.changes.get(WHO, [None, []])[1] or [])
    if kept is not None and entry.number == kept.length and entry.hash != kept.hash:
        now.fault(entry.number, "outside", "it is not the entry that the head kept outside the database names")
    now.length, now.hash, now.last_id = entry.number, entry.hash, entry.id


def _close(
    verdict: Verdict, now: _Chain | None, heads: dict[int, tuple[int, str, str]], outside: dict[int, Head]
) -> None:
    """A chain has come to its end: hold it against its head, and against the one kept outside."""
    if now is None:
        return
    verdict.chains += 1
    for who, number in now.blank.items():
        if who not in now.forgotten:
            now.fault(number, "name", "a name that it stands on was taken out, and no entry says so")
    head, kept = heads.pop(now.chain, None), outside.pop(now.chain, None)
    if head is None:
        now.fault(now.length + 1, "head", "the head of this chain is gone")
    else:
        length, end, seal = head
        if now.length < length:
            now.fault(now.length + 1, "tail", f"entries {now.length + 1} to {length} at the end are missing")
        elif now.length > length:
            now.fault(length + 1, "beyond", "it stands beyond the head of its chain: nobody here wrote it")
        elif now.hash != end:
            now.fault(now.length, "anew", "the chain was hashed anew: it does not end as its head says")
        if not seal_fits(seal_keys(), now.chain, length, end, seal):
            why = "the seal of the head does not fit: the head was changed by somebody without SECRET_KEY"
            now.fault(length, "seal", why)
    if kept is not None and now.length < kept.length:
        why = f"entries {now.length + 1} to {kept.length} are missing, says the head kept outside the database"
        now.fault(now.length + 1, "tail", why)
    if now.broken is not None:
        verdict.broken.append(now.broken)
