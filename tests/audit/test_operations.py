"""Every operation that changes facts leaves entries: which ones is written down here, operation by operation."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from tests.audit.watching import watched
from tests.exchange.making import csv_of
from tests.house.tree import modules
from tests.support.apps import DbSession
from tests.support.factories import (
    DAY,
    act,
    make_commitment,
    make_milestone,
    make_person,
    make_place,
    make_unit,
    make_user,
)
from tracker.accounts.consent.giving import end_consent, give_consent
from tracker.accounts.forgetting import forget_person
from tracker.accounts.models import Membership, User
from tracker.accounts.operations import add_roles, create_user
from tracker.accounts.rules import Role
from tracker.agenda.models import Agreement, Commitment, Milestone
from tracker.agenda.money.setting import Money, set_money
from tracker.agenda.operations import (
    add_milestone,
    attach,
    cancel_commitment,
    cancel_milestone,
    complete_commitment,
    complete_milestone,
    create_commitment,
    edit_commitment,
    edit_milestone,
    end_suspension,
    reopen_commitment,
    reopen_milestone,
    suspend,
)
from tracker.agenda.operations.agreements import Agreed, add_agreement, edit_agreement
from tracker.agenda.operations.commitments import promise_draft
from tracker.agenda.operations.dates.giving import meet_condition
from tracker.agenda.operations.dates.sorting import Choice, bring_up_to_date
from tracker.agenda.operations.endings import Ending, complete_commitments
from tracker.agenda.operations.leading import Lead, change_leads
from tracker.agenda.operations.promise import Promise
from tracker.agenda.recurring.making import make_occurrences, not_held
from tracker.agenda.rules import Pattern
from tracker.agenda.succession.ending import close_municipality, merge, split
from tracker.agenda.succession.passing_on import open_rows
from tracker.audit.models import AuditEntry, AuditHead
from tracker.audit.operations import reseal
from tracker.audit.words import VERBS
from tracker.core.db import db
from tracker.core.storage import StoredFile
from tracker.exchange.bringing.drafting import begin_run, decide, likely_sheets, sheets_in
from tracker.exchange.bringing.taking import claim_next, queue, take_in_run
from tracker.exchange.bringing.undoing import undo_import
from tracker.exchange.import_agenda import import_agenda
from tracker.exchange.mapping import AgendaMapping, RegistryMapping
from tracker.exchange.registry import import_registry
from tracker.follow_up.bulk.asking import ask_how_it_goes
from tracker.follow_up.bulk.changing import close_alike, give_dates, give_lead
from tracker.follow_up.bulk.undoing import undo_bulk
from tracker.follow_up.handing.moving import Successor, hand_over
from tracker.follow_up.operations import InTheWay, Report, clear_obstacle, report_obstacle, report_progress
from tracker.follow_up.operations.assessing import assess_commitment, reply_to_assessment
from tracker.follow_up.operations.dates import (
    NewDate,
    ask_new_date,
    grant_new_date,
    refuse_new_date,
    withdraw_date_request,
)
from tracker.follow_up.operations.inheriting import Decision, decide_inherited
from tracker.follow_up.operations.noting import add_note
from tracker.follow_up.operations.steady import report_steady
from tracker.notices.deciding import approve_mass, decline_mass, send_again
from tracker.notices.preferring import choose
from tracker.plan.operations import add_action, add_line, create_plan, edit_plan, find_or_create_actions
from tracker.post.models import OutboxMail
from tracker.territory.governing import Office, add_term, edit_term
from tracker.territory.models import Unit, UnitPerson
from tracker.territory.operations import (
    add_people,
    add_person,
    find_or_create_partner,
    find_or_create_partners,
    find_or_create_unit,
    find_or_create_units,
    set_email,
    set_mailbox,
    share_agenda,
    stop_sharing,
)
from tracker.territory.policies.changing import set_policy
from tracker.territory.registry.associations import add_members, remove_member
from tracker.territory.registry.municipalities import Registered, correct, mark_of, municipality_at, register
from tracker.territory.registry.partners import add_partner, edit_partner
from tracker.territory.registry.staffing import (
    Staff,
    add_unit,
    change_person,
    put_person,
    rename_unit,
    take_person_out,
)
from tracker.territory.registry.workshops import (
    Course,
    add_to_workshop,
    edit_workshop,
    note_came,
    note_did_not_come,
    write_workshop,
)
from tracker.territory.rules import Place

FILE = StoredFile("a" * 32 + ".pdf", "acta.pdf", "application/pdf", 10, "0" * 64)
LATER = act(DAY + timedelta(days=1))
MONTHLY = Pattern("month", 1, 15, DAY, count=3)
LAST = DAY + timedelta(days=60)
SHEET = csv_of("code,title,unit,unit_email,responsible,partner,line", "N,Pozo,Agua,a@example.org,Eva,ONG,Redes")


ENDING = Ending(DAY, "fulfilled", "Se entregó", "complete")
LATER_DATE = NewDate(DAY + timedelta(days=200), "day", "Lluvias")
IN_THE_WAY = InTheWay("permit", "El permiso de agua", DAY)
TERM = Office(DAY + timedelta(days=1), DAY + timedelta(days=900), "Luis Sol")


@dataclass
class Scene:
    """What operations need to have something to work on."""

    place: Place
    unit: Unit
    person: UnitPerson
    made: Commitment
    step: Milestone
    old: Commitment
    user: User
    plan_id: int
    line_id: int


@pytest.fixture
def scene(session: DbSession) -> Scene:
    place = make_place()
    unit = make_unit(place, "Obras")
    made = make_commitment(place, "Camino", DAY + timedelta(days=30), unit=unit)
    plan = create_plan(act(), place, "Plan")
    found = Scene(
        place=place,
        unit=unit,
        person=make_person(unit, "Eva"),
        made=made,
        step=make_milestone(place, made, DAY + timedelta(days=9)),
        old=make_commitment(place, "Vado", DAY - timedelta(days=9), unit=unit),
        user=make_user(place=place, email="rosa@example.org"),
        plan_id=plan.id,
        line_id=add_line(act(), place, plan.id, "Agua").id,
    )
    session.commit()
    return found


def promise(title: str, days: int = 30, unit: Unit | None = None) -> Promise:
    return Promise(title, due_on=DAY + timedelta(days=days), unit_id=unit.id if unit else None)


def assessed(s: Scene) -> int:
    return assess_commitment(act(), s.place, s.made.code, "complete", "").id


def asked_date(s: Scene) -> int:
    return ask_new_date(act(), s.place, s.made.code, LATER_DATE).id


def hang_on(s: Scene) -> None:
    promised = Promise("Mercado", condition="La transferencia", condition_days=60)
    meet_condition(act(), s.place, create_commitment(act(), s.place, promised).code, DAY)


def close(s: Scene) -> None:
    complete_commitment(act(), s.place, s.made.code, DAY, "fulfilled", "Listo", "complete")


def reopen(s: Scene) -> None:
    cancel_commitment(act(), s.place, s.made.code, "Sin fondos")
    reopen_commitment(LATER, s.place, s.made.code, "Hay fondos")


def resume(s: Scene) -> None:
    suspend(act(), s.place, s.made.code, DAY, LAST, "Lluvias")
    end_suspension(LATER, s.place, s.made.code)


def miss(s: Scene) -> None:
    """An occurrence is made and not held."""
    make_occurrences(act(), s.place, s.made.code, MONTHLY)
    one = db.session.query(Milestone).filter(Milestone.occurs_on.is_not(None)).first()
    assert one is not None
    not_held(act(), s.place, s.made.code, one.id, "Lluvia")


def reopen_step(s: Scene) -> None:
    complete_milestone(act(), s.place, s.made.code, s.step.id, DAY)
    reopen_milestone(LATER, s.place, s.made.code, s.step.id)


def sort_out(s: Scene) -> None:
    bring_up_to_date(act(), s.place, {s.old.subject: Choice("moved", DAY + timedelta(days=5))})


def take_in_sheet(s: Scene) -> None:
    assert not import_agenda(act(), s.place, SHEET, "plan.csv", AgendaMapping()).errors


def take_in(s: Scene) -> int:
    sheets = sheets_in(SHEET, "plan.csv")
    likely = likely_sheets(SHEET, "plan.csv", sheets)
    run, _known = begin_run(act(), s.place, "plan.csv", "b" * 32, sheets, likely)
    columns = {name: name for name in SHEET.decode().splitlines()[0].split(",")}
    decide(act(), s.place, run.id, AgendaMapping(header_rows=(1,), columns=columns))
    queue(run, act().at)
    db.session.flush()
    claim = claim_next(act().at)
    assert claim is not None
    assert take_in_run(act(), s.place, claim, SHEET, lambda _step, _percent: None) == "done", run.result
    return run.id


def import_towns(_s: Scene) -> None:
    rows = csv_of("country,code,name,admin1_code,admin1_name,lat,lon", "MX,77777,Nuevo,15,México,19.6,-99.0")
    assert not import_registry(act(), rows, "towns.csv", RegistryMapping()).errors


def mail_again(_s: Scene) -> None:
    mail = OutboxMail(
        kind="digest", ref_id=0, address="a@example.org", state="failed", created_at=act().at, not_before=act().at
    )
    db.session.add(mail)
    db.session.flush()
    send_again(act(), mail.id)


def accept_seal(s: Scene) -> None:
    assert reseal(act(), s.place.id) == "kept"
    db.session.execute(update(AuditHead).where(AuditHead.chain == s.place.id).values(seal=""))
    db.session.commit()
    db.session.expire_all()
    assert reseal(act(), s.place.id, accept_broken=True) == "accepted"


def share(s: Scene) -> None:
    stop_sharing(act(), s.place.id)
    share_agenda(act(), s.place.id)


def unshare(s: Scene) -> None:
    share_agenda(act(), s.place.id)
    stop_sharing(act(), s.place.id)


def promise_draft_(s: Scene) -> None:
    draft = create_commitment(act(), s.place, promise("Borrador"), draft=True)
    promise_draft(act(), s.place, draft.code)


def agree(s: Scene) -> Agreement:
    partner, _made = find_or_create_partner(act(), "ONG")
    return add_agreement(act(), s.place, Agreed("Convenio", partner.id))


def agree_anew(s: Scene) -> None:
    made = agree(s)
    edit_agreement(act(), s.place, made.id, Agreed("Otro", made.partner_id), made.version)


def join(s: Scene) -> None:
    add_members(act(), make_place(kind="association").id, [s.place.id])


def leave_association(s: Scene) -> None:
    association = make_place(kind="association").id
    add_members(act(), association, [s.place.id])
    remove_member(act(), association, s.place.id)


def consent(s: Scene) -> Membership:
    mona = make_user(role="monitor", country=s.place.country_code)
    return give_consent(act(), s.place, mona.id, DAY + timedelta(days=9), "Sin luz")


def correct_it(s: Scene) -> None:
    row = municipality_at(s.place.id)
    correct(act(), row.id, Registered("Otro nombre"), mark_of(row))


def divide_it(s: Scene) -> None:
    split(act(), s.place.id, dict.fromkeys([row.id for row in open_rows(s.place.id)], make_place().id), DAY)


def did_not_come(s: Scene) -> None:
    workshop, _new = add_to_workshop(act(), "Taller", [s.place.id])
    note_did_not_come(act(), workshop, s.place.id)


Case = tuple[Callable[[Scene], object], set[str]]


def take_over(s: Scene) -> None:
    others = [make_commitment(s.place, title, DAY + timedelta(days=3)) for title in ("Pozo", "Aula")]
    add_term(act(), s.place.id, TERM)
    new = Decision("renegotiated", DAY + timedelta(days=99), "Lluvias"), Decision("closed", reason="Sin fondos")
    decisions = {s.made.id: Decision("taken_over"), others[0].id: new[0], others[1].id: new[1]}
    decide_inherited(LATER, s.place, decisions)


#: Operation → how it is done, and the verbs of the entries that it leaves.
CASES: dict[str, Case] = {
    "accounts.forget_person": (lambda s: forget_person(act(), "rosa@example.org", "Carta 12"), {"forget"}),
    "accounts.create_user": (
        lambda s: create_user(act(), "n@example.org", "N", "-", [Role("coordinator", s.place.id)]),
        {"create", "add_role"},
    ),
    "accounts.add_roles": (lambda s: add_roles(act(), s.user, [Role("authority", s.place.id)]), {"add_role"}),
    "agenda.take_in": (take_in_sheet, {"create", "import"}),
    "agenda.create_commitment": (lambda s: create_commitment(act(), s.place, promise("Luz")), {"create"}),
    "agenda.edit_commitment": (
        lambda s: edit_commitment(act(), s.place, s.made.code, promise("Otro", 40), 1, "Lluvias"),
        {"move_date"},
    ),
    "agenda.promise_draft": (promise_draft_, {"create", "promise"}),
    "agenda.add_agreement": (agree, {"create"}),
    "agenda.edit_agreement": (agree_anew, {"create", "edit"}),
    "follow_up.decide_inherited": (take_over, {"create", "take_over", "renegotiate", "close_inherited", "cancel"}),
    "territory.add_unit": (lambda s: add_unit(act(), s.place.id, "Aguas"), {"create"}),
    "territory.rename_unit": (lambda s: rename_unit(act(), s.place.id, s.unit.id, "Obras y agua"), {"edit"}),
    "territory.put_person": (lambda s: put_person(act(), s.place.id, s.unit.id, Staff("Ana")), {"create"}),
    "territory.change_person": (
        lambda s: change_person(act(), s.place.id, s.unit.id, s.person.id, Staff("Eva", phone="555")),
        {"edit"},
    ),
    "territory.take_person_out": (
        lambda s: take_person_out(act(), s.place.id, s.unit.id, s.person.id),
        {"leave_unit"},
    ),
    "territory.add_term": (lambda s: add_term(act(), s.place.id, TERM), {"create"}),
    "territory.edit_term": (
        lambda s: edit_term(act(), s.place.id, add_term(act(), s.place.id, TERM).id, replace(TERM, post="Jefe"), 1),
        {"create", "edit"},
    ),
    "agenda.set_money": (
        lambda s: set_money(act(), s.place, s.made.code, [Money(2027, "", "MXN", Decimal(1))], s.made.version),
        {"set_money"},
    ),
    "follow_up.report_steady": (
        lambda s: report_steady(act(), s.place, [s.made.code]),
        {"report_steady"},
    ),
    "follow_up.report_obstacle": (
        lambda s: report_obstacle(act(), s.place, s.made.code, IN_THE_WAY),
        {"report_obstacle"},
    ),
    "follow_up.clear_obstacle": (
        lambda s: clear_obstacle(
            act(), s.place, s.made.code, report_obstacle(act(), s.place, s.made.code, IN_THE_WAY).id, "Llegó"
        ),
        {"report_obstacle", "clear_obstacle"},
    ),
    "follow_up.assess_commitment": (
        lambda s: assess_commitment(act(), s.place, s.made.code, "complete", ""),
        {"assess"},
    ),
    "follow_up.reply_to_assessment": (
        lambda s: reply_to_assessment(act(), s.place, s.made.code, assessed(s), "Ya está"),
        {"assess", "reply"},
    ),
    "follow_up.give_lead": (lambda s: give_lead(act(), s.place, [s.made.code], Lead()), {"edit"}),
    "agenda.change_leads": (lambda s: change_leads(act(), s.place, [s.made.code], Lead()), {"edit"}),
    "follow_up.give_dates": (lambda s: give_dates(act(), s.place, {s.made.code: LATER_DATE}), {"move_date"}),
    "follow_up.close_alike": (
        lambda s: close_alike(act(), s.place, [s.made.code], ENDING),
        {"complete", "complete_milestone"},
    ),
    "follow_up.ask_how_it_goes": (lambda s: ask_how_it_goes(act(), s.place, [s.made.code], "¿Y?"), {"ask_news"}),
    "agenda.complete_commitments": (
        lambda s: complete_commitments(act(), s.place, [s.made.code], ENDING),
        {"complete", "complete_milestone"},
    ),
    "follow_up.undo_bulk": (
        lambda s: undo_bulk(act(), s.place, give_dates(act(), s.place, {s.made.code: LATER_DATE}).id),
        {"move_date", "undo_bulk"},
    ),
    "follow_up.ask_new_date": (lambda s: ask_new_date(act(), s.place, s.made.code, LATER_DATE), {"ask_date"}),
    "agenda.meet_condition": (hang_on, {"create", "meet_condition"}),
    "follow_up.grant_new_date": (
        lambda s: grant_new_date(act(), s.place, s.made.code, asked_date(s)),
        {"ask_date", "grant_date"},
    ),
    "follow_up.refuse_new_date": (
        lambda s: refuse_new_date(act(), s.place, s.made.code, asked_date(s), "Urge"),
        {"ask_date", "refuse_date"},
    ),
    "follow_up.withdraw_date_request": (
        lambda s: withdraw_date_request(act(), s.place, s.made.code, asked_date(s)),
        {"ask_date", "withdraw_date_request"},
    ),
    "follow_up.add_note": (lambda s: add_note(act(), s.place, s.made.code, "Ojo"), {"note"}),
    "agenda.complete_commitment": (close, {"complete", "complete_milestone"}),
    "agenda.cancel_commitment": (
        lambda s: cancel_commitment(act(), s.place, s.made.code, "Sin fondos"),
        {"cancel", "cancel_milestone"},
    ),
    "agenda.reopen_commitment": (reopen, {"cancel", "cancel_milestone", "reopen", "reopen_milestone"}),
    "agenda.suspend": (lambda s: suspend(act(), s.place, s.made.code, DAY, LAST, "Lluvias"), {"suspend"}),
    "agenda.end_suspension": (resume, {"suspend", "end_suspension"}),
    "agenda.complete_milestone": (
        lambda s: complete_milestone(act(), s.place, s.made.code, s.step.id, DAY),
        {"complete_milestone"},
    ),
    "agenda.cancel_milestone": (
        lambda s: cancel_milestone(act(), s.place, s.made.code, s.step.id, "No"),
        {"cancel_milestone"},
    ),
    "agenda.reopen_milestone": (reopen_step, {"complete_milestone", "reopen_milestone"}),
    "agenda.make_occurrences": (
        lambda s: make_occurrences(act(), s.place, s.made.code, MONTHLY),
        {"make_occurrences"},
    ),
    "agenda.not_held": (miss, {"make_occurrences", "not_held"}),
    "agenda.attach": (lambda s: attach(act(), s.made, "act", FILE), {"attach"}),
    "agenda.add_milestone": (
        lambda s: add_milestone(act(), s.place, s.made.code, "Trazo", DAY),
        {"add_milestone"},
    ),
    "agenda.edit_milestone": (
        lambda s: edit_milestone(act(), s.place, s.made.code, s.step.id, "Trazo", s.step.due_on),
        {"edit_milestone"},
    ),
    "agenda.bring_up_to_date": (sort_out, {"correct_date"}),
    "audit.reseal": (accept_seal, {"reseal"}),
    "exchange.take_in_run": (take_in, {"create", "import"}),
    "exchange.undo_import": (
        lambda s: undo_import(LATER, s.place, take_in(s)),
        {"create", "import", "remove", "undo_import"},
    ),
    "exchange.import_agenda": (take_in_sheet, {"create", "import"}),
    "exchange.import_registry": (import_towns, {"import"}),
    "follow_up.report_progress": (
        lambda s: report_progress(act(), s.place, s.made.code, Report("Va", progress=20, files=(FILE,))),
        {"report", "attach"},
    ),
    "notices.approve_mass": (lambda s: approve_mass(act(), s.place.id), {"approve_mails"}),
    "notices.decline_mass": (lambda s: decline_mass(act(), s.place.id, "Viejas"), {"decline_mails"}),
    "notices.send_again": (mail_again, {"send_mail_again"}),
    "notices.choose": (
        lambda s: choose(act(), "a@example.org", {"early": False, "copies": True, "cleared": True}, "user:1"),
        {"choose_mails"},
    ),
    "plan.create_plan": (lambda s: create_plan(act(), s.place, "Otro"), {"create"}),
    "plan.add_line": (lambda s: add_line(act(), s.place, s.plan_id, "Luz"), {"create"}),
    "plan.add_action": (lambda s: add_action(act(), s.place, s.line_id, "Pozos"), {"create"}),
    "plan.find_or_create_actions": (
        lambda s: find_or_create_actions(act(), s.place, [("Luz", "Postes")], "Plan"),
        {"create"},
    ),
    "plan.edit_plan": (lambda s: edit_plan(act(), s.place, s.plan_id, 1, "Mejor"), {"edit"}),
    "territory.find_or_create_unit": (
        lambda s: find_or_create_unit(act(), s.place.id, "Obras", "o@example.org"),
        {"set_mailbox"},
    ),
    "territory.set_mailbox": (
        lambda s: set_mailbox(act(), s.place.id, s.unit.id, "o@example.org"),
        {"set_mailbox"},
    ),
    "territory.add_person": (lambda s: add_person(act(), s.unit, "Ana"), {"create"}),
    "territory.set_email": (lambda s: set_email(act(), s.unit, s.person, "eva@example.org"), {"edit"}),
    "territory.find_or_create_partner": (lambda s: find_or_create_partner(act(), "ONG"), {"create"}),
    "territory.find_or_create_units": (
        lambda s: find_or_create_units(act(), s.place.id, {"Obras": "o@example.org", "Agua": None}),
        {"create", "set_mailbox"},
    ),
    "territory.add_people": (lambda s: add_people(act(), [(s.unit, "Ana", None)]), {"create"}),
    "territory.find_or_create_partners": (lambda s: find_or_create_partners(act(), ["ONG"]), {"create"}),
    "territory.share_agenda": (
        lambda s: (stop_sharing(act(), s.place.id), share_agenda(act(), s.place.id)),
        {"share"},
    ),
    "territory.stop_sharing": (
        lambda s: (share_agenda(act(), s.place.id), stop_sharing(act(), s.place.id)),
        {"stop_sharing"},
    ),
    "territory.add_members": (
        lambda s: add_members(act(), make_place(kind="association").id, [s.place.id]),
        {"join"},
    ),
    "territory.add_to_workshop": (
        lambda s: add_to_workshop(act(), "Taller", [s.place.id]),
        {"create", "attend"},
    ),
    "territory.remove_member": (leave_association, {"join", "leave_association"}),
    "territory.note_came": (
        lambda s: note_came(act(), write_workshop(act(), Course("Curso")), [s.place.id]),
        {"create", "attend"},
    ),
    "territory.note_did_not_come": (did_not_come, {"create", "attend", "not_attend"}),
    "territory.write_workshop": (lambda s: write_workshop(act(), Course("Curso")), {"create"}),
    "territory.edit_workshop": (
        lambda s: edit_workshop(act(), write_workshop(act(), Course("Curso")).id, Course("Seminario"), 1),
        {"create", "edit"},
    ),
    "accounts.give_consent": (consent, {"create", "add_role", "give_consent"}),
    "accounts.end_consent": (
        lambda s: end_consent(act(), s.place, consent(s).id),
        {"create", "add_role", "give_consent", "end_consent"},
    ),
    "follow_up.hand_over": (
        lambda s: hand_over(act(), s.place, s.user.id, frozenset({"coordinator"}), "self", Successor(None, "Eva")),
        {"hand_over", "invite", "end_role"},
    ),
    "territory.add_partner": (lambda s: add_partner(act(), "Red", ""), {"create"}),
    "territory.edit_partner": (
        lambda s: edit_partner(act(), add_partner(act(), "Red", "").id, "Red Sur", ""),
        {"create", "edit"},
    ),
    "territory.register": (lambda s: register(act(), Registered("Valle", "MX", "8801")), {"create"}),
    "territory.correct": (correct_it, {"edit"}),
    "agenda.close_municipality": (lambda s: close_municipality(act(), make_place().id, DAY), {"close_place"}),
    "agenda.merge": (
        lambda s: merge(act(), s.place.id, make_place().id, DAY),
        {"close_place", "carry_over", "pass_on", "create"},
    ),
    "agenda.split": (
        lambda s: split(
            act(), s.place.id, dict.fromkeys([one.id for one in open_rows(s.place.id)], make_place().id), DAY
        ),
        {"close_place", "carry_over", "pass_on", "create"},
    ),
    "territory.set_policy": (lambda s: set_policy(act(), "*", {"soon_days": 7}), {"set_policy"}),
}
#: Operations that leave no entry of their own, and why.
WITHOUT = {
    "accounts.tell": "a mail about what has its own entry",
    "agenda.pass_on": "a step of merge and split",
    "territory.close": "a step of close_municipality, merge and split",
    "agenda.change_promise": "a step of take_in",
    "agenda.change_date": "a step of take_in",
    "agenda.change_report": "a step of take_in",
    "agenda.change_stage": "a step of take_in",
    "agenda.write_step": "a step of take_in",
    "agenda.move_date": "a step of whatever moves it",
    "agenda.make_promise": "a step of promise_draft",
    "agenda.note_sign": "a step of report_progress",
    "agenda.note_signs": "a step of report_steady",
    "agenda.address_anew": "a step of edit_commitment and change_leads",
    "follow_up.checked_date": "no fact: a look at what is wanted",
    **dict.fromkeys(
        (
            *("follow_up.tell_answer", "follow_up.tell_verdict", "follow_up.tell_reply"),
            *("follow_up.tell_question", "follow_up.tell_in_place_of"),
        ),
        "no fact: somebody is told what has its own entry",
    ),
    "follow_up.keep_change": "a step of give_lead, give_dates and close_alike: what each was before",
    "agenda.give_date": "a step of grant_new_date and decide_inherited",
    "audit.record": "makes the entry",
    "audit.taken_once": "no fact of its own: what it is given writes",
    "audit.remember_submission": "no fact: which click was taken in",
    "exchange.begin_run": "no fact yet: a sheet on its way",
    "exchange.decide": "no fact yet: a sheet on its way",
    "exchange.take_look": "taken back",
    "exchange.remove_rows": "a step of undo_import",
    "exchange.remove_partners": "a step of undo_import",
    "exchange.remember": "no fact: how a sheet was read",
    "follow_up.look_afresh": "no fact: the next check looks again",
    "notices.approve_held": "approve_mass after a look",
    "notices.decline_held": "decline_mass after a look",
    "follow_up.try_policy": "taken back",
    "plan.find_or_create_action": "the plural for one",
}

#: Operations of accounts that are tried in tests/accounts, and the verb that each leaves.
ELSEWHERE = {
    "accounts.name_user": "edit_account",
    "accounts.set_password": "set_password",
    "accounts.end_membership": "end_role",
    "accounts.drop_factor": "factor_off",
    "accounts.put_factor_on": "factor_on",
    "accounts.renew_recovery_codes": "recovery_codes",
    "accounts.invite": "invite",
    "accounts.invite_again": "invite_again",
    "accounts.revoke": "revoke_invitation",
    "accounts.revoke_unbacked": "revoke_invitation",
    "accounts.end_unreached": "end_consent",
    "accounts.invite_coordinators": "invite",
    "accounts.accept_own": "accept_invitation",
    "accounts.accept_by_token": "accept_invitation",
    "accounts.decline": "decline_invitation",
    "accounts.ask_change": "ask_address",
}


def test_operations_tried_elsewhere_name_their_verb() -> None:
    source = "".join(module.text for module in modules().values() if module.room == "accounts")
    assert [verb for verb in ELSEWHERE.values() if f'"{verb}"' not in source or verb not in VERBS] == []


def operations() -> set[str]:
    """Every public function of a room that takes an Act."""
    found = set()
    for module in modules().values():
        if module.room in ("", "demo"):
            continue
        functions = [node for node in module.tree.body if isinstance(node, ast.FunctionDef)]
        for node in functions:
            kinds = {ast.unparse(arg.annotation) for arg in node.args.args if arg.annotation is not None}
            if "Act" in kinds and not node.name.startswith("_"):
                found.add(f"{module.room}.{node.name}")
    return found


def test_every_operation_is_in_the_table() -> None:
    known = CASES.keys() | WITHOUT.keys() | ELSEWHERE.keys()
    assert operations() - known == set(), "give them a line in CASES with the entries they leave, or one in WITHOUT"
    assert known - operations() == set(), "lines about operations that are gone"


@pytest.mark.parametrize("name", CASES)
def test_an_operation_leaves_its_entries(scene: Scene, name: str) -> None:
    do, verbs = CASES[name]
    last = db.session.scalar(select(func.max(AuditEntry.id))) or 0
    db.session.commit()
    with watched() as written:
        do(scene)
        db.session.flush()
    new = db.session.scalars(select(AuditEntry).where(AuditEntry.id > last)).all()
    assert written or name in QUIET, "it is here because it writes facts"
    assert {entry.verb for entry in new} >= verbs
    assert {entry.verb for entry in new} - verbs <= {"share", "stop_sharing"}
    assert verbs <= VERBS.keys(), "a sentence for each verb"


#: Of these the facts lie in tables that others fill too: a yes or no about mails, a mail sent again, seals, names.
QUIET = {"notices.decline_mass", "notices.send_again", "audit.reseal", "accounts.forget_person"}


def test_amounts_and_names_of_what_hangs_on_it_are_told(scene: Scene) -> None:
    other = make_unit(scene.place, "Salud")
    typed = promise("Camino", 30, other)
    edit_commitment(act(), scene.place, scene.made.code, typed, 1)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert entry.changes["unit"] == ["Obras", "Salud"]


def test_several_chains_are_written_in_one_order(session: DbSession) -> None:
    """A new account with roles in two places, named the other way round, and one beyond them."""
    first, second = make_place(), make_place()
    roles = [Role("monitor", country_code="MX"), Role("authority", second.id), Role("authority", first.id)]
    create_user(act(), "luz@example.org", "Luz", "-", roles)
    chains = session.scalars(select(AuditEntry.chain).order_by(AuditEntry.id.desc()).limit(4)).all()
    assert list(chains)[::-1] == [first.id, second.id, 0, 0]
