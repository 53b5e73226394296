"""Whatever is done to the trail behind the application's back shows, and shows where."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests.audit.attacking import as_json, drop_triggers, hash_anew, sql
from tests.support.apps import DbSession, only_sqlite
from tests.support.factories import act, make_place, make_unit
from tracker.audit.models import AuditEntry, AuditHead, AuditName
from tracker.audit.operations import record
from tracker.audit.verifying import Head, Verdict, heads_now, verify_trail
from tracker.core.db import db
from tracker.territory.queries import hold

#: Entries of the chain that is attacked.
LENGTH = 6


@pytest.fixture
def chain(session: DbSession) -> int:
    """A municipality with some entries, and nothing in the database that would refuse to change them."""
    place = make_place()
    make_unit(place, "Obras", "obras@example.org")
    for number in range(2, LENGTH + 1):
        record(act(), "edit", place.id, "commitment:1", {"title": (str(number - 1), str(number))})
    record(act(), "set_policy", None, "policy:*", {"soon_days": (None, 7)})
    session.commit()
    session.remove()
    drop_triggers()
    return place.id


def found(only: int | None = None) -> list[tuple[int, str]]:
    """Place and kind of what is broken."""
    db.session.remove()
    broken = [(fault.number, fault.what) for fault in verify_trail(only).broken]
    db.session.remove()
    return broken


def test_an_untouched_trail_is_whole(chain: int) -> None:
    verdict = verify_trail()
    assert verdict == Verdict(chains=2, entries=LENGTH + 1, broken=[])
    assert verify_trail(chain) == Verdict(chains=1, entries=LENGTH, broken=[])


MUTATIONS: dict[str, str] = {
    "municipality_id": "municipality_id = NULL",
    "at": "at = '2026-01-01 00:00:00+00:00'",
    "day": "day = '2026-01-01'",
    "who": "who = (SELECT max(who) FROM audit_name WHERE chain = 0)",
    "door": "door = 'job'",
    "verb": "verb = 'report'",
    "subject": "subject = 'commitment:2'",
    "part": "part = 'milestone:1'",
    "previous": f"previous = '{'1' * 64}'",
    "hash": f"hash = '{'1' * 64}'",
    "changes": f"changes = '{as_json({'title': ['2', '4']})}'",
    "number": "number = 30",
    "chain": "chain = 77",
    "id": "id = id + 1000000",
}


def test_every_column_has_its_mutation() -> None:
    assert set(MUTATIONS) == set(AuditEntry.__table__.columns.keys())


@pytest.mark.parametrize("column", MUTATIONS)
def test_a_changed_value_is_found_where_it_is(chain: int, column: str) -> None:
    change = MUTATIONS[column]
    if db.engine.dialect.name == "sqlite":
        change = change.replace("+00:00", ".000000")
    sql(f"UPDATE audit_entry SET {change} WHERE chain = :chain AND number = 3", chain=chain)
    broken = verify_trail().broken
    assert broken, f"nobody sees a changed {column}"
    of_chain = next(fault for fault in broken if fault.chain == chain)
    # A row that left its place is missing there; one that stands too late in the table shows at the next.
    assert of_chain.number == (4 if column == "id" else 3)


def test_a_row_removed_in_the_middle(chain: int) -> None:
    sql("DELETE FROM audit_entry WHERE chain = :chain AND number = 3", chain=chain)
    assert found() == [(3, "missing")]


def test_a_row_removed_and_the_gap_closed(chain: int) -> None:
    sql("DELETE FROM audit_entry WHERE chain = :chain AND number = 3", chain=chain)
    sql("UPDATE audit_entry SET number = number - 1 WHERE chain = :chain AND number > 3", chain=chain)
    assert found() == [(3, "changed")]


def test_a_removed_tail(chain: int) -> None:
    sql("DELETE FROM audit_entry WHERE chain = :chain AND number > 4", chain=chain)
    assert found() == [(5, "tail")]


def test_a_whole_chain_removed(chain: int) -> None:
    sql("DELETE FROM audit_entry WHERE chain = :chain", chain=chain)
    assert found() == [(1, "tail")]


def test_two_rows_swapped(chain: int) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        sql(
            "UPDATE audit_entry SET number = :new WHERE chain = :chain AND number = :old",
            chain=chain,
            old=old,
            new=new,
        )
    assert found() == [(3, "changed")]


def test_one_row_hashed_anew_breaks_the_next(chain: int) -> None:
    sql("UPDATE audit_entry SET verb = 'report' WHERE chain = :chain AND number = 3", chain=chain)
    hash_anew(chain, 3, 3)
    assert found() == [(4, "unchained")]


def test_a_chain_hashed_anew_does_not_end_as_its_head_says(chain: int) -> None:
    sql("UPDATE audit_entry SET verb = 'report' WHERE chain = :chain AND number = 3", chain=chain)
    hash_anew(chain)
    assert found() == [(LENGTH, "anew")]


def test_a_head_written_anew_lacks_the_seal(chain: int) -> None:
    sql("UPDATE audit_entry SET verb = 'report' WHERE chain = :chain AND number = 3", chain=chain)
    hash_anew(chain, head_too=True)
    assert found() == [(LENGTH, "seal")]


def test_a_forgery_is_not_made_genuine_by_the_next_entry(chain: int) -> None:
    hash_anew(chain, head_too=True)
    sql("DELETE FROM audit_entry WHERE chain = :chain AND number > 4", chain=chain)
    hash_anew(chain, head_too=True)
    hold(chain)
    record(act(), "edit", chain, "commitment:1", {"title": ("a", "b")})
    db.session.commit()
    assert found() == [(5, "seal")]


def test_a_head_taken_away_is_not_begun_anew(chain: int) -> None:
    sql("DELETE FROM audit_head WHERE chain = :chain", chain=chain)
    assert found() == [(LENGTH + 1, "head")]
    hold(chain)
    record(act(), "edit", chain, "commitment:1", {"title": ("a", "b")})
    db.session.commit()
    assert found() == [(LENGTH + 1, "seal")]


def test_a_row_slipped_in_at_the_end(chain: int) -> None:
    columns = "municipality_id, chain, at, day, who, door, verb, subject, part, changes"
    sql(
        f"INSERT INTO audit_entry ({columns}, number, previous, hash) SELECT {columns}, 7, hash, hash "
        "FROM audit_entry WHERE chain = :chain AND number = 6",
        chain=chain,
    )
    hash_anew(chain, 7)
    assert found() == [(LENGTH + 1, "beyond")]


@pytest.mark.parametrize(
    "change",
    ["name = 'Otra Persona'", "user_id = 5", f"salt = '{'0' * 32}'", "salt = ''", "name = ''"],
)
def test_a_changed_name_is_found(chain: int, change: str) -> None:
    sql(f"UPDATE audit_name SET {change} WHERE chain = :chain AND name = 'Ana Prueba'", chain=chain)
    assert found() == [(1, "name")]


def test_a_deleted_name_is_found(chain: int) -> None:
    sql("DELETE FROM audit_name WHERE chain = :chain AND name = 'obras@example.org'", chain=chain)
    assert found() == [(1, "name")]


def test_a_name_taken_out_behind_the_back_is_found(chain: int) -> None:
    blank = (
        "UPDATE audit_name SET name = '', salt = '', user_id = NULL WHERE chain = :chain AND name = 'Ana Prueba'"
    )
    sql(blank, chain=chain)
    assert found() == [(1, "name")]


def test_an_older_head_put_back_shows_only_against_one_kept_outside(chain: int) -> None:
    """The honest limit: with an old head and its seal the database alone looks whole."""
    early = db.session.scalars(select(AuditHead).where(AuditHead.chain == chain)).one()
    old = (early.length, early.hash, early.seal)
    db.session.remove()
    hold(chain)
    record(act(), "edit", chain, "commitment:1", {"title": ("a", "b")})
    db.session.commit()
    kept = heads_now()
    assert all(head.is_genuine for head in kept)
    db.session.remove()
    sql("DELETE FROM audit_entry WHERE chain = :chain AND number > :last", chain=chain, last=LENGTH)
    change = "UPDATE audit_head SET length = :length, hash = :hash, seal = :seal WHERE chain = :chain"
    sql(change, chain=chain, length=old[0], hash=old[1], seal=old[2])
    assert found() == []
    db.session.remove()
    broken = verify_trail(outside=kept).broken
    assert [(fault.chain, fault.number, fault.what) for fault in broken] == [(chain, LENGTH + 1, "tail")]


def test_a_head_kept_outside_names_the_entry_that_was_written_anew(chain: int) -> None:
    kept = heads_now()
    db.session.remove()
    sql("UPDATE audit_entry SET verb = 'report' WHERE chain = :chain AND number = 3", chain=chain)
    hash_anew(chain)
    (broken,) = verify_trail(outside=kept).broken
    assert (broken.number, broken.what) == (LENGTH, "outside")


def test_a_kept_head_that_nobody_here_wrote_is_no_proof(chain: int) -> None:
    (genuine,) = [head for head in heads_now() if head.chain == chain]
    assert genuine.is_genuine
    assert not Head(chain, genuine.length, "0" * 64, genuine.seal).is_genuine


def test_long_chains_are_read_by_the_page(session: DbSession) -> None:
    place = make_place()
    for number in range(2_500):
        record(act(), "edit", place.id, "commitment:1", {"title": (None, str(number))})
    session.commit()
    session.remove()
    assert verify_trail(place.id) == Verdict(chains=1, entries=2_500, broken=[])


REFUSED = {
    "a changed entry": "UPDATE audit_entry SET verb = 'x'",
    "a deleted entry": "DELETE FROM audit_entry",
    "another name": "UPDATE audit_name SET name = 'x'",
    "half a name": "UPDATE audit_name SET name = ''",
    "a deleted name": "DELETE FROM audit_name",
    "a head that goes back": "UPDATE audit_head SET length = length - 1",
    "a deleted head": "DELETE FROM audit_head",
    "an emptied table": "TRUNCATE audit_entry",
}
#: Rows written again over those that are there; PostgreSQL's keys refuse them.
REPLACED = {
    "an entry": "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE number = 1",
    "an entry of its number": (
        "INSERT OR REPLACE INTO audit_entry"
        " (chain, number, previous, hash, at, day, who, door, verb, subject, changes)"
        " SELECT chain, number, previous, hash, at, day, who, door, 'x', subject, changes FROM audit_entry"
    ),
    "a name": "INSERT OR REPLACE INTO audit_name SELECT chain, who, salt, 'x', user_id FROM audit_name",
    "a head": "INSERT OR REPLACE INTO audit_head SELECT chain, 1, hash, seal FROM audit_head",
}


@only_sqlite
@pytest.mark.parametrize("what", REPLACED)
def test_nothing_is_replaced(session: DbSession, what: str) -> None:
    make_unit(make_place(), "Obras", "obras@example.org")
    session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(REPLACED[what]))
    session.rollback()
    assert verify_trail().broken == []


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_itself_refuses(session: DbSession, engine: str, what: str) -> None:
    make_unit(make_place())
    session.commit()
    if what == "an emptied table" and engine == "sqlite":
        # It knows no TRUNCATE.
        return
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(REFUSED[what]))
    session.rollback()
    assert verify_trail().broken == []


def test_names_are_no_part_of_what_is_hashed(session: DbSession) -> None:
    make_unit(make_place(), "Obras", "obras@example.org")
    session.commit()
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.subject.like("unit:%")))
    assert "obras@example.org" not in as_json(entry.changes)
    names = set(session.scalars(select(AuditName.name).where(AuditName.chain == entry.chain)))
    assert names == {"Ana Prueba", "obras@example.org"}
