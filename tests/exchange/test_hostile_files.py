"""Files made to harm are refused at every door: soon, in little memory, with words, and nothing is written."""

import html
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import ROOT
from tests.exchange.hostile_files import HOSTILE, LARGE
from tests.exchange.making import bring, csv_of
from tests.support.apps import DbSession, only_sqlite
from tests.support.factories import make_place, make_user
from tests.support.pages import Client, form_of
from tests.support.processes import environment_of
from tracker.agenda.models import Commitment
from tracker.core.db import db
from tracker.exchange.models import ImportRun

SECONDS, MIB = 5, 300


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    for name, hostile in HOSTILE.items():
        (folder / name).write_bytes(hostile.make())
    return folder


@only_sqlite
def test_hostile_files_are_refused_soon_and_in_little_memory(fresh_app: Flask, files: Path) -> None:
    with fresh_app.app_context():
        place = make_place()
        user = make_user("coordinator", place=place, locale="en")
        db.session.commit()
        words = [sys.executable, "-m", "tests.exchange.at_the_door", str(files), place.code, str(user.id)]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=environment_of(fresh_app, DEFAULT_LOCALE="en"),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    attempts: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(attempts) == 2 * len(HOSTILE), done.stderr[-3000:]
    wrong = [told for attempt in attempts for told in _wrong(attempt)]
    assert not wrong, "\n".join(wrong)
    with fresh_app.app_context():
        for model in (ImportRun, Commitment):
            assert db.session.scalar(select(func.count(model.id))) == 0
    uploads = Path(fresh_app.config["UPLOADS_DIR"])
    assert [path for path in uploads.rglob("*") if path.is_file()] == []


#: What a cell may not hold: nothing, turned reading directions, halves of characters.
UNFIT = ["Po\0zo", "Pozo \u202egpj.exe", "\u2066Pozo", "Po\x1bzo"]


@only_sqlite
@pytest.mark.parametrize("title", UNFIT)
@pytest.mark.usefixtures("session")
def test_signs_that_cannot_be_kept_are_refused_at_their_cell(title: str) -> None:
    place = make_place()
    (wrong,) = bring(place, csv_of("title", "Luz", title)).errors
    assert (wrong.column, wrong.row) == ("title", 3)
    assert "\N{REPLACEMENT CHARACTER}" in wrong.value
    assert db.session.scalar(select(func.count(Commitment.id))) == 0


@only_sqlite
def test_the_name_of_a_file_leads_nowhere(client: Client, session: DbSession) -> None:
    place = make_place()
    user = make_user("coordinator", place=place)
    session.commit()
    client.enter_as(user.id)
    address = f"/{place.code}/agenda/import"
    for name in ("../../wsgi.py", "C:\\Windows\\x.csv", "plan\u202evsc.exe", "a\r\nSet-Cookie: x.csv", "\0.csv"):
        values = form_of(client.get(address).text, address).values
        del values["pasted"]
        answer = client.post(address, data={**values, "file": (io.BytesIO(csv_of("title", "Luz")), name)})
        assert answer.status_code in (303, 422), name
    uploads = Path(client.application.config["UPLOADS_DIR"])
    assert all(path.parent == uploads / "imports" for path in uploads.rglob("*.sheet"))
    for run in session.scalars(select(ImportRun)):
        assert not set("/\\\r\n\0\u202e") & set(run.file_name), run.file_name


def _wrong(attempt: dict[str, Any]) -> list[str]:
    """What is not as it should be about one attempt."""
    name = f"{attempt['file']} at the {attempt['door']}"
    if "died" in attempt:
        return [f"{name}: died with {attempt['died']}"]
    wrong = []
    if attempt["code"] not in ((413, 422) if attempt["door"] == "page" else (1,)):
        wrong.append(f"{name}: answered {attempt['code']}")
    hostile, text = HOSTILE[attempt["file"]], " ".join(html.unescape(attempt["text"]).split())
    said = (hostile.says, hostile.advises)
    if attempt["file"] == LARGE and attempt["door"] == "page":
        said = ("larger than 20 MB", "Save the sheet with the agenda alone")
    wrong += [f"{name}: does not say “{words}”: {text[-300:]}" for words in said if words not in text]
    if attempt["seconds"] > SECONDS or attempt["mib"] > MIB:
        wrong.append(f"{name}: {attempt['seconds']} s, {attempt['mib']} MiB")
    return wrong
