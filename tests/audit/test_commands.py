"""`flask audit` as an operator types it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from tests.audit.attacking import drop_triggers, hash_anew, sql
from tests.support import clock
from tests.support.factories import act, make_person, make_place, make_unit, make_user
from tracker.accounts.models import User
from tracker.audit.models import AuditEntry, AuditName
from tracker.audit.operations import record
from tracker.audit.queries import lines_of
from tracker.audit.verifying import verify_trail
from tracker.core.db import db
from tracker.monitoring.commands import audit_cli
from tracker.territory.queries import hold
from tracker.territory.rules import Place

EMAIL = "rosa@example.org"


def run(app: Flask, *words: object) -> Result:
    with clock.at("2026-11-23T15:00Z"):
        return app.test_cli_runner().invoke(audit_cli, [str(word) for word in words])


@pytest.fixture
def place(fresh_app: Flask) -> Place:
    """Rosa has an account, stands in a unit, and changed something; so did Ana."""
    with fresh_app.app_context():
        place = make_place("MX", "15033")
        unit = make_unit(place, "Obras", "obras@example.org")
        make_person(unit, "Rosa Campos", EMAIL)
        rosa = make_user(place=place, email=EMAIL, name="Rosa C.")
        for who in (act(user=rosa), act()):
            record(who, "edit", place.id, "commitment:1", {"title": ("a", "b")})
        db.session.commit()
        return place


def test_a_whole_trail(fresh_app: Flask, place: Place) -> None:
    done = run(fresh_app, "verify")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "All as it was written." in done.stdout
    told = json.loads(run(fresh_app, "verify", "--municipality", "MX-15033", "--format", "json").stdout)
    assert (told["chains"], told["broken"]) == (1, [])
    assert told["entries"] >= 4
    assert run(fresh_app, "verify", "--municipality", "mx-99").exit_code == 1


def test_a_broken_one_is_named_and_ends_with_1(fresh_app: Flask, place: Place) -> None:
    with fresh_app.app_context():
        drop_triggers()
        sql("DELETE FROM audit_entry WHERE chain = :chain AND number = 2", chain=place.id)
    done = run(fresh_app, "verify")
    assert done.exit_code == 1
    assert "Broken: mx-15033, entry 2: entry 2 is missing" in done.stdout
    told = json.loads(run(fresh_app, "verify", "--format", "json").stdout)
    (broken,) = told["broken"]
    assert (broken["municipality"], broken["entry"], broken["what"]) == ("mx-15033", 2, "missing")


def test_heads_kept_elsewhere_find_what_the_database_cannot(fresh_app: Flask, place: Place, tmp_path: Path) -> None:
    """Rows and head are put back to how they were at an earlier time, seal included."""
    kept, earlier = tmp_path / "heads.json", json.loads(run(fresh_app, "heads").stdout)["heads"]
    with fresh_app.app_context():
        hold(place.id)
        record(act(), "edit", place.id, "commitment:1", {"title": ("b", "c")})
        db.session.commit()
    assert run(fresh_app, "heads", "-o", kept).exit_code == 0
    assert json.loads(run(fresh_app, "heads").stdout)["heads"] == json.loads(kept.read_text())["heads"]
    assert run(fresh_app, "verify", "--heads", kept).exit_code == 0
    (old,) = (head for head in earlier if head["chain"] == place.id)
    with fresh_app.app_context():
        drop_triggers()
        sql(
            "DELETE FROM audit_entry WHERE chain = :chain AND number > :length",
            chain=place.id,
            length=old["length"],
        )
        back = {name: old[name] for name in ("length", "hash", "seal")}
        sql(
            "UPDATE audit_head SET length = :length, hash = :hash, seal = :seal WHERE chain = :c",
            c=place.id,
            **back,
        )
    assert run(fresh_app, "verify").exit_code == 0
    assert run(fresh_app, "verify", "--heads", kept).exit_code == 1


@pytest.mark.parametrize("content", ["{}", "[", '{"heads": [{"chain": 1, "length": 2, "hash": "a", "seal": "b"}]}'])
def test_heads_that_nobody_here_wrote_are_refused(
    fresh_app: Flask, place: Place, tmp_path: Path, content: str
) -> None:
    kept = tmp_path / "heads.json"
    kept.write_text(content, encoding="utf-8")
    done = run(fresh_app, "verify", "--heads", kept)
    assert done.exit_code == 1
    assert str(kept) in done.stderr


def test_a_chain_that_is_gone_with_its_head_is_missed(fresh_app: Flask, place: Place) -> None:
    with fresh_app.app_context():
        drop_triggers()
        for table in ("audit_entry", "audit_head"):
            sql(f"DELETE FROM {table} WHERE chain = :chain", chain=place.id)
    for words in ((), ("--municipality", "mx-15033")):
        done = run(fresh_app, "verify", *words)
        assert done.exit_code == 1
        assert "Broken: mx-15033, entry 1: the whole chain is gone" in done.stdout


def test_a_person_is_taken_out_and_the_chain_stays_whole(fresh_app: Flask, place: Place) -> None:
    done = run(fresh_app, "forget", EMAIL.upper(), "--reason", "Request 12/2026")
    assert (done.exit_code, done.stderr) == (0, "")
    with fresh_app.app_context():
        names = set(db.session.scalars(select(AuditName.name)))
        assert not {name for name in names if "Rosa" in name or "rosa" in name}
        assert "Ana Prueba" in names
        assert verify_trail().broken == []
        entries = db.session.scalars(
            select(AuditEntry).where(AuditEntry.chain == place.id).order_by("number")
        ).all()
        lines = lines_of(entries)
        acted: list[Any] = [line.name for line in lines if line.told.verb == "edit"]
        assert acted == [None, "Ana Prueba"]
        assert lines[-1].told.verb == "forget"
        assert lines[-1].changes["reason"] == (None, "Request 12/2026")
        chains = db.session.scalars(select(AuditEntry.chain).where(AuditEntry.verb == "forget")).all()
        assert sorted(chains) == [0, place.id]
    assert run(fresh_app, "verify").exit_code == 0
    again = run(fresh_app, "forget", EMAIL, "--reason", "Request 12/2026")
    assert again.exit_code == 1
    assert "Nothing in the trail" in again.stderr
    assert run(fresh_app, "forget", EMAIL, "--reason", " ").exit_code == 1


def test_earlier_names_and_entries_without_an_account_go_too(fresh_app: Flask, place: Place) -> None:
    """Rosa acted by a link before she had an account, and has another name since."""
    with fresh_app.app_context():
        hold(place.id)
        rosa = db.session.scalars(select(User).where(User.email == EMAIL)).one()
        record(act(name="Rosa C.", door="link"), "edit", place.id, "commitment:1", {"title": ("b", "c")})
        record(act(), "edit", place.id, f"user:{rosa.id}", {"name": ("Rosa C.", "Rosa Marín")})
        rosa.name = "Rosa Marín"
        record(act(user=rosa), "edit", place.id, "commitment:1", {"title": ("c", "d")})
        db.session.commit()
    done = run(fresh_app, "forget", EMAIL, "--reason", "Request 13/2026")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "mx-15033: " in done.stdout
    with fresh_app.app_context():
        assert [name for name in db.session.scalars(select(AuditName.name)) if "Rosa" in name] == []
        assert verify_trail().broken == []


@pytest.mark.parametrize(("answer", "left"), [("leave", 1), ("take", 0)])
def test_who_bears_the_same_name_is_asked_about(fresh_app: Flask, place: Place, answer: str, left: int) -> None:
    with fresh_app.app_context():
        make_person(make_unit(place, "Salud"), "Rosa C.", "otra@example.org")
        hold(place.id)
        record(act(name="Rosa C.", door="link"), "edit", place.id, "commitment:1", {"title": ("b", "c")})
        db.session.commit()
    asked = run(fresh_app, "forget", EMAIL, "--reason", "Request 14/2026")
    assert asked.exit_code == 1
    assert "Rosa C. (mx-15033)" in asked.stderr
    with fresh_app.app_context():
        assert "Rosa Campos" in set(db.session.scalars(select(AuditName.name))), "nothing was changed"
    assert run(fresh_app, "forget", EMAIL, "--reason", "Request 14/2026", "--namesakes", answer).exit_code == 0
    with fresh_app.app_context():
        bare = select(func.count()).select_from(AuditName).where(AuditName.name == "Rosa C.")
        theirs = select(AuditEntry.id).where(AuditEntry.verb == "edit", AuditEntry.who.in_(_who("Rosa C.")))
        assert len(db.session.scalars(theirs).all()) == left
        assert db.session.scalar(bare) >= left
        assert verify_trail().broken == []


def _who(name: str) -> list[str]:
    """Hashes of entries under this name."""
    return list(db.session.scalars(select(AuditName.who).where(AuditName.name == name)))


def test_another_secret_with_the_old_one_beside_it(fresh_app: Flask, place: Place) -> None:
    old = fresh_app.config["SECRET_KEY"]
    fresh_app.config["SECRET_KEY"] = "another key for tests and for nothing else"
    assert run(fresh_app, "verify").exit_code == 1
    fresh_app.config["SECRET_KEY_FALLBACKS"] = [old]
    assert run(fresh_app, "verify").exit_code == 0
    done = run(fresh_app, "reseal")
    assert (done.exit_code, "renewed: 2" in done.stdout) == (0, True)
    fresh_app.config["SECRET_KEY_FALLBACKS"] = []
    assert run(fresh_app, "verify").exit_code == 0
    assert "kept: 2" in run(fresh_app, "reseal").stdout


def test_a_broken_seal_is_accepted_only_in_so_many_words(fresh_app: Flask, place: Place) -> None:
    with fresh_app.app_context():
        drop_triggers()
        hash_anew(place.id, head_too=True)
        sql("UPDATE audit_head SET seal = '' WHERE chain = :chain", chain=place.id)
    assert run(fresh_app, "verify").exit_code == 1
    assert run(fresh_app, "reseal").exit_code == 1
    assert run(fresh_app, "verify").exit_code == 1
    assert run(fresh_app, "reseal", "--accept-broken").exit_code == 0
    assert run(fresh_app, "verify").exit_code == 0
    with fresh_app.app_context():
        assert db.session.scalar(select(func.count()).where(AuditEntry.verb == "reseal")) == 1
