"""An example of every route: where it is, what is typed, who walks it. Later routes add their line here.

Everything else of the walk is generated from this table and from the permission table.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from tests.support.factories import PASSWORD
from tests.walk.entering import RECOVERY
from tests.walk.towns import Town
from tests.walk.world import EMAIL
from tracker.agenda.models import Agreement, Commitment, Milestone
from tracker.core.db import Model
from tracker.exchange.models import ImportRun
from tracker.follow_up.models import Assessment, BulkChange, DateRequest, InternalNote, Obstacle, ProgressUpdate
from tracker.plan.models import Action, Line
from tracker.territory.models import Municipality, Partner, TermOfOffice, Unit, UnitPerson, Workshop

Values = Callable[[Town], dict[str, Any]]
#: Who oversees and has no agenda: sent on to the municipalities.
OVERSEERS = ("administrator", "monitor", "monitor of MX")


@dataclass(frozen=True)
class Example:
    """One route with values that work."""

    #: Values of the address.
    ids: Values
    #: For a form that is sent: what is typed, by the name of the field.
    sends: Values | None = None
    #: The endpoint of the page that offers the form, with the same address values.
    form: str = ""
    #: What those get who may.
    answers: tuple[int, ...] = (200,)
    #: Of those, who is sent on (303) instead.
    sent_on: tuple[str, ...] = ()
    #: Officers of another unit than the lead's may not.
    own_unit: bool = False
    #: What it names belongs to a municipality that its address does not name.
    of_place: bool = False
    #: Of what a form makes one row, once.
    makes: type[Model] | None = None
    #: What its address names belongs to no municipality.
    anywhere: bool = False
    #: What its address names belongs to who walks it alone.
    mine: bool = False
    #: Answers to those roles that may here and yet not everything.
    but: dict[str, tuple[int, ...]] = field(default_factory=dict)
    #: It is no page but a file to take along.
    is_file: bool = False
    #: Who walks it where one person is enough.
    by: str = "coordinator of A"

    @property
    def has_place(self) -> bool:
        """Whether it is about one municipality."""
        return self.ids is not _nowhere and not self.anywhere

    def answers_to(self, who: str) -> tuple[int, ...]:
        """What somebody gets who may."""
        return (303,) if who in self.sent_on else self.answers


def _nowhere(_town: Town) -> dict[str, Any]:
    return {}


def _place(town: Town) -> dict[str, Any]:
    return {"place": town.code}


def _commitment(which: str) -> Values:
    return lambda town: {"place": town.code, "code": getattr(town, which)}


def _milestone(town: Town) -> dict[str, Any]:
    return {"place": town.code, "code": town.stepped, "milestone_id": town.milestone_id}


def _done_milestone(town: Town) -> dict[str, Any]:
    return {"place": town.code, "code": town.stepped, "milestone_id": town.done_milestone_id}


def _occurrence(town: Town) -> dict[str, Any]:
    return {"place": town.code, "code": town.stepped, "milestone_id": town.occurrence_id}


def _obstacle(town: Town) -> dict[str, Any]:
    return {"place": town.code, "code": town.late, "obstacle_id": town.obstacle_id}


def _date_request(town: Town) -> dict[str, Any]:
    return {"place": town.code, "code": town.late, "request_id": town.date_request_id}


def _bulk_change(town: Town) -> dict[str, Any]:
    return {"place": town.code, "change_id": town.bulk_change_id}


def _assessment(town: Town) -> dict[str, Any]:
    return {"place": town.code, "code": town.stepped, "assessment_id": town.assessment_id}


def _mail(town: Town) -> dict[str, Any]:
    return {"mail_id": town.mail_id}


def _link(town: Town) -> dict[str, Any]:
    return {"token": town.token}


def _term(town: Town) -> dict[str, Any]:
    return {"place": town.code, "term_id": town.term_id}


def _unit(town: Town) -> dict[str, Any]:
    return {"place": town.code, "unit_id": town.unit_id}


def _person(town: Town) -> dict[str, Any]:
    return {**_unit(town), "person_id": town.person_id}


def _agreement(town: Town) -> dict[str, Any]:
    return {"place": town.code, "agreement_id": town.agreement_id}


def _slip(town: Town) -> dict[str, Any]:
    return {"token": town.slip_token}


def _reset(town: Town) -> dict[str, Any]:
    return {"token": town.reset_token}


def _change(town: Town) -> dict[str, Any]:
    return {"token": town.change_token}


def _id(name: str, which: str, **more: Any) -> Values:
    return lambda town: {name: getattr(town, which), **more}


def _of_place(name: str, which: str) -> Values:
    return lambda town: {"place": town.code, name: getattr(town, which)}


def _run(which: str) -> Values:
    return lambda town: {"place": town.code, "run_id": getattr(town, which)}


def _typed(**fields: Any) -> Values:
    return lambda _town: fields


def _sent(ids: Values, form: str, sends: Values, **more: Any) -> Example:
    return Example(ids, sends, form, **{"answers": (303,), **more})


def _promise(town: Town) -> dict[str, Any]:
    return {
        "title": "⟦Ocho pozos⟧",
        "lead": f"unit-{town.unit_id}",
        "due_on": "2027-06-30",
        "due_precision": "quarter",
        "start_on": "2026-11-02",
        "promised_to": "⟦Barrio Bajo⟧",
        "description": "⟦Con bomba⟧",
        "action_id": str(town.action_id),
        "quantity": "8",
        "measure": "⟦pozos⟧",
        "quantity_base": "2",
        "parties-0-who": f"unit-{town.other_unit_id}",
        "parties-0-kind": "co_responsible",
        "parties-0-part": "⟦mide el agua⟧",
        "budgets-0-fiscal_year": "2027",
        "budgets-0-source": "⟦Fondo⟧",
        "budgets-0-currency": "MXN",
        "budgets-0-amount": "1.250.000,50",
        "precondition": "⟦Permiso⟧",
        "verification": "⟦Foto⟧",
        "act_kind": "⟦Acta⟧",
        "act_number": "⟦7⟧",
        "act_on": "2026-10-30",
        "instrument": "⟦Plan⟧",
        "public": "y",
    }


def _money(_town: Town) -> dict[str, Any]:
    """Money of a year and source, written as the country writes it."""
    return {
        "rows-0-fiscal_year": "2027",
        "rows-0-source": "⟦Fondo⟧",
        "rows-0-currency": "MXN",
        "rows-0-assigned": "1,250,000.50",
        "rows-0-current": "1,000,000",
        "rows-0-executed": "0",
        "rows-0-paid": "",
        "version": "1",
    }


def _sorted(town: Town) -> dict[str, Any]:
    """What becomes of what came in late."""
    return {"rows-0-subject": town.old_subject, "rows-0-how": "dropped", "rows-0-reason": "⟦Ya no⟧"}


#: Makes every one typed another one.
_COUNT = count()


def _office(_town: Town) -> dict[str, Any]:
    """A term of a few days that shares none with those typed before."""
    begins = date(2040, 1, 1) + timedelta(days=5 * next(_COUNT))
    days = {"starts_on": begins.isoformat(), "ends_on": (begins + timedelta(days=4)).isoformat()}
    return {"authority": "⟦Ana Mar⟧", "post": "⟦Alcaldesa⟧", **days}


def _somebody(_town: Town) -> dict[str, Any]:
    """Somebody who is not in the unit yet."""
    number = next(_COUNT)
    return {"name": f"⟦Eva {number}⟧", "post": "⟦Jefa⟧", "phone": "⟦555⟧", "email": f"eva-{number}@example.org"}


def _decided(town: Town) -> dict[str, Any]:
    """What becomes of what the term inherited."""
    return {"rows-0-how": "closed", "rows-0-reason": "⟦Sin fondos⟧"}


def _correction(town: Town) -> dict[str, Any]:
    return {**_promise(town), "lead": "", "new_unit": "⟦Aguas⟧", "date_reason": "⟦Lluvias⟧", "version": "1"}


def _course(_town: Town) -> dict[str, Any]:
    """A workshop of a name that no other has."""
    return {
        "name": f"⟦Curso {next(_COUNT)}⟧",
        "kind": "course",
        "venue": "⟦Toluca⟧",
        "country_code": "MX",
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-06",
        "sessions-0-on": "2026-03-02",
        "sessions-0-title": "⟦Diálogo⟧",
        "attendance-0-sector": "⟦Gobierno⟧",
        "attendance-0-women": "12",
        "attendance-0-men": "11",
        "version": "1",
    }


def _start(town: Town) -> dict[str, Any]:
    """The municipality that nobody coordinates gets a slip."""
    return {"starts-0-municipality": str(town.free_id), "starts-0-chosen": "y", "starts-0-name": "⟦Eva⟧"}


def _consent(town: Town) -> dict[str, Any]:
    return {"user": str(town.monitor_id), "until_on": "2026-12-01", "purpose": "⟦Sin computadora⟧"}


def _consented(town: Town) -> dict[str, Any]:
    return {"place": town.code, "membership_id": town.consent_id}


def _organisation(_town: Town) -> dict[str, Any]:
    number = next(_COUNT)
    return {"name": f"⟦Fundación {number}⟧", "email": f"socio-{number}@example.org"}


def _organised(town: Town) -> dict[str, Any]:
    return {"partner_id": town.partner_id}


def _listed(_town: Town) -> dict[str, Any]:
    """A list of one municipality."""
    return {"pasted": f"⟦country\tcode\tname\nMX\t7{next(_COUNT)}\t⟦Valle⟧"}


def _registered(_town: Town) -> dict[str, Any]:
    """A municipality of a code that no other has."""
    return {"name": "⟦Valle⟧", "kind": "municipality", "country_code": "MX", "official_code": f"8{next(_COUNT)}"}


def _corrected(_town: Town) -> dict[str, Any]:
    return {"name": f"⟦Campo {next(_COUNT)}⟧", "kind": "municipality", "population": "900"}


def _taking_over(_town: Town) -> dict[str, Any]:
    """Somebody new, by mail."""
    number = next(_COUNT)
    return {"name": f"⟦Lucía {number}⟧", "how": "mail", "email": f"lucia-{number}@example.org", "language": "es"}


def _by_letter(town: Town) -> dict[str, Any]:
    return {"leaving": str(town.coordinator_id), **_taking_over(town)}


def _divided(town: Town) -> dict[str, Any]:
    """All of it goes to the one with nothing open."""
    goes = {f"units-{n}-which": str(unit_id) for n, unit_id in enumerate(town.free_units)}
    goes |= {f"units-{n}-to": "mx-9c" for n in range(len(town.free_units))}
    return {"successor": town.empty_name, "until_on": "2026-11-20", **goes}


_workshop = _id("workshop_id", "workshop_id")
_officer_role = _of_place("membership_id", "officer_role_id")


def _looked_after(town: Town) -> dict[str, Any]:
    return {"municipality_id": town.place.id}


_empty = _id("municipality_id", "empty_id")
_association = _id("municipality_id", "association_id")
_ending = _id("municipality_id", "free_id")
OF_WORKSHOPS: dict[str, Any] = {"anywhere": True, "by": "administrator"}

SAVED_POLICY = _typed(soon_days="10", working_days="1", holidays_off="no", days_off="24/12", **{"as": "save"})
REASON = _typed(reason="⟦Sin fondos⟧")
STEP = _typed(title="⟦Ensayo⟧", due_on="2027-02-28", due_precision="month", weight="2", date_reason="⟦Falta⟧")
UPDATE = _typed(
    progress="55",
    happened="under_way",
    text="⟦Sigue⟧",
    told_by="⟦Eva⟧",
    told_how="visit",
    women="12",
    men="0",
    unsexed="3",
)
RECURRING = _typed(
    every="1",
    unit="month",
    nth="0",
    month_day="31",
    from_on="2027-12-01",
    count="1",
    title="⟦Jornada⟧",
)
END = _typed(outcome="in_part", completed_on="2026-11-20", closing_note="⟦Faltó⟧", open_milestones="cancel")
AGREEMENT = _typed(title="⟦Convenio⟧", new_partner="⟦Fundación Río⟧", number="⟦4⟧", until_on="2028-12-31")
PLAN = _typed(
    title="⟦Plan⟧", from_on="2026-01-01", until_on="2029-12-31", goal_code="sdg-4", workshop="⟦Aquí⟧", version="1"
)

NEW = "ocho gallinas verdes"
#: With a password that only some of the people have.
SURE: dict[str, Any] = {"answers": (303, 422)}
INVITED = {"name": "⟦Rosa⟧", "how": "mail", "email": "nueva@example.org", "language": "es"}
#: Getting in, one's own account, other people.
ENTERING: dict[str, Example] = {
    "accounts.enter_code": Example(_nowhere, by="halfway", answers=(200, 303)),
    "accounts.enter_code_post": _sent(_nowhere, "accounts.enter_code", _typed(code=RECOVERY), by="halfway"),
    "accounts.forgotten": Example(_nowhere, by="nobody"),
    "accounts.ask_for_reset": _sent(_nowhere, "accounts.forgotten", _typed(email=EMAIL), by="nobody"),
    "accounts.reset_asked": Example(_nowhere, by="nobody"),
    "accounts.reset": Example(_reset, by="nobody", anywhere=True),
    "accounts.reset_post": _sent(_reset, "accounts.reset", _typed(new=NEW), by="nobody", anywhere=True),
    "accounts.join": Example(_nowhere, by="nobody"),
    "accounts.find_slip": _sent(_nowhere, "accounts.join", _id("code", "slip_code"), by="nobody"),
    "accounts.join_by_link": Example(_slip, by="nobody", anywhere=True),
    "accounts.join_post": _sent(
        _slip,
        "accounts.join_by_link",
        _typed(name="⟦Lucía⟧", email="lucia@example.org", language="es", new=NEW),
        by="nobody",
        anywhere=True,
    ),
    "accounts.accept_by_link": _sent(_slip, "accounts.join_by_link", _typed(), anywhere=True),
    "accounts.account": Example(_nowhere),
    "accounts.save_account": _sent(_nowhere, "accounts.account", _typed(name="⟦Ana⟧", language="es")),
    "accounts.sessions": Example(_nowhere),
    "accounts.end_one_session": _sent(
        _id("session_id", "session_id"), "accounts.sessions", _typed(), anywhere=True, mine=True
    ),
    "accounts.end_all_sessions": _sent(_nowhere, "accounts.account", _typed()),
    "accounts.password": Example(_nowhere),
    "accounts.change_password": _sent(_nowhere, "accounts.password", _typed(password=PASSWORD, new=NEW), **SURE),
    "accounts.factor": Example(_nowhere),
    "accounts.put_on_factor": _sent(
        _nowhere,
        "accounts.factor",
        lambda town: {"sealed": town.sealed, "code": town.phone_code, "password": PASSWORD},
        **SURE,
    ),
    "accounts.recovery_codes": Example(_nowhere, by="authority of A", answers=(200, 303)),
    "accounts.new_codes": _sent(
        _nowhere, "accounts.recovery_codes", _typed(password=PASSWORD), by="authority of A", **SURE
    ),
    "accounts.take_off_factor": _sent(
        _nowhere, "accounts.factor", _typed(password=PASSWORD), by="authority of A", **SURE
    ),
    "accounts.accept": _sent(
        _id("invitation_id", "own_invitation_id"), "accounts.account", _typed(), anywhere=True, mine=True
    ),
    "accounts.refuse": _sent(
        _id("invitation_id", "own_invitation_id"), "accounts.account", _typed(), anywhere=True, mine=True
    ),
    "accounts.people": Example(_place),
    "accounts.invite_here": _sent(
        _place,
        "accounts.people",
        lambda town: {"role": "officer", "unit": str(town.unit_id), **INVITED},
        answers=(303, 422),
    ),
    "accounts.slips_here": Example(_place),
    "accounts.send_again_here": _sent(
        _of_place("invitation_id", "invitation_id"), "accounts.people", _typed(), but={"monitor": (404,)}
    ),
    "accounts.revoke_here": _sent(
        _of_place("invitation_id", "invitation_id"), "accounts.people", _typed(), but={"monitor": (404,)}
    ),
    "accounts.end_role_here": _sent(_of_place("membership_id", "membership_id"), "accounts.people", _typed()),
    "accounts.everybody": Example(_nowhere, by="administrator"),
    "accounts.invite_anybody": _sent(
        _nowhere,
        "accounts.everybody",
        _typed(role="partner", partner="⟦Cruz⟧", country="", **INVITED),
        by="administrator",
    ),
    "accounts.slips": Example(_nowhere, by="administrator"),
    "accounts.send_again": _sent(
        _id("invitation_id", "wide_invitation_id"),
        "accounts.everybody",
        _typed(),
        anywhere=True,
        by="administrator",
    ),
    "accounts.revoke_anywhere": _sent(
        _id("invitation_id", "wide_invitation_id"),
        "accounts.everybody",
        _typed(),
        anywhere=True,
        by="administrator",
    ),
    "accounts.end_role": _sent(
        _id("membership_id", "wide_membership_id"),
        "accounts.everybody",
        _typed(),
        anywhere=True,
        by="administrator",
    ),
    "accounts.others_factor": Example(_id("user_id", "keeper_id"), anywhere=True, by="administrator"),
    "accounts.take_others_factor": _sent(
        _id("user_id", "keeper_id"),
        "accounts.others_factor",
        _typed(password=PASSWORD),
        anywhere=True,
        by="administrator",
        **SURE,
    ),
    "accounts.workshops": Example(_nowhere, by="administrator"),
    "accounts.workshop": Example(_workshop, **OF_WORKSHOPS),
    "accounts.new_workshop": Example(_nowhere, by="administrator"),
    "accounts.create_workshop": _sent(
        _nowhere, "accounts.new_workshop", _course, by="administrator", makes=Workshop
    ),
    "accounts.edit_workshop_form": Example(_workshop, **OF_WORKSHOPS),
    "accounts.save_workshop": _sent(_workshop, "accounts.edit_workshop_form", _course, **OF_WORKSHOPS),
    "accounts.came": Example(_workshop, **OF_WORKSHOPS),
    "accounts.save_came": _sent(_workshop, "accounts.came", _id("lines", "free_name"), **OF_WORKSHOPS),
    "accounts.remove_came": _sent(
        lambda town: {"workshop_id": town.workshop_id, "municipality_id": town.free_id},
        "accounts.workshop",
        _typed(),
        **OF_WORKSHOPS,
    ),
    "accounts.start_form": Example(_workshop, **OF_WORKSHOPS),
    "accounts.start": _sent(_workshop, "accounts.start_form", _start, **OF_WORKSHOPS),
    "accounts.workshop_slips": Example(_workshop, **OF_WORKSHOPS),
    "agenda.municipality": Example(_association, **OF_WORKSHOPS),
    "agenda.new_municipality": Example(_nowhere, by="administrator"),
    "agenda.create_municipality": _sent(
        _nowhere, "agenda.new_municipality", _registered, by="administrator", makes=Municipality
    ),
    "agenda.edit_municipality": Example(_empty, **OF_WORKSHOPS),
    "agenda.save_municipality": _sent(_empty, "agenda.edit_municipality", _corrected, **OF_WORKSHOPS),
    "agenda.save_members": _sent(_association, "agenda.municipality", _id("lines", "empty_name"), **OF_WORKSHOPS),
    "agenda.take_member_off": _sent(
        lambda town: {"municipality_id": town.association_id, "member_id": town.place.id},
        "agenda.municipality",
        _typed(),
        **OF_WORKSHOPS,
    ),
    "agenda.partners": Example(_nowhere, by="administrator"),
    "agenda.create_partner": _sent(_nowhere, "agenda.partners", _organisation, by="administrator", makes=Partner),
    "agenda.partner": Example(_organised, **OF_WORKSHOPS),
    "agenda.save_partner": _sent(_organised, "agenda.partner", _organisation, **OF_WORKSHOPS),
    "exchange.registry": Example(_nowhere, by="administrator"),
    "exchange.bring_registry": _sent(_nowhere, "exchange.registry", _listed, by="administrator"),
    "agenda.closing": Example(_empty, **OF_WORKSHOPS),
    "agenda.close_one": _sent(_empty, "agenda.closing", _typed(until_on="2026-11-20"), **OF_WORKSHOPS),
    "agenda.merging": Example(_ending, **OF_WORKSHOPS),
    "agenda.merge_one": _sent(
        _ending, "agenda.merging", _id("successor", "empty_name", until_on="2026-11-20"), **OF_WORKSHOPS
    ),
    "agenda.division": Example(
        lambda town: {"municipality_id": town.free_id, "successor": town.empty_name}, **OF_WORKSHOPS
    ),
    "agenda.divide": _sent(_ending, "agenda.division", _divided, **OF_WORKSHOPS),
    "notices.new_address": Example(_nowhere),
    "notices.ask_address": _sent(
        _nowhere, "notices.new_address", _typed(email="otra@example.org", password=PASSWORD), **SURE
    ),
    "notices.address_link": Example(_change, by="nobody", anywhere=True),
    "notices.confirm_address": _sent(_change, "notices.address_link", _typed(), by="nobody", anywhere=True),
    "notices.refuse_address": _sent(_change, "notices.address_link", _typed(), by="nobody", anywhere=True),
    "notices.address_refused": Example(_nowhere, by="nobody"),
}

EXAMPLES: dict[str, Example] = {
    "static": Example(_typed(filename="compromiso.css"), by="nobody"),
    "accounts.sign_in": Example(_nowhere, by="nobody"),
    "accounts.sign_in_post": _sent(
        _nowhere, "accounts.sign_in", _typed(email=EMAIL, password=PASSWORD, stay="y"), by="nobody"
    ),
    "accounts.choose_language": _sent(
        _nowhere, "accounts.sign_in", _typed(language="pt_BR", next="/sign-in"), by="nobody"
    ),
    "accounts.sign_out": _sent(_nowhere, "notices.inbox", _typed()),
    **ENTERING,
    "follow_up.home": Example(_nowhere, sent_on=OVERSEERS),
    "follow_up.print_page": Example(_nowhere, sent_on=(*OVERSEERS, "other partner")),
    "agenda.listing": Example(_place),
    "exchange.csv": Example(_place, is_file=True),
    "exchange.xlsx": Example(_place, is_file=True),
    "exchange.template_csv": Example(_place, is_file=True),
    "exchange.template_xlsx": Example(_place, is_file=True),
    "follow_up.commitment": Example(_commitment("stepped")),
    "follow_up.row": Example(_commitment("late"), answers=(303,)),
    "follow_up.milestone_row": Example(_milestone, answers=(303,)),
    "agenda.file": Example(lambda town: {"place": town.code, "attachment_id": town.file_id}, is_file=True),
    "agenda.promise": _sent(_commitment("draft"), "follow_up.commitment", _typed()),
    "agenda.agreements": Example(_place),
    "agenda.new_agreement": Example(_place),
    "agenda.create_agreement": _sent(_place, "agenda.new_agreement", AGREEMENT, makes=Agreement),
    "agenda.edit_agreement_form": Example(_agreement),
    "agenda.save_agreement": _sent(
        _agreement, "agenda.edit_agreement_form", _typed(title="⟦Convenio⟧", number="⟦4⟧")
    ),
    "follow_up.terms": Example(_place),
    "follow_up.new_term": Example(_place),
    "follow_up.create_term": _sent(
        _place,
        "follow_up.new_term",
        _office,
        makes=TermOfOffice,
    ),
    "follow_up.edit_term_form": Example(_term),
    "follow_up.save_term": _sent(_term, "follow_up.edit_term_form", _typed(authority="⟦Luis S.⟧", post="")),
    "follow_up.handover": Example(_place),
    "follow_up.decide": _sent(_place, "follow_up.handover", _decided),
    "follow_up.handover_act": Example(_place),
    "agenda.sharing": Example(_place),
    "agenda.share": _sent(_place, "agenda.sharing", _typed()),
    "agenda.new": Example(_place),
    "agenda.create": _sent(_place, "agenda.new", _promise, makes=Commitment),
    "agenda.sorting": Example(_place),
    "agenda.sort_out": _sent(_place, "agenda.sorting", _sorted),
    "agenda.edit": Example(_commitment("open")),
    "agenda.save": _sent(_commitment("open"), "agenda.edit", _correction),
    "agenda.money": Example(_commitment("open")),
    "agenda.save_money": _sent(_commitment("open"), "agenda.money", _money),
    "agenda.completion": Example(_commitment("stepped")),
    "agenda.complete": _sent(_commitment("stepped"), "agenda.completion", END),
    "agenda.cancellation": Example(_commitment("stepped")),
    "agenda.cancel": _sent(_commitment("stepped"), "agenda.cancellation", REASON),
    "agenda.reopening": Example(_commitment("closed")),
    "agenda.reopen": _sent(_commitment("closed"), "agenda.reopening", REASON),
    "agenda.suspension": Example(_commitment("open")),
    "agenda.suspend_post": _sent(
        _commitment("open"),
        "agenda.suspension",
        _typed(from_on="2026-11-01", until_on="2099-01-31", reason="⟦Lluvias⟧"),
    ),
    "agenda.end_suspension_post": _sent(_commitment("counted"), "follow_up.commitment", _typed()),
    "agenda.new_milestone": Example(_commitment("open")),
    "agenda.create_milestone": _sent(_commitment("open"), "agenda.new_milestone", STEP, makes=Milestone),
    "agenda.edit_milestone_form": Example(_milestone),
    "agenda.save_milestone": _sent(_milestone, "agenda.edit_milestone_form", STEP),
    "agenda.milestone_completion": Example(_milestone, own_unit=True),
    "agenda.complete_milestone_post": _sent(
        _milestone, "agenda.milestone_completion", _typed(completed_on="2026-11-20"), own_unit=True
    ),
    "agenda.milestone_cancellation": Example(_milestone),
    "agenda.cancel_milestone_post": _sent(_milestone, "agenda.milestone_cancellation", REASON),
    "agenda.reopen_milestone_post": _sent(
        _done_milestone, "follow_up.commitment", _typed(), own_unit=True, by="officer of A"
    ),
    "agenda.recurrence": Example(_commitment("open")),
    # Looked at only: what is made is called in the language of the place, which is no word of the catalogues.
    "agenda.recur": _sent(_commitment("open"), "agenda.recurrence", RECURRING, answers=(200,)),
    "agenda.not_held_form": Example(_occurrence, own_unit=True),
    "agenda.not_held_post": _sent(_occurrence, "agenda.not_held_form", REASON, own_unit=True),
    "follow_up.new_update": Example(_commitment("late"), own_unit=True, by="officer of A"),
    "follow_up.report": _sent(
        _commitment("late"), "follow_up.new_update", UPDATE, own_unit=True, makes=ProgressUpdate, by="officer of A"
    ),
    "follow_up.new_milestone_update": Example(_milestone, own_unit=True),
    "follow_up.report_milestone": _sent(
        _milestone, "follow_up.new_milestone_update", UPDATE, own_unit=True, makes=ProgressUpdate
    ),
    "follow_up.steady_form": Example(_place),
    "follow_up.steady": _sent(
        _place,
        "follow_up.steady_form",
        lambda town: {"codes": town.open, "sentence": "⟦Sigue igual⟧"},
        # Of another unit nothing may be said: then nothing is ticked.
        answers=(303, 422),
    ),
    "follow_up.new_obstacle": Example(_commitment("late"), own_unit=True, by="officer of A"),
    "follow_up.write_obstacle": _sent(
        _commitment("late"),
        "follow_up.new_obstacle",
        _typed(
            kind="money",
            needed="⟦La transferencia⟧",
            since_on="2026-11-01",
            clearer="level-national",
            clearer_name="⟦Hacienda⟧",
            clearer_email="hacienda@example.org",
        ),
        makes=Obstacle,
        own_unit=True,
        by="officer of A",
    ),
    "follow_up.clearing": Example(_obstacle, own_unit=True, by="officer of A"),
    "follow_up.clear": _sent(
        _obstacle, "follow_up.clearing", _typed(how="⟦Llegó el permiso⟧"), own_unit=True, by="officer of A"
    ),
    "follow_up.obstacle_letter": Example(_obstacle),
    "agenda.condition": Example(_commitment("hanging"), own_unit=True),
    "agenda.meet_condition_post": _sent(
        _commitment("hanging"), "agenda.condition", _typed(on="2026-11-20"), own_unit=True
    ),
    "follow_up.new_assessment": Example(_commitment("stepped"), by="coordinator of A"),
    "follow_up.assess": _sent(
        _commitment("stepped"),
        "follow_up.new_assessment",
        _typed(verdict="limited", remark="⟦Falta la caseta⟧"),
        makes=Assessment,
        by="coordinator of A",
    ),
    "follow_up.reply_form": Example(_assessment, own_unit=True),
    "follow_up.reply": _sent(_assessment, "follow_up.reply_form", _typed(text="⟦Ya está⟧"), own_unit=True),
    "follow_up.bulk": Example(_place),
    "follow_up.undo_bulk_post": _sent(_bulk_change, "follow_up.bulk", _typed()),
    "follow_up.bulk_lead": Example(_place),
    "follow_up.give_lead_post": _sent(
        _place,
        "follow_up.bulk_lead",
        lambda town: {"codes": town.open, "lead": f"unit-{town.other_unit_id}"},
    ),
    "follow_up.bulk_dates": Example(_place),
    "follow_up.give_dates_post": _sent(
        _place,
        "follow_up.bulk_dates",
        lambda town: {"codes": town.open, "by_days": "30", "reason": "⟦Lluvias⟧", "due_precision": "day"},
        makes=BulkChange,
    ),
    "follow_up.bulk_asking": Example(_place),
    "follow_up.ask_alike_post": _sent(
        _place,
        "follow_up.bulk_asking",
        lambda town: {"codes": town.open, "question": "⟦¿Llegó el material?⟧"},
        makes=BulkChange,
    ),
    "follow_up.bulk_closing": Example(_place),
    "follow_up.close_alike_post": _sent(
        _place,
        "follow_up.bulk_closing",
        lambda town: {
            "codes": town.open,
            "outcome": "fulfilled",
            "completed_on": "2026-11-20",
            "closing_note": "⟦Se entregó⟧",
        },
    ),
    "follow_up.asked": Example(_place),
    "follow_up.month": Example(_place),
    "follow_up.new_date": Example(_commitment("open"), own_unit=True),
    "follow_up.ask_for_date": _sent(
        _commitment("open"),
        "follow_up.new_date",
        _typed(due_on="2027-06-30", due_precision="day", reason="⟦Lluvias⟧"),
        makes=DateRequest,
        own_unit=True,
    ),
    "follow_up.date_decision": Example(_date_request),
    "follow_up.decide_date": _sent(
        _date_request, "follow_up.date_decision", _typed(answer="refused", reason="⟦Urge⟧")
    ),
    "follow_up.withdraw_date": _sent(
        _date_request, "follow_up.commitment", _typed(), own_unit=True, by="officer of A"
    ),
    "follow_up.new_note": Example(_commitment("stepped")),
    "follow_up.write_note": _sent(
        _commitment("stepped"), "follow_up.new_note", _typed(text="⟦Hablar con Eva⟧"), makes=InternalNote
    ),
    "follow_up.leave_form": Example(_place),
    "follow_up.leave": _sent(_place, "follow_up.leave_form", _taking_over),
    "follow_up.policy": Example(_nowhere, by="administrator"),
    "follow_up.save_policy": _sent(_nowhere, "follow_up.policy", SAVED_POLICY, by="administrator"),
    "follow_up.country_policy": Example(_typed(code="MX"), **OF_WORKSHOPS),
    "follow_up.save_country_policy": _sent(
        _typed(code="MX"), "follow_up.country_policy", SAVED_POLICY, **OF_WORKSHOPS
    ),
    "follow_up.place_policy": Example(_place),
    "follow_up.save_place_policy": _sent(_place, "follow_up.place_policy", SAVED_POLICY),
    "follow_up.ownerless": Example(_nowhere),
    "accounts.assistants": Example(_place),
    "accounts.let_assist": _sent(_place, "accounts.assistants", _consent),
    "accounts.end_assistance": _sent(_consented, "accounts.assistants", _typed(), but={"assistant": (403, 303)}),
    "follow_up.hand_over_form": Example(_officer_role),
    "follow_up.hand_over_post": _sent(_officer_role, "follow_up.hand_over_form", _taking_over),
    "follow_up.person_act": Example(_of_place("handover_id", "handover_id")),
    "follow_up.handover_letter": Example(_of_place("handover_id", "handover_id"), is_file=True),
    "follow_up.letter_form": Example(_looked_after, **OF_WORKSHOPS),
    "follow_up.letter_post": _sent(
        _looked_after, "follow_up.letter_form", _by_letter, answers=(303, 422), **OF_WORKSHOPS
    ),
    "follow_up.checks": Example(_nowhere),
    "follow_up.check": Example(lambda town: {"place": town.code, "check_id": town.check_id}),
    "follow_up.dry_run": Example(_place),
    "follow_up.nobody": Example(_nowhere),
    "follow_up.units": Example(_place),
    "follow_up.give_mailbox": _sent(
        lambda town: {"place": town.code, "unit_id": town.quiet_unit_id},
        "follow_up.nobody",
        _typed(mailbox="archivo@example.org"),
    ),
    "follow_up.new_unit": Example(_place),
    "follow_up.create_unit": _sent(
        _place, "follow_up.new_unit", lambda _town: {"name": f"⟦Oficina {next(_COUNT)}⟧"}, makes=Unit
    ),
    "follow_up.edit_unit": Example(_unit),
    "follow_up.save_unit": _sent(_unit, "follow_up.edit_unit", _typed(name="⟦Obras y agua⟧")),
    "follow_up.new_person": Example(_unit),
    "follow_up.create_person": _sent(_unit, "follow_up.new_person", _somebody, makes=UnitPerson),
    "follow_up.edit_person": Example(_person),
    "follow_up.save_person": _sent(_person, "follow_up.edit_person", _typed(name="⟦Rosa C.⟧", phone="⟦555⟧")),
    "follow_up.remove_person": _sent(_person, "follow_up.edit_person", _typed()),
    "monitoring.search": Example(_nowhere),
    "monitoring.search_here": Example(_place),
    "monitoring.quality": Example(_place),
    "monitoring.history": Example(_place),
    "monitoring.history_csv": Example(_place, is_file=True),
    "monitoring.history_xlsx": Example(_place, is_file=True),
    "monitoring.commitment_history": Example(_commitment("stepped")),
    "monitoring.milestone_history": Example(_milestone),
    "monitoring.plan_history": Example(_place),
    "monitoring.unit_history": Example(lambda town: {"place": town.code, "unit_id": town.unit_id}),
    "plan.show": Example(_place),
    "plan.edit": Example(_place),
    "plan.save": _sent(_place, "plan.edit", PLAN),
    "plan.new_line": Example(_place),
    "plan.create_line": _sent(_place, "plan.new_line", _typed(code="L9", title="⟦Caminos⟧"), makes=Line),
    "plan.new_action": Example(_place),
    "plan.create_action": _sent(
        _place,
        "plan.new_action",
        lambda town: {"line_id": str(town.line_id), "code": "A9", "title": "⟦Puentes⟧"},
        makes=Action,
    ),
    "exchange.bring_in": Example(_place),
    "exchange.upload": _sent(
        _place, "exchange.bring_in", _typed(pasted="⟦Compromiso⟧,⟦Plazo⟧\n⟦Pozo⟧,⟦2027⟧"), makes=ImportRun
    ),
    "exchange.sheet": Example(_run("asking_run")),
    "exchange.save_sheet": _sent(_run("asking_run"), "exchange.sheet", _typed(rows="1")),
    "exchange.columns": Example(_run("asking_run")),
    "exchange.save_columns": _sent(_run("asking_run"), "exchange.columns", _typed(**{"columns-0-field": "title"})),
    "exchange.words": Example(_run("asking_run")),
    "exchange.save_words": _sent(_run("asking_run"), "exchange.words", _typed(as_of="2026-11-20")),
    "exchange.preview": Example(_run("asking_run")),
    "exchange.save_preview": _sent(
        _run("asking_run"),
        "exchange.preview",
        _typed(**{"cells-0-text": "2027-02-28", "units-0-name": "⟦Aguas⟧", "units-0-mailbox": "aguas@example.org"}),
    ),
    "exchange.confirm": _sent(_run("ready_run"), "exchange.preview", _typed()),
    "exchange.run": Example(_run("done_run")),
    "exchange.undo": _sent(_run("done_run"), "exchange.run", _typed()),
    "exchange.mapping": Example(_run("ready_run"), is_file=True),
    "notices.inbox": Example(_nowhere),
    "notices.choices": Example(_nowhere),
    "notices.save_choices": _sent(_nowhere, "notices.choices", _typed(early="y")),
    "notices.reminders": Example(_link, by="nobody"),
    "notices.save_reminders": _sent(_link, "notices.reminders", _typed(copies="y", cleared="y"), by="nobody"),
    "notices.reminders_off": Example(_link, by="nobody"),
    "notices.turn_reminders_off": Example(
        _link, lambda _town: {"List-Unsubscribe": "One-Click"}, "notices.reminders_off", by="nobody"
    ),
    "notices.mails": Example(_nowhere),
    "notices.mail": Example(_mail, of_place=True),
    "notices.send_mail_again": _sent(_mail, "notices.mail", _typed(), of_place=True),
    "notices.waiting": Example(_place),
    "notices.approve": _sent(_place, "notices.waiting", _typed()),
    "notices.decline": _sent(_place, "notices.waiting", _typed(reason="⟦Fechas viejas⟧")),
    "monitoring.places": Example(_nowhere, by="administrator"),
    "monitoring.health": Example(_nowhere, by="administrator"),
    "monitoring.alive": Example(_nowhere, by="nobody"),
    "monitoring.ready": Example(_nowhere, by="nobody"),
}
#: Pages of links in mails: the address is the authority, and a secret.
LINKS = frozenset(name for name, e in EXAMPLES.items() if e.ids in (_link, _slip, _reset, _change))
#: Answers that machines ask for, not pages.
PROBES = frozenset({"monitoring.alive", "monitoring.ready"})
#: Forms that need no token against forged requests.
WITHOUT_TOKEN = frozenset({"notices.turn_reminders_off"})
#: Forms with a file, and the field it goes into.
OFFERS_FILES = {
    "agenda.create": "act_file",
    "agenda.save": "act_file",
    "follow_up.report": "files",
    "follow_up.report_milestone": "files",
}
#: Who has signed in already does not see that page again.
EXAMPLES["accounts.sign_in"] = replace(EXAMPLES["accounts.sign_in"], answers=(200, 303))
