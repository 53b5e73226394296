"""Who asked for a date hears the answer, who leads what others say of it, who said it the reply: once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.apps import DbSession
from tests.support.factories import (
    DAY,
    act,
    make_commitment,
    make_milestone,
    make_partner,
    make_person,
    make_place,
    make_unit,
    make_user,
)
from tests.support.together import at_once
from tracker.accounts.models import Membership, User
from tracker.agenda.models import Commitment
from tracker.agenda.operations import cancel_commitment, complete_commitment, edit_commitment
from tracker.agenda.operations.dates.giving import give_date
from tracker.agenda.operations.promise import Promise
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.follow_up.checks import Way, check_places
from tracker.follow_up.handing.moving import Successor, hand_over
from tracker.follow_up.operations.assessing import assess_commitment, reply_to_assessment
from tracker.follow_up.operations.dates import (
    NewDate,
    ask_new_date,
    grant_new_date,
    refuse_new_date,
    withdraw_date_request,
)
from tracker.follow_up.queries.journal import Wanted as WantedChecks
from tracker.follow_up.queries.journal import checks_in, notices_of
from tracker.notices.models import Notice
from tracker.notices.preferring import prefer
from tracker.notices.rules import PREFERENCES
from tracker.territory.models import Unit
from tracker.territory.rules import EVERYWHERE, Place

DUE, LATER = DAY + timedelta(days=20), DAY + timedelta(days=80)
WANTED = NewDate(LATER, "day", "Faltan materiales")
Heard = list[tuple[str, str, str, str]]


class Town:
    """A unit with two people and a mailbox, its officer, and who coordinates."""

    def __init__(self) -> None:
        self.place: Place = make_place()
        self.unit: Unit = make_unit(self.place, "Obras", mailbox="obras@example.org")
        make_person(self.unit, "Rosa", "rosa@example.org")
        self.luis: User = make_user("officer", unit=self.unit, email="luis@example.org", name="Luis", locale="fr")
        self.eva: User = make_user("coordinator", place=self.place, email="eva@example.org", name="Eva")
        self.made: Commitment = make_commitment(self.place, "Diez pozos", DUE, unit=self.unit)

    @property
    def code(self) -> str:
        """Of the commitment."""
        return self.made.code

    def ask(self, wanted: NewDate = WANTED) -> int:
        """Luis asks for a date."""
        return ask_new_date(act(user=self.luis), self.place, self.code, wanted).id


@pytest.fixture
def town(session: DbSession) -> Town:
    return Town()


def heard() -> Heard:
    """(recipient, step without its number, audience, state) of all that was said."""
    db.session.flush()
    db.session.expire_all()
    rows = db.session.scalars(select(Notice).order_by(Notice.id))
    return [(n.recipient, n.step.partition("+")[0], n.audience, n.reason or n.state) for n in rows]


def only() -> Notice:
    return db.session.scalars(select(Notice)).one()


def test_who_asked_hears_that_it_was_granted(town: Town) -> None:
    request_id = town.ask()
    assert heard() == [], "asking alone tells nobody"
    grant_new_date(act(DAY + timedelta(days=1), user=town.eva), town.place, town.code, request_id)
    assert heard() == [("luis@example.org", "answer", "asker", "waiting")]
    notice = only()
    day = (DAY + timedelta(days=1)).isoformat()
    assert notice.key == f"{town.made.subject}|answer+{request_id}|{day}|luis@example.org"
    assert (notice.locale, notice.name) == ("fr", "Luis")
    said = {"answer": "granted", "wanted_on": LATER.isoformat(), "by": "Eva", "asked_by": "Luis", "unit": "Obras"}
    assert said.items() <= notice.facts.items()


def test_who_asked_hears_why_it_was_refused(town: Town) -> None:
    step = make_milestone(town.place, town.made, DUE, title="Permiso")
    request_id = town.ask(replace(WANTED, milestone_id=step.id))
    refuse_new_date(act(user=town.eva), town.place, town.code, request_id, "Urge")
    notice = only()
    assert (notice.subject, notice.audience) == (step.subject, "asker")
    said = {"answer": "refused", "text": "Urge", "title": "Permiso", "of": "Diez pozos", "code": town.code}
    assert said.items() <= notice.facts.items()


def test_nobody_is_told_what_they_decided_themselves(town: Town) -> None:
    ask_new_date(act(user=town.eva), town.place, town.code, WANTED, decides=True)
    again = replace(WANTED, due_on=LATER + timedelta(days=1))
    own = ask_new_date(act(user=town.eva), town.place, town.code, again)
    grant_new_date(act(user=town.eva), town.place, town.code, own.id)
    assert heard() == []


def test_what_is_withdrawn_is_answered_by_nobody(town: Town) -> None:
    withdraw_date_request(act(user=town.luis), town.place, town.code, town.ask())
    assert heard() == []


@pytest.mark.parametrize("how", ["left", "inactive", "no account"])
def test_where_who_asked_is_gone_who_answers_for_it_hears(town: Town, how: str) -> None:
    who = act(name="Carlos") if how == "no account" else act(user=town.luis)
    asked = ask_new_date(who, town.place, town.code, WANTED)
    if how == "left":
        db.session.query(Membership).filter_by(user_id=town.luis.id).delete()
    town.luis.active = how != "inactive"
    grant_new_date(act(user=town.eva), town.place, town.code, asked.id)
    own = ["luis@example.org"] if how == "no account" else []
    assert [who for who, *_ in heard()] == [*own, "rosa@example.org", "obras@example.org"]
    assert {why for _, _, why, _ in heard()} == {"responsible"}


def test_where_nobody_but_who_answers_is_left_nothing_is_raised(session: DbSession) -> None:
    place = make_place()
    eva = make_user("coordinator", place=place)
    made = make_commitment(place, due_on=DUE, unit=make_unit(place))
    asked = ask_new_date(act(name="Carlos"), place, made.code, WANTED)
    refuse_new_date(act(user=eva), place, made.code, asked.id, "Urge")
    assess_commitment(act(user=eva), place, made.code, "limited", "Poco")
    assert heard() == [], "nor does it stand as a thing that nobody could be told"
    make_user("coordinator", place=place, email="otra@example.org")
    assess_commitment(act(user=eva), place, made.code, "limited", "Poco")
    assert heard() == [("otra@example.org", "verdict", "stand_in", "waiting")]


def test_what_was_answered_stays_true_whatever_becomes_of_it(town: Town) -> None:
    """A date that moves, another lead or the end voids what clocks said, not what people said."""
    refuse_new_date(act(user=town.eva), town.place, town.code, town.ask(), "Urge")
    assess_commitment(act(user=town.eva), town.place, town.code, "limited", "Poco")
    before = heard()
    give_date(act(), town.made, LATER, "day", "Lluvias")
    other = Promise("Diez pozos", unit_id=make_unit(town.place).id, due_on=LATER)
    edit_commitment(act(), town.place, town.code, other, town.made.version)
    complete_commitment(act(), town.place, town.code, DAY, "fulfilled", "Listo")
    assert heard() == before
    assert {state for *_, state in before} == {"waiting"}


def test_a_grant_voids_what_was_to_be_said_of_the_old_date_and_not_itself(town: Town) -> None:
    day = DUE + timedelta(days=1)
    check_places([town.place], day, act(day).at)
    clocks = len(heard())
    asked = ask_new_date(act(day, user=town.luis), town.place, town.code, WANTED)
    grant_new_date(act(day, user=town.eva), town.place, town.code, asked.id)
    assert {state for *_, state in heard()[:clocks]} <= {"changed", "skipped", "news"}
    assert heard()[clocks:] == [("luis@example.org", "answer", "asker", "waiting")]


def test_two_answers_of_a_day_are_two(town: Town) -> None:
    refuse_new_date(act(user=town.eva), town.place, town.code, town.ask(), "Urge")
    grant_new_date(act(user=town.eva), town.place, town.code, town.ask())
    assert [state for *_, state in heard()] == ["waiting", "waiting"]


def test_who_leads_hears_a_verdict_once(town: Town) -> None:
    partner = make_partner("Fundación Agua")
    judge = make_user("partner", partner=partner, name="Ana")
    said = assess_commitment(act(user=judge), town.place, town.code, "limited", "Falta la caseta", partner.id)
    lead = ("luis@example.org", "rosa@example.org", "obras@example.org")
    assert heard() == [(who, "verdict", "responsible", "waiting") for who in lead]
    facts = db.session.scalars(select(Notice.facts)).first()
    assert facts is not None
    expected = {"verdict": "limited", "voice": "Fundación Agua", "by": "Ana", "text": "Falta la caseta"}
    assert expected.items() <= facts.items()
    reply_to_assessment(act(user=town.luis), town.place, town.code, said.id, "Ya está")
    assert heard()[3:] == [(judge.email, "reply", "judge", "waiting")]


def test_a_partner_that_leads_hears_it_at_its_address(town: Town) -> None:
    partner = make_partner(email="contacto@example.org")
    led = make_commitment(town.place, partner_id=partner.id)
    assess_commitment(act(user=town.eva), town.place, led.code, "complete", "")
    assert heard() == [("contacto@example.org", "verdict", "responsible", "waiting")]


def test_what_the_same_organisation_said_before_is_overtaken_while_it_waits(town: Town) -> None:
    partner, other = make_partner(), make_partner()
    assess_commitment(act(name="Ana"), town.place, town.code, "limited", "Poco", partner.id)
    assess_commitment(act(name="Bea"), town.place, town.code, "complete", "", other.id)
    assess_commitment(act(name="Ana"), town.place, town.code, "substantial", "Más", partner.id)
    by_verdict: dict[str, set[str]] = {}
    for notice in db.session.scalars(select(Notice)):
        by_verdict.setdefault(notice.facts["verdict"], set()).add(notice.reason or notice.state)
    assert by_verdict == {"limited": {"overtaken"}, "complete": {"waiting"}, "substantial": {"waiting"}}


def test_what_left_already_is_followed_by_the_new_one_on_the_same_day(town: Town) -> None:
    assess_commitment(act(user=town.eva), town.place, town.code, "limited", "Poco")
    for notice in db.session.scalars(select(Notice)):
        notice.state = "sent"
    assess_commitment(act(user=town.eva), town.place, town.code, "complete", "")
    assert [state for *_, state in heard()] == ["sent"] * 3 + ["waiting"] * 3


@pytest.mark.parametrize("is_partner", [True, False])
def test_a_reply_goes_to_the_organisation_where_who_judged_is_gone(town: Town, is_partner: bool) -> None:
    partner = make_partner(email="contacto@example.org") if is_partner else None
    judge = make_user("partner", partner=partner) if partner else make_user("coordinator", place=town.place)
    said = assess_commitment(
        act(user=judge), town.place, town.code, "limited", "Poco", partner.id if partner else None
    )
    judge.active = False
    reply_to_assessment(act(user=town.luis), town.place, town.code, said.id, "Ya está")
    told = ("contacto@example.org", "judge") if is_partner else ("eva@example.org", "coordinator")
    assert [(who, why) for who, step, why, _ in heard() if step == "reply"] == [told]


def test_a_verdict_on_what_has_ended_is_told_and_one_on_what_was_dropped_is_not_given(town: Town) -> None:
    complete_commitment(act(user=town.luis), town.place, town.code, DAY, "fulfilled", "Listo")
    assess_commitment(act(user=town.eva), town.place, town.code, "limited", "Falta uno")
    assert {step for _, step, *_ in heard()} == {"verdict"}
    dropped = make_commitment(town.place, unit=town.unit)
    cancel_commitment(act(), town.place, dropped.code, "Sin fondos")
    before = heard()
    with pytest.raises(Refused):
        assess_commitment(act(user=town.eva), town.place, dropped.code, "limited", "Poco")
    assert heard() == before


def test_it_is_a_duty_that_no_choice_leaves_out(town: Town) -> None:
    prefer("luis@example.org", dict.fromkeys(PREFERENCES, False), act().at)
    grant_new_date(act(user=town.eva), town.place, town.code, town.ask())
    assert [state for *_, state in heard()] == ["waiting"]


def test_whoever_takes_over_hears_what_had_not_left(town: Town) -> None:
    """A check would not find it again: it is told to who answers for it then, and coordinates."""
    nora = make_user("officer", unit=make_unit(town.place), email="nora@example.org", name="Nora")
    grant_new_date(act(user=town.eva), town.place, town.code, town.ask())
    hand_over(act(user=town.luis), town.place, town.luis.id, frozenset({"officer"}), "self", Successor(nora.id))
    told = {who: state for who, _, _, state in heard()}
    assert told == {
        "luis@example.org": "handed_over",
        "nora@example.org": "waiting",
        "rosa@example.org": "waiting",
        "obras@example.org": "waiting",
    }
    said = assess_commitment(act(user=town.eva), town.place, town.code, "limited", "Poco")
    reply_to_assessment(act(user=nora), town.place, town.code, said.id, "Ya está")
    iris = make_user("coordinator", place=town.place, email="iris@example.org")
    roles = frozenset({"coordinator"})
    hand_over(act(user=town.eva), town.place, town.eva.id, roles, "self", Successor(iris.id))
    replies = {who: state for who, step, _, state in heard() if step == "reply"}
    assert replies == {"eva@example.org": "handed_over", "iris@example.org": "waiting"}


def test_no_check_and_no_dry_run_says_or_counts_it(town: Town) -> None:
    day = DUE - timedelta(days=3)
    plain = check_places([town.place], day, act(day).at, Way(dry_run=True)).as_json()
    asked = town.ask()
    refuse_new_date(act(user=town.eva), town.place, town.code, asked, "Urge")
    assess_commitment(act(user=town.eva), town.place, town.code, "limited", "Poco")
    assert check_places([town.place], day, act(day).at, Way(dry_run=True)).as_json() == plain
    # At the very instant of the check: its page tells what it raised, not what somebody said.
    assess_commitment(act(day, user=town.eva), town.place, town.code, "complete", "")
    told = check_places([town.place], day, act(day).at).told
    (done,) = checks_in(EVERYWHERE, WantedChecks(), 10)
    assert {n.step for n in notices_of(done, "", None, 50)} <= {"due-3", "due-14"}
    assert done.told == told


def test_of_two_who_answer_at_once_one_answer_is_told(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        town = Town()
        place, code, request_id, who = town.place, town.code, town.ask(), act(user=town.eva)
        db.session.commit()
    results = at_once(
        fresh_app,
        lambda: grant_new_date(who, place, code, request_id) and None,
        lambda: refuse_new_date(who, place, code, request_id, "Urge") and None,
    )
    assert sum(isinstance(one, Refused) for one in results) == 1
    with fresh_app.app_context():
        assert db.session.scalars(select(Notice.recipient)).all() == ["luis@example.org"]
