"""A municipality with one of everything. Whatever is data, not a text of the interface, stands between ⟦ and ⟧."""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from PIL import Image

from tests.support.factories import (
    act,
    make_commitment,
    make_milestone,
    make_partner,
    make_person,
    make_place,
    make_unit,
)
from tests.walk.runs import make_runs
from tracker.agenda.models import Attachment, Commitment, Milestone
from tracker.agenda.operations import (
    cancel_commitment,
    complete_commitment,
    complete_milestone,
    create_commitment,
    edit_commitment,
    suspend,
)
from tracker.agenda.operations.agreements import Agreed, add_agreement
from tracker.agenda.operations.promise import BudgetFacts, PartyFacts, Promise
from tracker.agenda.recurring.making import make_occurrences
from tracker.agenda.rules import Pattern
from tracker.core.db import db
from tracker.core.storage import store
from tracker.follow_up.bulk.changing import give_dates
from tracker.follow_up.operations import Report, add_note, report_progress
from tracker.follow_up.operations.assessing import assess_commitment
from tracker.follow_up.operations.dates import NewDate, ask_new_date
from tracker.follow_up.operations.inheriting import Decision, decide_inherited
from tracker.follow_up.operations.obstacles import InTheWay, report_obstacle
from tracker.plan.operations import add_action, add_line, create_plan
from tracker.territory.governing import Office, add_term
from tracker.territory.models import Partner, Unit
from tracker.territory.rules import Place
from tracker.territory.terms import Term


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
    #: Its date hangs on something that is not there yet.
    hanging: str
    #: Of `stepped`: one open, one reached; and one of `late`.
    milestone_id: int
    done_milestone_id: int
    other_milestone_id: int
    #: Of `stepped`, which recurs once.
    occurrence_id: int
    #: In the way of `late`.
    obstacle_id: int
    date_request_id: int
    assessment_id: int
    #: What was changed in one go: the date of `hidden`.
    bulk_change_id: int
    #: Late already when it came in.
    old_subject: str
    #: Of `stepped`, and of `hidden`.
    file_id: int
    hidden_file_id: int
    #: Sheets on their way in: one that needs a person, one that is ready, one that came in.
    asking_run: int
    ready_run: int
    done_run: int
    back_run: int
    #: What notices about `counted` are about.
    counted_subject: str
    #: Due in 15 days: its first step falls tomorrow.
    fair: str
    #: Led by a unit that nobody can write to; that unit, and what notices about it are about.
    quiet: str
    quiet_unit_id: int
    quiet_subject: str
    #: Not promised yet.
    draft: str
    agreement_id: int
    #: The present term of office; it inherited what is open, and took `fair` over.
    term_id: int
    #: Somebody in the unit.
    person_id: int
    #: A mail that failed, to somebody of the unit, and the token of a link to the same person.
    mail_id: int = 0
    token: str = ""
    #: The last check.
    check_id: int = 0
    #: At the door: invitations (by mail, to the coordinator, beyond the town), a slip, links, another browser of
    #: the coordinator, a role that may end (here, beyond the town), who has a second factor, one being set up.
    invitation_id: int = 0
    own_invitation_id: int = 0
    wide_invitation_id: int = 0
    slip_token: str = ""
    slip_code: str = ""
    reset_token: str = ""
    change_token: str = ""
    session_id: int = 0
    membership_id: int = 0
    wide_membership_id: int = 0
    keeper_id: int = 0
    #: A workshop that `A` came to and another one that nobody coordinates.
    workshop_id: int = 0
    free_id: int = 0
    free_name: str = ""
    #: An association that it belongs to, and a municipality with nothing open.
    association_id: int = 0
    #: An organisation that has a part in `A`.
    partner_id: int = 0
    #: Who looks after it, and a consent of another one that stands.
    monitor_id: int = 0
    consent_id: int = 0
    #: The role of an officer, which may be handed over; a handover that was, by letter; who coordinates.
    officer_role_id: int = 0
    handover_id: int = 0
    coordinator_id: int = 0
    empty_id: int = 0
    empty_name: str = ""
    #: Units of the one that nobody coordinates; 0 for what none leads.
    free_units: tuple[int, ...] = ()
    sealed: str = ""
    phone_code: str = ""

    @property
    def code(self) -> str:
        """As in addresses."""
        return self.place.code


def make_town(country: str, name: str, letter: str, day: date, uploads: Path, partner: Partner | None) -> Town:
    """A municipality with one of everything as of `day`; the partner has a part in most of its commitments."""
    place = make_place(country, f"9{letter}", name=name)
    unit = make_unit(place, "⟦Obras⟧", f"obras-{letter}@example.org")
    other = make_unit(place, "⟦Salud⟧", f"salud-{letter}@example.org")
    quiet = make_unit(place, "⟦Archivo⟧")
    rosa = make_person(unit, "⟦Rosa Campos⟧", f"rosa-{letter}@example.org")
    before = act(day - timedelta(days=90))
    plan = create_plan(before, place, "⟦Plan⟧", from_on=day, goal_code="sdg-6", workshop="⟦Taller⟧")
    line = add_line(before, place, plan.id, "⟦Agua⟧", code="L1")
    action = add_action(before, place, line.id, "⟦Pozos⟧", code="A1")
    parts = (PartyFacts("supporter", partner_id=partner.id, part="⟦paga⟧"),) if partner else ()

    def promise(title: str, due: int | None, led_by: Unit = unit, **more: Any) -> Commitment:
        due_on = day + timedelta(days=due) if due is not None else None
        facts = {"action_id": action.id, "parties": parts, **more}
        return make_commitment(place, f"⟦{title}⟧", due_on, unit=led_by, day=before.day, **facts)

    open_ = promise("Pozo norte", 10)
    late = promise("Puente sur", -12)
    stepped = _full(place, unit, action.id, parts, day)
    counted = promise("Diez aulas", 20, quantity=Decimal(10), measure="⟦aulas⟧")
    closed, dropped, hidden = promise("Acta", -20), promise("Censo", 5), promise("Clínica", 60, other, parties=())
    promise("Sin fecha", None)
    hanging = promise("Mercado", None, condition="⟦La transferencia⟧", condition_days=60)
    old = make_commitment(place, "⟦Vado viejo⟧", day - timedelta(days=5), unit=unit, day=day, parties=parts)
    draft = create_commitment(before, place, Promise("⟦Teleférico⟧", due_on=day + timedelta(days=50)), draft=True)
    add_note(act(day), place, stepped.code, "⟦Ojo con el terreno⟧")
    agreement = add_agreement(before, place, Agreed("⟦Convenio marco⟧", (partner or make_partner("⟦Red⟧")).id))
    fair, unheard = promise("Feria", 15), promise("Archivo en orden", -2, quiet, parties=())
    milestone = make_milestone(place, stepped, day - timedelta(days=12), title="⟦Permiso⟧", day=before.day)
    reached = make_milestone(place, stepped, day - timedelta(days=30), title="⟦Trazo⟧", day=before.day)
    other_step = make_milestone(place, late, day + timedelta(days=10), title="⟦Losa⟧", day=before.day)
    now = act(day)
    lacking = InTheWay("permit", "⟦El permiso del agua⟧", day, level="state", clearer_name="⟦Comisión del Agua⟧")
    suspend(now, place, counted.code, day, day + timedelta(days=40), "⟦Lluvias⟧")
    obstacle = report_obstacle(now, place, late.code, lacking)
    wanted = NewDate(day + timedelta(days=60), "day", "⟦Falta el agua⟧")
    request = ask_new_date(now, place, late.code, wanted)
    later = NewDate(day + timedelta(days=61), "day", "⟦Un día más⟧")
    bulk = give_dates(now, place, {hidden.code: later})
    seen = assess_commitment(now, place, stepped.code, "substantial", "⟦Falta pintar⟧", partner and partner.id)
    complete_milestone(now, place, stepped.code, reached.id, day - timedelta(days=31))
    _report(place, stepped, day, uploads)
    _report(place, hidden, day, uploads)
    complete_commitment(now, place, closed.code, day - timedelta(days=1), "in_part", "⟦Faltó firmar⟧")
    cancel_commitment(now, place, dropped.code, "⟦Sin fondos⟧")
    term = _terms(place, day)
    fair_taken = {fair.id: Decision("taken_over")}
    decide_inherited(now, place, fair_taken)
    runs = make_runs(place, day, uploads)
    files = {f.commitment_id: f.id for f in db.session.query(Attachment).filter_by(municipality_id=place.id)}
    return Town(
        place=place,
        unit_id=unit.id,
        other_unit_id=other.id,
        line_id=line.id,
        action_id=action.id,
        open=open_.code,
        late=late.code,
        stepped=stepped.code,
        counted=counted.code,
        closed=closed.code,
        dropped=dropped.code,
        hidden=hidden.code,
        hanging=hanging.code,
        milestone_id=milestone.id,
        done_milestone_id=reached.id,
        other_milestone_id=other_step.id,
        occurrence_id=_occurrence(place, stepped, day).id,
        obstacle_id=obstacle.id,
        date_request_id=request.id,
        assessment_id=seen.id,
        bulk_change_id=bulk.id,
        old_subject=old.subject,
        file_id=files[stepped.id],
        hidden_file_id=files[hidden.id],
        asking_run=runs[0],
        ready_run=runs[1],
        done_run=runs[2],
        back_run=runs[3],
        counted_subject=counted.subject,
        fair=fair.code,
        quiet=unheard.code,
        quiet_unit_id=quiet.id,
        quiet_subject=unheard.subject,
        draft=draft.code,
        agreement_id=agreement.id,
        term_id=term.id,
        person_id=rosa.id,
    )


def _terms(place: Place, day: date) -> Term:
    """Two terms; the present one began 30 days ago and ends soon."""
    begun = day - timedelta(days=30)
    past = Office(begun - timedelta(days=1_000), begun - timedelta(days=1), "⟦Eva Luna⟧", "⟦Alcaldesa⟧")
    add_term(act(day), place.id, past)
    return add_term(act(day), place.id, Office(begun, day + timedelta(days=60), "⟦Luis Sol⟧", "⟦Alcalde⟧"))


def _occurrence(place: Place, stepped: Commitment, day: date) -> Milestone:
    """One day on which a commitment recurs; the name of its month is taken out, being a word of one language."""
    make_occurrences(act(day), place, stepped.code, Pattern("week", 1, 3, day + timedelta(days=20), count=1))
    row = (
        db.session.query(Milestone)
        .filter_by(commitment_id=stepped.id)
        .filter(Milestone.occurs_on.is_not(None))
        .one()
    )
    row.title = "⟦Jornada⟧"
    db.session.flush()
    return row


def _full(place: Place, unit: Unit, action_id: int, parts: tuple[PartyFacts, ...], day: date) -> Commitment:
    """A commitment with everything a page can show; its date was moved once."""
    facts: dict[str, Any] = {
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
    moved = Promise("⟦Camino largo⟧", due_on=day + timedelta(days=45), unit_id=unit.id, **facts)
    return edit_commitment(act(day - timedelta(days=9)), place, made.code, moved, 1, "⟦Lluvias⟧")


def _report(place: Place, commitment: Commitment, day: date, uploads: Path) -> None:
    photo = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(photo, "PNG")
    file = store(uploads, "⟦foto⟧.png", photo.getvalue())
    told = Report("⟦Va bien⟧", progress=40, told_by="⟦Eva⟧", told_how="phone", files=(file,))
    report_progress(act(day - timedelta(days=2)), place, commitment.code, told)
