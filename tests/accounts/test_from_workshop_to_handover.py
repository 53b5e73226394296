"""From an empty installation to a handover, through the pages alone: a registry, a workshop of a hundred, slips, a
coordinator who starts from one, the end of a term, the monitor with a letter, and what the successor decides."""

import html
import re
from io import BytesIO

from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import at
from tests.support.factories import make_user
from tests.support.pages import Client, form_of
from tracker.accounts.models import Invitation, Membership
from tracker.agenda.models import Commitment
from tracker.core.db import db
from tracker.follow_up.models import PersonHandover
from tracker.territory.models import Municipality, WorkshopMunicipality

PASSWORD = "cuarenta pozos nuevos"
LIST = "country,code,name\n" + "".join(f"MX,8{number:03},Valle {number}\n" for number in range(100))
TITLES = ("Ocho pozos", "Puente sur", "Vacunas", "Mercado")


def entered(app: Flask, user_id: int) -> Client:
    """A browser in which somebody is signed in."""
    client = app.test_client()
    assert isinstance(client, Client)
    client.enter_as(user_id)
    return client


def send(client: Client, page: str, url: str, **typed: object) -> str:
    """Fill a form of a page in and send it; the page that follows."""
    form = form_of(client.get(page).text, url)
    answer = client.post(url, data={**form.values, **typed}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return answer.location


def joins(app: Flask, code: str, email: str, name: str) -> Client:
    """Somebody starts from a slip and signs in."""
    client = app.test_client()
    assert isinstance(client, Client)
    answer = client.submit("/join", {"code": code}, "/join")
    assert answer.status_code == 303
    answer = client.submit(answer.location, {"name": name, "email": email, "language": "es", "new": PASSWORD})
    assert answer.status_code == 303
    assert client.sign_in_as(email, PASSWORD).status_code == 303
    return client


def test_from_an_empty_installation_to_a_handover(fresh_app: Flask) -> None:
    with at("2026-03-02T15:00Z"):
        with fresh_app.app_context():
            administrator = make_user(role="administrator").id
            monitor = make_user(role="monitor", country="MX", name="Mona Ruiz").id
            db.session.commit()
        slip = _workshop(entered(fresh_app, administrator))
        with fresh_app.app_context():
            assert db.session.scalar(select(func.count()).select_from(WorkshopMunicipality)) == 100
            assert db.session.scalar(select(func.count()).select_from(Invitation)) == 100
        ana = joins(fresh_app, slip, "ana@example.org", "Ana Mora")
        for title in TITLES:
            send(ana, "/mx-8000/agenda/new", "/mx-8000/agenda", title=title, due_on="2027-06-30")
        terms = {"authority": "Luis Sol", "starts_on": "2024-10-01", "ends_on": "2027-01-31"}
        send(ana, "/mx-8000/terms/new", "/mx-8000/terms", **terms)
        next_one = {"authority": "Eva Luna", "starts_on": "2027-02-01", "ends_on": "2030-01-31"}
        send(ana, "/mx-8000/terms/new", "/mx-8000/terms", **next_one)
    with at("2027-02-03T15:00Z"):
        lucia = _hand_over(fresh_app, monitor)
        with fresh_app.app_context():
            handover = db.session.scalars(select(PersonHandover)).one()
        letter = lucia.get(f"/mx-8000/handovers/{handover.id}/letter")
        assert (letter.status_code, letter.mimetype) == (200, "application/pdf")
        assert letter.headers["Content-Disposition"] == "attachment; filename=carta.pdf"
        assert letter.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert letter.headers["Cache-Control"] == "private, no-store"
        _decide(lucia)
        act = lucia.get("/mx-8000/handover/act").text
        assert "Eva Luna" in act
        assert [title in act for title in TITLES] == [True, True, False, True], "what is open is handed over"
        history = html.unescape(lucia.get("/mx-8000/history").text)
        for words in ("Mona Ruiz registró la entrega", "Lucía Sol renegoció", "Lucía Sol cerró lo heredado"):
            assert words in history, words
        with fresh_app.app_context():
            rows = {row.title: row for row in db.session.scalars(select(Commitment))}
            assert [rows[title].is_open for title in TITLES] == [True, True, False, True]
            assert [rows[title].slippage_days for title in TITLES] == [92, 92, 0, 0]
        ana_again = fresh_app.test_client()
        assert isinstance(ana_again, Client)
        ana_again.sign_in_as("ana@example.org", PASSWORD)
        assert ana_again.get("/mx-8000/agenda").status_code == 404


def _workshop(admin: Client) -> str:
    """A registry, a workshop of a hundred municipalities, everybody invited; the code on the first one's slip."""
    send(admin, "/municipalities/import", "/municipalities/import", file=(BytesIO(LIST.encode()), "lista.csv"))
    came = send(admin, "/workshops/new", "/workshops", name="Taller de Toluca", country_code="MX")
    lines = "\n".join(f"Valle {number}" for number in range(99)) + "\nmx-8099"
    page = send(admin, came, came, lines=lines)
    slips = send(admin, f"{page}/invitations", f"{page}/invitations")
    text = admin.get(slips).text
    codes = re.findall(r'slip-code"[^>]*>([^<]+)<', text)
    assert len(set(codes)) == 100
    first = re.search(r"Valle 0<.*?slip-code\"[^>]*>([^<]+)<", text, re.DOTALL)
    assert first is not None
    return first[1]


def _hand_over(app: Flask, monitor: int) -> Client:
    """The monitor opens the handover with a letter, though the agenda is not shared; the successor starts."""
    mona = entered(app, monitor)
    with app.app_context():
        place_id = db.session.scalars(select(Municipality.id).where(Municipality.code == "mx-8000")).one()
        held = Membership.municipality_id == place_id, Membership.role == "coordinator"
        ana_id = db.session.scalars(select(Membership.user_id).where(*held)).one()
    assert mona.get("/mx-8000/agenda").status_code == 403
    url = f"/municipalities/{place_id}/handover"
    typed = {"leaving": str(ana_id), "name": "Lucía Sol", "how": "slip"}
    answer = mona.post(url, data={**form_of(mona.get(url).text, url).values, **typed})
    assert answer.status_code == 422, "not without the letter"
    letter = (BytesIO(b"%PDF-1.4\n%%EOF\n"), "carta.pdf")
    send(mona, url, url, letter=letter, **typed)
    code = re.search(r'slip-code"[^>]*>([^<]+)<', mona.get(url).text)
    assert code is not None
    return joins(app, code[1], "lucia@example.org", "Lucía Sol")


def _decide(lucia: Client) -> None:
    """Two are renegotiated, one is closed."""
    url = "/mx-8000/handover"
    page = lucia.get(url).text
    form = form_of(page, url)
    ids = {title: number for number, title in enumerate(re.findall(r'<h3><a href="[^"]+">([^<]+)</a>', page))}
    typed: dict[str, str] = {}
    for title in TITLES[:2]:
        row = f"rows-{ids[title]}"
        typed |= {f"{row}-how": "renegotiated", f"{row}-on": "2027-09-30", f"{row}-reason": "Faltó el terreno"}
    row = f"rows-{ids[TITLES[2]]}"
    typed |= {f"{row}-how": "closed", f"{row}-reason": "Ya no se necesita"}
    assert lucia.post(url, data={**form.values, **typed}).status_code == 303
