"""The whole loop with commands and a server alone, from an empty database, over real SMTP."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.support.mail_server import MailServer
from tests.support.processes import end, free_port, run_flask, start_flask, wait_until_listening
from tracker.core.now import today

REGISTRY = """country,code,name,admin1_code,admin1_name,lat,lon,population
MX,15033,Ecatepec de Morelos,MX-MEX,México,19.599,-99.049,1645352
"""
ZONE = "America/Mexico_City"


def run(app: Flask, *arguments: str, typed: str | None = None, **others: str) -> str:
    """A command that must succeed; its standard output."""
    done = run_flask(app, *arguments, typed=typed, **others)
    assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def town(fresh_app: Flask, tmp_path: Path) -> Flask:
    """An installation with one municipality and its coordinator, made as an operator makes it."""
    registry = tmp_path / "registry.csv"
    registry.write_text(REGISTRY, encoding="utf-8")
    run(fresh_app, "db", "upgrade")
    run(fresh_app, "registry", "import", str(registry))
    run(
        fresh_app,
        *("user", "create", "coord@example.org", "--role", "coordinator", "--municipality", "mx-15033"),
        "--password-stdin",
        typed="una clave bien larga\n",
    )
    return fresh_app


def agenda(folder: Path, rows: list[str]) -> str:
    """A sheet of commitments."""
    sheet = folder / "agenda.csv"
    sheet.write_text("code,title,unit,unit_email,due_on\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return str(sheet)


def test_import_check_compose_deliver_and_all_of_it_again(town: Flask, smtp: MailServer, tmp_path: Path) -> None:
    day = today(ZONE)
    late, soon, far = (day + timedelta(days=n) for n in (-5, 3, 90))
    sheet = agenda(
        tmp_path,
        [
            f"A-1,Pozo de San Cristóbal,Obras,obras@example.org,{late}",
            f"A-2,Vacunas en Guadalupe,Salud,salud@example.org,{soon}",
            f"A-3,Biblioteca,Salud,salud@example.org,{far}",
        ],
    )
    place = ("--municipality", "mx-15033")
    first = json.loads(run(town, "agenda", "import", sheet, *place, "--format", "json"))
    assert (first["created"], first["units_created"], first["errors"]) == (3, 2, [])

    for round_number in (1, 2):
        checked = json.loads(run(town, "check", "--day", str(day), "--format", "json"))
        assert [line["commitment"] for line in checked["overdue"]] == ["A-1"]
        assert [line["commitment"] for line in checked["due_soon"]] == ["A-2"]
        assert len(checked["notices"]) == (3 if round_number == 1 else 0)
        composed = json.loads(run(town, "notices", "compose", "--day", str(day), "--format", "json"))
        assert composed["digests"] == (3 if round_number == 1 else 0)
        sent = json.loads(run(town, "notices", "deliver", "--format", "json", MAIL_URL=smtp.url))
        assert sent == {"sent": 3 if round_number == 1 else 0, "failed": 0, "cancelled": 0, "retry": 0}
        again = json.loads(run(town, "agenda", "import", sheet, *place, "--format", "json"))
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 3)

    assert sorted(m.recipients[0] for m in smtp.messages) == [
        "coord@example.org",
        "obras@example.org",
        "salud@example.org",
    ]
    listed = json.loads(run(town, "notices", "list", "--format", "json"))
    assert {row["state"] for row in listed} == {"sent"}
    verified = json.loads(run(town, "standings", "verify", "--format", "json"))
    assert verified == {"municipalities": 1, "different": []}


def test_a_server_left_alone_sends_a_mail_for_what_is_due_in_three_days(
    town: Flask, smtp: MailServer, tmp_path: Path
) -> None:
    run(town, "policy", "set", "digest_hour=0", "working_days=all", "holidays_off=no")
    soon = today(ZONE) + timedelta(days=3)
    sheet = agenda(tmp_path, [f"A-1,Vacunas en Guadalupe,Salud,salud@example.org,{soon}"])
    run(town, "agenda", "import", sheet, "--municipality", "mx-15033")
    log, port = tmp_path / "serve.log", free_port()
    others = {"TICK_SECONDS": "1", "MAIL_URL": smtp.url}
    process = start_flask(town, "serve", "--port", str(port), log=log, **others)
    try:
        wait_until_listening(process, port, log)
        (received,) = smtp.wait_for(1, within=60)
    finally:
        code = end(process)
    assert code == 0, log.read_text(encoding="utf-8")
    assert received.recipients == ("salud@example.org",)
    assert "Vacunas en Guadalupe" in str(received.message.get_body(("plain",)))


def test_a_future_day_needs_a_dry_run(town: Flask) -> None:
    refused = run_flask(town, "check", "--municipality", "mx-15033", "--day", str(today(ZONE) + timedelta(days=2)))
    assert refused.returncode == 1
    assert "--dry-run" in refused.stderr
