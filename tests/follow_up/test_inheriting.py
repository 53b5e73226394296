"""A new authority decides about what it inherited; the coordinators hear in time that a term ends."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.accounts.doors import mails
from tests.support.apps import DbSession
from tests.support.clock import at
from tests.support.factories import DAY, act, make_commitment, make_milestone, make_place, make_unit, make_user
from tests.support.pages import Client
from tracker.agenda.models import Commitment, DateChange
from tracker.agenda.queries.standing import differences
from tracker.core.errors import Refused
from tracker.follow_up.models import Inheritance
from tracker.follow_up.operations.inheriting import Decision, decide_inherited
from tracker.follow_up.queries.inheriting import undecided_ids
from tracker.follow_up.ticks import tell_of_terms
from tracker.territory.governing import Office, add_term, edit_term, terms_of
from tracker.territory.rules import Place
from tracker.territory.terms import term_on

BEFORE, FAR = DAY - timedelta(days=200), DAY + timedelta(days=300)


@pytest.fixture
def place(session: DbSession) -> Place:
    """Two terms; the present one began 30 days ago, and four commitments are older."""
    place = make_place()
    unit = make_unit(place, "Obras")
    for title in ("Pozo", "Puente", "Aulas", "Mercado"):
        made = make_commitment(place, title, DAY + timedelta(days=40), unit=unit, day=BEFORE)
        make_milestone(place, made, DAY + timedelta(days=9), day=BEFORE)
    begun = DAY - timedelta(days=30)
    add_term(act(), place.id, Office(begun - timedelta(days=900), begun - timedelta(days=1), "Eva Luna"))
    add_term(act(), place.id, Office(begun, DAY + timedelta(days=1_000), "Luis Sol", "Alcalde"))
    session.commit()
    return place


def named(title: str) -> Commitment:
    """The commitment of this title."""
    return Commitment.query.filter_by(title=title).one()


def waiting(place: Place) -> set[int]:
    """Ids that wait for a decision."""
    term = term_on(terms_of(place.id), DAY)
    assert term is not None
    return set(undecided_ids(place.id, term))


def test_three_answers(session: DbSession, place: Place) -> None:
    pozo, puente, aulas, mercado = (named(title) for title in ("Pozo", "Puente", "Aulas", "Mercado"))
    make_commitment(place, "Nuevo", FAR, day=DAY)
    first = puente.first_due_on
    decisions = {
        pozo.id: Decision("taken_over"),
        puente.id: Decision("renegotiated", FAR, "Falta el estudio de suelos"),
        aulas.id: Decision("closed", reason="Lo hace el estado"),
    }
    assert decide_inherited(act(), place, decisions) == 3
    session.commit()
    assert waiting(place) == {mercado.id}, "what was promised in the term is not inherited"
    assert (puente.first_due_on, puente.due_on, puente.overdue_from) == (first, FAR, FAR + timedelta(days=1))
    move = session.scalars(select(DateChange).where(DateChange.commitment_id == puente.id)).one()
    assert (move.new_due_on, move.is_correction) == (FAR, False)
    assert not aulas.is_open and aulas.end_reason == "Lo hace el estado"
    assert all(not milestone.is_open for milestone in aulas.milestones)
    assert pozo.is_open and pozo.due_on == DAY + timedelta(days=40)
    assert differences()[1] == []
    assert decide_inherited(act(), place, decisions) == 0, "what was decided stays"


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        (Decision("renegotiated", DAY - timedelta(days=1), "Por las lluvias"), "on"),
        (Decision("renegotiated", None, "Por las lluvias"), "on"),
        (Decision("renegotiated", FAR, " "), "reason"),
        (Decision("closed"), "reason"),
        (Decision("burnt"), "how"),
        (Decision("taken_over", FAR), "on"),
        (Decision("closed", FAR, "Sin fondos"), "on"),
    ],
)
def test_all_or_nothing(session: DbSession, place: Place, decision: Decision, field: str) -> None:
    pozo, puente = named("Pozo"), named("Puente")
    with pytest.raises(Refused) as refused:
        decide_inherited(act(), place, {pozo.id: Decision("taken_over"), puente.id: decision})
    assert list(refused.value.fields) == [f"{puente.id} {field}"]
    assert session.scalar(select(func.count(Inheritance.id))) == 0


def test_nothing_of_another_municipality_and_nothing_without_a_term(session: DbSession, place: Place) -> None:
    other = make_place()
    with pytest.raises(Refused):
        decide_inherited(act(), other, {named("Pozo").id: Decision("taken_over")})
    add_term(act(), other.id, Office(DAY, FAR, "Ana Mar"))
    assert decide_inherited(act(), other, {named("Pozo").id: Decision("taken_over")}) == 0


def test_through_the_pages(client: Client, session: DbSession, place: Place) -> None:
    with at(f"{DAY}T18:00Z"):
        client.enter_as(make_user("coordinator", place=place).id)
        page, ids = f"/{place.code}/handover", {c.title: str(c.id) for c in Commitment.query}
        assert "4 compromisos se prometieron antes" in client.get(page).text
        wrong = client.submit(page, {"rows-0-how": "renegotiated", "rows-0-reason": "Por las lluvias"}, page)
        assert wrong.status_code == 422
        assert "Por las lluvias" in wrong.text and "a partir de hoy" in wrong.text
        odd = {"rows-0-commitment": f"00{named('Pozo').id}", "rows-0-how": "renegotiated", "rows-0-reason": "Ya"}
        assert client.submit(page, odd, page).status_code == 422
        asked = client.submit(page, {"rows-0-how": "closed", "rows-0-reason": "Sin fondos", "for": "all"}, page)
        assert asked.status_code == 200 and "Sin fondos" in asked.text, "it asks once more and keeps what was typed"
        assert len(waiting(place)) == 4
        sure = {"rows-0-how": "closed", "rows-0-reason": "Sin fondos", "for": "all", "sure": "yes"}
        assert client.submit(page, sure, page).status_code == 303
        assert waiting(place) == set()
        session.expire_all()
        states = sorted((c.is_open, c.title) for c in Commitment.query)
        assert [is_open for is_open, _title in states] == [False, True, True, True]
        closed = next(title for is_open, title in states if not is_open)
        shown = client.get(f"/{place.code}/agenda/{Commitment.query.filter_by(title=closed).one().code}").text
        assert "se cierra: no se hará" in shown and "Luis Sol" in shown
        assert len(ids) == 4
        listed = client.get(f"/{place.code}/agenda?state=inherited").text
        assert listed.count('class="clock plain"') == 3
        act_page = client.get(f"/{place.code}/handover/act").text
        assert "Acta de entrega" in act_page and "borrador" not in act_page
        assert act_page.index("Cumplido en este período") < act_page.index("Abierto, se entrega")


def test_coordinators_hear_once_that_the_term_ends(session: DbSession, mail_folder: Path) -> None:
    place = make_place("MX")
    ends = date(2026, 12, 31)
    term = add_term(act(), place.id, Office(date(2024, 1, 1), ends, "Luis Sol"))
    session.commit()
    with at("2026-10-01T15:00Z"):
        assert tell_of_terms() == 0, "91 days before"
    with at("2026-10-02T11:00Z"):
        assert tell_of_terms() == 0, "five in the morning there"
    with at("2026-10-02T15:00Z"):
        assert tell_of_terms() == 0, "nobody can be told"
    for name in ("ana", "luis"):
        make_user("coordinator", place=place, email=f"{name}@example.org")
    session.commit()
    with at("2026-10-03T15:00Z"):
        assert tell_of_terms() == 0, "a Saturday"
    with at("2026-10-05T15:00Z"):
        assert tell_of_terms() == 2
        assert tell_of_terms() == 0
        mail, other = sorted(mails(mail_folder))
    assert "luis@example.org" in other
    assert "ana@example.org" in mail and "31 de diciembre de 2026" in mail and f"/{place.code}/handover/act" in mail
    edit_term(act(), place.id, term.id, Office(date(2024, 1, 1), date(2026, 12, 15), "Luis Sol"), 1)
    session.commit()
    with at("2026-10-06T15:00Z"):
        assert tell_of_terms() == 2, "another last day is told anew"
