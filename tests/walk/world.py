"""A small world with one of everything: two municipalities and people of every role.

Whatever is data and not a text of the interface stands between ⟦ and ⟧.
"""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from PIL import Image

from tests.support.factories import (
    PASSWORD,
    act,
    make_commitment,
    make_milestone,
    make_partner,
    make_person,
    make_place,
    make_unit,
    make_user,
)
from tracker.agenda.models import Attachment, Commitment
from tracker.agenda.operations import (
    cancel_commitment,
    complete_commitment,
    complete_milestone,
    edit_commitment,
)
from tracker.agenda.operations.promise import BudgetFacts, PartyFacts, Promise
from tracker.core.db import db
from tracker.core.storage import store
from tracker.follow_up.checks import check_places
from tracker.follow_up.operations import Report, report_progress
from tracker.plan.operations import add_action, add_line, create_plan
from tracker.territory.models import Partner, Unit
from tracker.territory.rules import Place

#: Who signs in through the page.
EMAIL = "coordinator-a@example.org"


@dataclass(frozen=True)
class Town:
    """What one municipality holds, as plain values."""

    place: Place
    unit_id: int
    other_unit_id: int
    line_id: int
    action_id: int
    #: Codes. All but `hidden` are led by `unit_id`, and the partner has a part in them.
    open: str
    late: str
    stepped: str
    counted: str
    closed: str
    dropped: str
    #: Led by the other unit; no partner in it.
    hidden: str
    #: Of `stepped`: one open, one reached; and one of `late`.
    milestone_id: int
    done_milestone_id: int
    other_milestone_id: int
    #: Of `stepped`, and of `hidden`.
    file_id: int
    hidden_file_id: int

    @property
    def code(self) -> str:
        """As in addresses."""
        return self.place.code


@dataclass(frozen=True)
class World:
    """Two municipalities, a partner with a part in the first, and the ids of people by what they are."""

    day: date
    a: Town
    b: Town
    users: dict[str, int]


def make_world(day: date, uploads: Path) -> World:
    """Build it in the present database as of `day`; commits nothing."""
    partner, stranger = make_partner("⟦Fundación Puente⟧"), make_partner("⟦Agencia Lejana⟧")
    a = _make_town("MX", "⟦Aldea⟧", "a", day, uploads, partner)
    b = _make_town("CL", "⟦Bahía⟧", "b", day, uploads, None)
    users = {
        "administrator": make_user("administrator", email="administrator@example.org", name="⟦Alma⟧").id,
        "monitor": make_user("monitor", email="monitor@example.org", name="⟦Mora⟧").id,
        "monitor of MX": make_user("monitor", country="MX", email="monitor-mx@example.org", name="⟦Mex⟧").id,
        "partner": make_user("partner", partner=partner, email="partner@example.org", name="⟦Pía⟧").id,
        "other partner": make_user("partner", partner=stranger, email="stranger@example.org", name="⟦Luz⟧").id,
    }
    for letter, town in (("A", a), ("B", b)):
        unit, other = db.session.get(Unit, town.unit_id), db.session.get(Unit, town.other_unit_id)
        for role, held in {
            f"coordinator of {letter}": {"role": "coordinator", "password": PASSWORD if letter == "A" else ""},
            f"officer of {letter}": {"role": "officer", "unit": unit},
            f"other officer of {letter}": {"role": "officer", "unit": other},
            f"authority of {letter}": {"role": "authority"},
        }.items():
            email = f"{role.replace(' of ', '-').replace(' ', '-').lower()}@example.org"
            users[role] = make_user(**held, place=town.place, email=email, name=f"⟦{role.title()}⟧").id
    check_places([a.place, b.place], day, act(day).at)
    db.session.flush()
    return World(day, a, b, users)


def _make_town(country: str, name: str, letter: str, day: date, uploads: Path, partner: Partner | None) -> Town:
    place = make_place(country, f"9{letter}", name=name)
    unit = make_unit(place, "⟦Obras⟧", f"obras-{letter}@example.org")
    other = make_unit(place, "⟦Salud⟧", f"salud-{letter}@example.org")
    make_person(unit, "⟦Rosa Campos⟧", f"rosa-{letter}@example.org")
    before = act(day - timedelta(days=90))
    plan = create_plan(before, place, "⟦Plan⟧", from_on=day, goal_code="sdg-6", workshop="⟦Taller⟧")
    line = add_line(before, place, plan.id, "⟦Agua⟧", code="L1")
    action = add_action(before, place, line.id, "⟦Pozos⟧", code="A1")
    parts = (PartyFacts("supporter", partner_id=partner.id, part="⟦paga⟧"),) if partner else ()
    common = {"unit": unit, "day": before.day, "action_id": action.id}

    def promise(title: str, due: int | None, led_by: Unit = unit, shared: bool = True) -> Commitment:
        due_on = day + timedelta(days=due) if due is not None else None
        own = {**common, "unit": led_by, "parties": parts if shared else ()}
        return make_commitment(place, f"⟦{title}⟧", due_on, **own)

    open_ = promise("Pozo norte", 10)
    late = promise("Puente sur", -12)
    stepped = _full(place, unit, action.id, parts, day)
    counted = make_commitment(
        place,
        "⟦Diez aulas⟧",
        day + timedelta(days=20),
        quantity=Decimal(10),
        measure="⟦aulas⟧",
        parties=parts,
        **common,
    )
    closed, dropped, hidden = promise("Acta", -20), promise("Censo", 5), promise("Clínica", 60, other, shared=False)
    promise("Sin fecha", None)
    milestone = make_milestone(place, stepped, day - timedelta(days=12), title="⟦Permiso⟧", day=before.day)
    reached = make_milestone(place, stepped, day - timedelta(days=30), title="⟦Trazo⟧", day=before.day)
    other_step = make_milestone(place, late, day + timedelta(days=10), title="⟦Losa⟧", day=before.day)
    now = act(day)
    complete_milestone(now, place, stepped.code, reached.id, day - timedelta(days=31))
    _report(place, stepped, day, uploads)
    _report(place, hidden, day, uploads)
    complete_commitment(now, place, closed.code, day - timedelta(days=1), "in_part", "⟦Faltó firmar⟧")
    cancel_commitment(now, place, dropped.code, "⟦Sin fondos⟧")
    files = {f.commitment_id: f.id for f in db.session.query(Attachment).filter_by(municipality_id=place.id)}
    codes = [c.code for c in (open_, late, stepped, counted, closed, dropped, hidden)]
    steps = (milestone.id, reached.id, other_step.id)
    return Town(place, unit.id, other.id, line.id, action.id, *codes, *steps, files[stepped.id], files[hidden.id])


def _full(place: Place, unit: Unit, action_id: int, parts: tuple[PartyFacts, ...], day: date) -> Commitment:
    """A commitment with everything a page can show; its date was moved once."""
    facts = {
        "description": "⟦Ocho kilómetros⟧",
        "promised_to": "⟦Barrio Alto⟧",
        "start_on": day - timedelta(days=80),
        "precondition": "⟦Terreno⟧",
        "verification": "⟦Acta⟧",
        "act_kind": "⟦Convenio⟧",
        "act_number": "⟦12⟧",
        "act_on": day - timedelta(days=85),
        "instrument": "⟦Plan rector⟧",
        "public": True,
        "action_id": action_id,
        "parties": (*parts, PartyFacts("co_responsible", unit_id=unit.id, part="⟦traza⟧")),
        "budgets": (BudgetFacts(day.year, "⟦Fondo⟧", place.currency, 1_500_000),),
    }
    before = day - timedelta(days=90)
    made = make_commitment(place, "⟦Camino largo⟧", day + timedelta(days=30), unit=unit, day=before, **facts)
    moved = Promise("⟦Camino largo⟧", due_on=day + timedelta(days=45), unit_id=unit.id, **facts)  # type: ignore[arg-type]
    return edit_commitment(act(day - timedelta(days=9)), place, made.code, moved, 1, "⟦Lluvias⟧")


def _report(place: Place, commitment: Commitment, day: date, uploads: Path) -> None:
    photo = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(photo, "PNG")
    file = store(uploads, "⟦foto⟧.png", photo.getvalue())
    told = Report("⟦Va bien⟧", progress=40, told_by="⟦Eva⟧", told_how="phone", files=(file,))
    report_progress(act(day - timedelta(days=2)), place, commitment.code, told)
