"""`flask agenda` and `flask registry` as an operator types them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from tests.exchange.making import csv_of, saved_again
from tests.support import clock
from tests.support.factories import make_place
from tracker.agenda.models import Commitment
from tracker.core.db import db
from tracker.exchange.commands import agenda_cli, registry_cli
from tracker.territory.models import Municipality

SHEET = csv_of(
    "code,title,unit,unit_email,due_on,notas", "A,Pozo,Obras,o@example.org,2026-12-31,x", "B,Luz,Obras,,,y"
)
BAD = csv_of("code,title,due_on", "A,Pozo,30/02/2026", "A,Luz,")


@pytest.fixture
def code(app: Flask) -> str:
    with app.app_context():
        place = make_place()
        db.session.commit()
        return place.code


def run(app: Flask, group: Any, *words: object) -> Result:
    with clock.at("2026-11-23T15:00Z"):
        return app.test_cli_runner().invoke(group, [str(word) for word in words])


def agenda(app: Flask, *words: object) -> Result:
    return run(app, agenda_cli, *words)


def how_many(app: Flask, model: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(model.id))) or 0


def saved(folder: Path, content: bytes, name: str = "plan.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_an_import_says_what_it_did(app: Flask, code: str, tmp_path: Path) -> None:
    words = ("import", saved(tmp_path, SHEET), "--municipality", code.upper(), "--format", "json")
    done = agenda(app, *words)
    assert (done.exit_code, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    wanted = {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "skipped": 0,
        "treated": {},
        "units_created": 1,
        "errors": [],
    }
    assert {key: answer[key] for key in wanted} == wanted
    assert "notas" in answer["notices"][0]
    again = json.loads(agenda(app, *words).stdout)
    assert (again["created"], again["unchanged"]) == (0, 2)
    assert how_many(app, Commitment) == 2


def test_a_dry_run_writes_nothing(app: Flask, code: str, tmp_path: Path) -> None:
    done = agenda(app, "import", saved(tmp_path, SHEET), "--municipality", code, "--dry-run")
    assert done.exit_code == 0 and "created: 2" in done.stdout
    assert how_many(app, Commitment) == 0


def test_errors_go_to_standard_error_and_nothing_is_written(app: Flask, code: str, tmp_path: Path) -> None:
    path = saved(tmp_path, BAD)
    text = agenda(app, "import", path, "--municipality", code)
    assert (text.exit_code, text.stdout) == (1, "")
    assert len(text.stderr.splitlines()) == 3
    assert "plan.csv · 2 · due_on" in text.stderr and "30/02/2026" in text.stderr
    found = agenda(app, "import", path, "--municipality", code, "--format", "json")
    assert found.exit_code == 1
    errors = json.loads(found.stdout)["errors"]
    keys = {"sheet", "row", "column", "value", "reason", "field", "suggestion", "about"}
    assert [set(error) for error in errors] == [keys] * 2
    assert [(error["row"], error["column"]) for error in errors] == [(2, "due_on"), (3, "code")]
    assert how_many(app, Commitment) == 0


def test_the_mapping_and_the_sheet_can_be_named(app: Flask, code: str, tmp_path: Path) -> None:
    path = saved(tmp_path, csv_of("Qué;Cuándo", "Pozo;2019"))
    mapping = tmp_path / "m.json"
    mapping.write_text('{"columns": {"Qué": "title", "Cuándo": "due_on"}, "treat": {"year": "last_day"}}', "utf-8")
    done = agenda(app, "import", path, "--municipality", code, "--mapping", mapping, "--format", "json")
    assert json.loads(done.stdout)["treated"] == {"year": 1}
    refused = agenda(app, "import", path, "--municipality", code, "--sheet", "Otra")
    assert refused.exit_code == 1 and "Otra" in refused.stderr


def test_a_broken_mapping_is_refused(app: Flask, code: str, tmp_path: Path) -> None:
    mapping = saved(tmp_path, b'{"colums": {}}', "m.json")
    done = agenda(app, "import", saved(tmp_path, SHEET), "--municipality", code, "--mapping", mapping)
    assert done.exit_code == 1 and "colums" in done.stderr


def test_an_unknown_municipality_is_refused(app: Flask, code: str, tmp_path: Path) -> None:
    for words in (["import", saved(tmp_path, SHEET)], ["export", "-o", tmp_path / "x.csv"]):
        done = agenda(app, *words, "--municipality", "mx-nowhere")
        assert done.exit_code == 1 and "mx-nowhere" in done.stderr


def test_wrong_use_is_told_apart(app: Flask, code: str, tmp_path: Path) -> None:
    path = saved(tmp_path, SHEET)
    for words in (
        ["import", path],
        ["import", tmp_path / "none.csv", "--municipality", code],
        ["import", path, "--municipality", code, "--mapping", tmp_path / "none.json"],
        ["import", path, "--municipality", code, "--format", "xml"],
        ["export", "--municipality", code],
        ["export", "--municipality", code, "-o", tmp_path / "x.pdf"],
    ):
        assert agenda(app, *words).exit_code == 2, words


@pytest.mark.parametrize("kind", ["csv", "XLSX"])
def test_an_export_comes_back_unchanged(app: Flask, code: str, tmp_path: Path, kind: str) -> None:
    agenda(app, "import", saved(tmp_path, SHEET), "--municipality", code)
    path = tmp_path / f"out.{kind}"
    done = agenda(app, "export", "--municipality", code, "-o", path, "--format", "json")
    assert done.exit_code == 0 and json.loads(done.stdout)["rows"] == 2
    back = json.loads(agenda(app, "import", path, "--municipality", code, "--format", "json").stdout)
    assert (back["created"], back["updated"], back["unchanged"], back["errors"]) == (0, 0, 2, [])
    assert sorted(found.name for found in tmp_path.glob("out*")) == [path.name]


def test_an_export_that_cannot_be_written_is_refused(app: Flask, code: str, tmp_path: Path) -> None:
    done = agenda(app, "export", "--municipality", code, "-o", tmp_path / "none" / "x.csv")
    assert done.exit_code == 1 and done.stderr


def test_a_registry_comes_in(app: Flask, code: str, tmp_path: Path) -> None:
    path = saved(tmp_path, csv_of("country,code,name", "MX,15033,Ecatepec"))
    before = how_many(app, Municipality)
    dry = run(app, registry_cli, "import", path, "--dry-run", "--format", "json")
    assert json.loads(dry.stdout)["created"] == 1 and how_many(app, Municipality) == before
    done = run(app, registry_cli, "import", path)
    assert done.exit_code == 0 and "created: 1" in done.stdout
    assert how_many(app, Municipality) == before + 1
    bad = saved(tmp_path, csv_of("country,code,name", "XX,1,Nada"))
    refused = run(app, registry_cli, "import", bad)
    assert refused.exit_code == 1 and "XX" in refused.stderr


def test_conflicts_of_a_workbook_that_comes_back_are_errors_until_a_side_is_named(
    app: Flask, code: str, tmp_path: Path
) -> None:
    agenda(app, "import", saved(tmp_path, SHEET), "--municipality", code)
    file = tmp_path / "agenda.xlsx"
    assert agenda(app, "export", "--municipality", code, "-o", file).exit_code == 0
    file.write_bytes(saved_again(file.read_bytes(), {(2, "title"): "Pozo hondo", (3, "title"): "Luces"}))
    agenda(app, "import", saved(tmp_path, csv_of("code,title", "A,Pozo norte")), "--municipality", code)
    words = ("import", file, "--municipality", code, "--format", "json")
    refused = agenda(app, *words)
    assert refused.exit_code == 1 and "--conflicts" in refused.stderr
    (conflict,) = json.loads(refused.stdout)["back"]["conflicts"]
    assert conflict["cells"] == [["title", "Pozo", "Pozo hondo", "Pozo norte"]] and conflict["by"] == "import"
    done = json.loads(agenda(app, *words, "--conflicts", "theirs").stdout)
    assert (done["updated"], done["unchanged"]) == (1, 1)
    done = json.loads(agenda(app, *words, "--conflicts", "mine").stdout)
    assert (done["updated"], done["unchanged"]) == (1, 1)
    with app.app_context():
        assert sorted(db.session.scalars(select(Commitment.title))) == ["Luces", "Pozo hondo"]
