"""Real sheets come in through the pages, with what a coordinator can see there and nothing else."""

import io
import re
from dataclasses import dataclass

import pytest
from sqlalchemy import ColumnElement, func, select

from tests.exchange.real_files import BOOK_2024, BOOK_2025, real_files
from tests.support.apps import only_sqlite
from tests.support.factories import make_place, make_user
from tests.support.pages import Client, form_of
from tracker.agenda.models import Commitment, Milestone
from tracker.core.db import db
from tracker.exchange.bringing.waking import bring_in_waiting
from tracker.exchange.models import ImportRun
from tracker.territory.models import Unit
from tracker.territory.rules import Place

pytestmark = pytest.mark.usefixtures("session")
SAO_PAULO = "a-saopaulo-programa-metas"
DRAWN = "a-cali-gobierno-tareas/633b1e9c2b2efcronograma seguimiento plaza cayzedo.xlsx"


UNDATED = "undated"
#: What a person answers for all of a kind.
ANSWERS = {
    "no_date": UNDATED,
    "bad_date": UNDATED,
    "range": "clamp",
    "repeated": "last",
    "early": "drop_start",
    "long_title": "cut",
    "unit": "make",
}


@dataclass(frozen=True)
class Sheet:
    """A sheet, the kinds of questions it raises, and what it comes to with one answer for each."""

    file: str
    country: str
    asked: str
    rows: int
    left_out: int
    undated: int
    units: int
    #: Sheet of the workbook, where another is guessed.
    sheet: str = ""
    #: Rows that say the same as another one.
    repeated: int = 0


SHEETS = {
    "cali flat": Sheet(
        BOOK_2025, "CO", "bad_date early no_date range repeated unit", 3303, 0, 1272, 27, repeated=2
    ),
    "cali gobierno": Sheet(BOOK_2024, "CO", "no_date unit", 40, 26, 3, 1, "4112 Gobierno"),
    "cali hacienda": Sheet(BOOK_2024, "CO", "no_date unit", 45, 23, 2, 5, "4131 Hacienda"),
    "cali salud": Sheet(BOOK_2024, "CO", "no_date unit", 218, 97, 13, 6, "4145 Salud"),
    "cali cultura": Sheet(BOOK_2024, "CO", "bad_date no_date unit", 293, 156, 43, 4, "4148 Cultura"),
    "cali movilidad": Sheet(BOOK_2024, "CO", "no_date unit", 67, 46, 6, 7, "4152 Movilidad"),
    "cali deporte": Sheet(BOOK_2024, "CO", "no_date unit", 148, 83, 15, 4, "4162 Deporte"),
    "são paulo xlsx": Sheet(f"{SAO_PAULO}/decima-nona-versao.xlsx", "BR", "long_title unit", 123, 0, 123, 22),
    "são paulo xls": Sheet(f"{SAO_PAULO}/decima-oitava-versao.xls", "BR", "long_title unit", 123, 0, 123, 22),
    "são paulo csv": Sheet(f"{SAO_PAULO}/goals.csv", "BR", "long_title", 123, 0, 123, 0),
    "buenos aires": Sheet("a-buenosaires-compromisos/data.csv", "AR", "unit", 54, 0, 0, 8),
    "canada": Sheet(
        "a-canada-mandate-commitments/2021-mandate-commitments.csv", "CO", "long_title", 760, 0, 760, 0
    ),
    "drawn": Sheet(DRAWN, "CO", "unit", 53, 0, 53, 17),
}


def send(client: Client, place: str, sheet: Sheet) -> str:
    """Choose file and sheet; confirm captions, columns and words as they are guessed; the page that looks."""
    path, page = real_files() / sheet.file, f"/{place}/agenda/import"
    with io.BytesIO(path.read_bytes()) as content:
        sent = {"file": (content, path.name)}
        answer = client.submit(page, sent, page, content_type="multipart/form-data")
        # A large body lies in a temporary file that the test client leaves open.
        answer.request.environ["wsgi.input"].close()
    for _step in range(6):
        assert answer.status_code == 303
        here = str(answer.location)
        answer.close()
        if here.endswith("/preview"):
            return here
        action = here if "page=" in here else here.split("?", maxsplit=1)[0]
        if sheet.sheet and here.endswith("/sheet"):
            here += f"?sheet={sheet.sheet}"
        answer = client.submit(here, {}, action)
    raise AssertionError(here)


def count(model: type[Commitment | Unit], place: Place, *where: ColumnElement[bool]) -> int:
    """Rows of this municipality."""
    statement = select(func.count()).select_from(model).where(model.municipality_id == place.id, *where)
    return db.session.scalar(statement) or 0


@pytest.mark.parametrize("name", SHEETS)
@only_sqlite
def test_a_real_sheet_comes_in_with_one_answer_for_each_kind(name: str, client: Client) -> None:
    sheet = SHEETS[name]
    place = make_place(sheet.country)
    client.enter_as(make_user(place=place).id)
    page = send(client, place.code, sheet)
    html = client.get(page).text
    assert ("cronograma dibujado" in html) == (name == "drawn")
    values = form_of(html, page).values
    kinds = {
        key.removesuffix("-kind"): kind for key, kind in values.items() if re.fullmatch(r"kinds-\d+-kind", key)
    }
    assert " ".join(sorted(kinds.values())) == sheet.asked
    chosen = {f"{key}-choice": ANSWERS[kind] for key, kind in kinds.items()}
    answer = client.post(page, data={**values, **chosen})
    assert answer.status_code == 303
    answer = client.post(page.replace("/preview", "/confirmation"), data={"csrf_token": values["csrf_token"]})
    assert answer.status_code == 303
    assert bring_in_waiting() == 1
    run = db.session.get_one(ImportRun, int(page.split("/")[-2]))
    assert run.state == "done", run.result
    commitments = sheet.rows - sheet.left_out - sheet.repeated
    assert (run.result["created"], run.result["skipped"]) == (commitments, sheet.left_out)
    assert count(Commitment, place) == commitments
    assert count(Commitment, place, Commitment.due_on.is_(None)) == sheet.undated
    assert count(Unit, place) == sheet.units
    assert db.session.scalar(select(func.count()).select_from(Milestone)) == 0
