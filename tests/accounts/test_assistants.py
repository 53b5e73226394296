"""Who enters data for a municipality by its consent: what it opens, how it ends, how it is marked."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.apps import DbSession
from tests.support.clock import at
from tests.support.factories import DAY, act, make_commitment, make_milestone, make_place, make_unit, make_user
from tests.support.pages import Client, form_of
from tracker.accounts.consent.giving import assistants_of, end_consent, give_consent
from tracker.accounts.models import AccountNews, Membership
from tracker.accounts.operations import add_roles
from tracker.accounts.operations.users import end_membership
from tracker.accounts.queries.reaching import monitors_of
from tracker.accounts.rules import Role
from tracker.agenda.models import Commitment
from tracker.agenda.operations import (
    cancel_commitment,
    cancel_milestone,
    complete_milestone,
    reopen_commitment,
    reopen_milestone,
)
from tracker.agenda.operations.dates.sorting import Choice, bring_up_to_date
from tracker.audit.models import AuditEntry
from tracker.core.db import db
from tracker.core.errors import NotHere, Refused
from tracker.follow_up.models import ProgressUpdate
from tracker.territory.registry.workshops import add_to_workshop


def test_only_who_looks_after_the_place_and_for_ninety_days_at_most(session: DbSession) -> None:
    place = make_place("MX")
    mona, other = make_user(role="monitor", country="MX"), make_user(role="monitor", country="CL")
    whole = make_user(role="monitor")
    assert {one for one, _name in monitors_of(place)} == {mona.id, whole.id}
    wrong = [
        (other.id, DAY, "x", "user"),
        (mona.id, DAY - timedelta(days=1), "x", "until_on"),
        (mona.id, DAY + timedelta(days=91), "x", "until_on"),
        (mona.id, None, "x", "until_on"),
        (mona.id, DAY, " ", "purpose"),
    ]
    for user_id, until_on, purpose, field in wrong:
        with pytest.raises(Refused) as refused:
            give_consent(act(), place, user_id, until_on, purpose)
        assert list(refused.value.fields) == [field]
    made = give_consent(act(), place, mona.id, DAY + timedelta(days=90), "Sin computadora")
    with pytest.raises(Refused):
        give_consent(act(), place, mona.id, DAY, "Otra vez")
    news = session.scalars(select(AccountNews.what).where(AccountNews.user_id == mona.id)).all()
    assert news == ["assistant"]
    assert [user.id for _held, user in assistants_of(place, DAY + timedelta(days=90))] == [mona.id]
    assert assistants_of(place, DAY + timedelta(days=91)) == []
    with pytest.raises(NotHere):
        end_consent(act(), make_place(), made.id)
    end_consent(act(), place, made.id)
    with pytest.raises(NotHere):
        end_consent(act(), place, made.id)
    assert give_consent(act(), place, mona.id, DAY, "De nuevo").until_on == DAY


def test_who_looks_after_the_place_no_more_enters_nothing_for_it(session: DbSession) -> None:
    place, kept = make_place("MX"), make_place("CL")
    mona = make_user(role="monitor", country="MX")
    add_roles(act(), mona, [Role("monitor", country_code="CL")])
    for one in (place, kept):
        give_consent(act(), one, mona.id, DAY, "Sin computadora")
    of_mexico = Membership.user_id == mona.id, Membership.country_code == "MX"
    held = session.scalars(select(Membership).where(*of_mexico)).one()
    end_membership(act(), held.id, None, frozenset({"monitor"}))
    assert assistants_of(place, DAY) == []
    assert [user.id for _held, user in assistants_of(kept, DAY)] == [mona.id]
    verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.municipality_id == place.id)).all()
    assert verbs[-1] == "end_consent"
    written = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert written[-2:] == ["end_consent", "end_role"], "chains of municipalities come before that of none"


def test_a_consent_stays_while_another_role_looks_after_the_place(session: DbSession) -> None:
    place = make_place("MX")
    mona = make_user(role="monitor", country="MX")
    add_roles(act(), mona, [Role("monitor")])
    give_consent(act(), place, mona.id, DAY, "Sin computadora")
    for country, left in (("MX", [mona.id]), (None, [])):
        held = Membership.user_id == mona.id, Membership.role == "monitor", Membership.country_code == country
        gone = session.scalars(select(Membership).where(*held)).one()
        end_membership(act(), gone.id, None, frozenset({"monitor"}))
        assert [user.id for _held, user in assistants_of(place, DAY)] == left


def test_what_an_assistant_does_to_a_milestone_is_marked_on_it(session: DbSession) -> None:
    place = make_place("MX")
    made = make_commitment(place, "Pozo", DAY + timedelta(days=90))
    reached, dropped = make_milestone(place, made, title="Permiso"), make_milestone(place, made, title="Obra")
    helping = act(name="Mona Ruiz", door="assistant")
    complete_milestone(helping, place, made.code, reached.id, DAY)
    cancel_milestone(helping, place, made.code, dropped.id, "Ya no hace falta")
    assert (reached.assistant, dropped.assistant) == ("Mona Ruiz", "Mona Ruiz")
    reopen_milestone(act(), place, made.code, reached.id)
    assert reached.assistant == ""


def test_what_comes_back_or_is_brought_up_to_date_with_the_whole_is_marked_too(session: DbSession) -> None:
    place = make_place("MX")
    helping = act(name="Mona Ruiz", door="assistant")
    made = make_commitment(place, "Pozo", DAY + timedelta(days=90))
    step = make_milestone(place, made, title="Permiso")
    cancel_commitment(act(), place, made.code, "Sin fondos")
    reopen_commitment(helping, place, made.code, "Hay fondos")
    assert (made.assistant, step.assistant, step.is_open) == ("Mona Ruiz", "Mona Ruiz", True)
    late = make_commitment(place, "Puente", DAY - timedelta(days=9))
    within = make_milestone(place, late, DAY - timedelta(days=12), title="Obra")
    bring_up_to_date(helping, place, {late.subject: Choice("done", DAY - timedelta(days=2))})
    assert (late.assistant, within.assistant, within.is_open) == ("Mona Ruiz", "Mona Ruiz", False)


def test_a_monitor_of_its_workshop_may_be_asked(session: DbSession) -> None:
    place = make_place("MX")
    workshop, _new = add_to_workshop(act(), "Taller", [place.id])
    mona = make_user(role="monitor", country="CL")
    assert monitors_of(place) == []
    add_roles(act(), mona, [Role("monitor", workshop_id=workshop.id)])
    assert monitors_of(place) == [(mona.id, mona.name)]


@pytest.fixture
def browser(fresh_app: Flask) -> Client:
    """Of a monitor with a consent until 30 November 2026 in a municipality of Mexico that does not share."""
    with at("2026-11-23T15:00Z"), fresh_app.app_context():
        place = make_place("MX", "501", shared=False)
        make_commitment(place, "Pozo", DAY + timedelta(days=90), unit=make_unit(place, "Obras"))
        mona = make_user(role="monitor", country="MX", name="Mona Ruiz")
        give_consent(act(), place, mona.id, DAY + timedelta(days=7), "Sin computadora")
        db.session.commit()
        user_id = mona.id
    client = fresh_app.test_client()
    assert isinstance(client, Client)
    with at("2026-11-23T15:00Z"):
        client.enter_as(user_id, stay=True)
    return client


def test_what_is_entered_is_marked_everywhere(fresh_app: Flask, browser: Client) -> None:
    with at("2026-11-23T16:00Z"):
        form = form_of(browser.get("/mx-501/agenda/new").text, "/mx-501/agenda")
        answer = browser.post("/mx-501/agenda", data={**form.values, "title": "Puente"})
        assert answer.status_code == 303
        url = "/mx-501/agenda/C-001/updates"
        page = browser.get(f"{url}/new")
        sent = {**form_of(page.text, url).values, "text": "Va bien", "progress": "40"}
        assert browser.post(url, data=sent).status_code == 303
        assert "Mona Ruiz" in browser.get("/mx-501/agenda/C-002").text
        with fresh_app.app_context():
            rows = {row.title: row.assistant for row in db.session.scalars(select(Commitment))}
            assert rows == {"Pozo": "", "Puente": "Mona Ruiz"}
            assert db.session.scalars(select(ProgressUpdate.assistant)).all() == ["Mona Ruiz"]
            doors = select(AuditEntry.door).where(AuditEntry.verb.in_(("report", "create")))
            assert "assistant" in set(db.session.scalars(doors))
        for refused in ("sharing", "people", "leaving", "terms", "policy", "agreements", "agenda/import"):
            assert browser.get(f"/mx-501/{refused}").status_code == 403, refused
        assert browser.get("/mx-501/agenda/C-001/notes/new").status_code == 403


@pytest.mark.parametrize(
    ("instant", "status"),
    [
        ("2026-11-30T15:00Z", 200),
        # The last day goes on until midnight in Mexico.
        ("2026-12-01T05:59Z", 200),
        ("2026-12-01T06:00Z", 403),
        ("2026-12-09T15:00Z", 403),
    ],
)
def test_it_ends_by_itself_after_its_last_day(browser: Client, instant: str, status: int) -> None:
    with at(instant):
        assert browser.get("/mx-501/agenda").status_code == status


def test_it_ends_at_the_next_request_and_what_was_typed_is_kept(fresh_app: Flask, browser: Client) -> None:
    with at("2026-11-23T16:00Z"):
        form = form_of(browser.get("/mx-501/agenda/new").text, "/mx-501/agenda")
        with fresh_app.app_context():
            held = db.session.scalars(select(Membership).where(Membership.role == "assistant")).one()
            held.until_on = DAY - timedelta(days=1)
            db.session.commit()
        answer = browser.post("/mx-501/agenda", data={**form.values, "title": "Puente largo"})
        assert answer.status_code == 403
        with fresh_app.app_context():
            assert db.session.scalars(select(Commitment.title)).all() == ["Pozo"]


def test_the_municipality_takes_a_row_over_by_changing_it(session: DbSession) -> None:
    from dataclasses import replace

    from tracker.agenda.operations import edit_commitment
    from tracker.agenda.operations.promise import Promise

    place = make_place()
    made = make_commitment(place, "Pozo")
    by_assistant = replace(act(name="Mona Ruiz"), door="assistant")
    edit_commitment(by_assistant, place, made.code, Promise("Dos pozos"), made.version)
    assert made.assistant == "Mona Ruiz"
    edit_commitment(act(), place, made.code, Promise("Tres pozos"), made.version)
    assert made.assistant == ""
