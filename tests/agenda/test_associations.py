"""What an association promised shows in its members' agendas, with their part, and counts once."""

from datetime import timedelta

from tests.support.apps import DbSession
from tests.support.factories import DAY, act, make_commitment, make_place, make_unit, make_user
from tracker.agenda.operations import cancel_commitment, create_commitment
from tracker.agenda.operations.promise import PartyFacts, Promise
from tracker.agenda.queries.associations import shared_with
from tracker.agenda.queries.counting import live_counts
from tracker.follow_up.checks import check_places
from tracker.notices.models import Notice
from tracker.territory.registry.associations import add_members, remove_member


def test_members_see_it_with_their_part_and_it_counts_once(session: DbSession) -> None:
    association, here, there, outside = make_place(kind="association"), make_place(), make_place(), make_place()
    add_members(act(), association.id, [here.id, there.id])
    parts = (PartyFacts("co_responsible", member_id=here.id, part="pone el terreno"),)
    made = make_commitment(association, "Relleno común", DAY + timedelta(days=9), parties=parts)
    create_commitment(act(), association, Promise("Borrador"), draft=True)
    dropped = make_commitment(association, "Censo")
    cancel_commitment(act(), association, dropped.code, "Sin fondos")
    rows, count = shared_with(here.id)
    assert ([(row.commitment.id, row.part) for row in rows], count) == ([(made.id, "pone el terreno")], 1)
    assert [(row.commitment.id, row.part) for row in shared_with(there.id)[0]] == [(made.id, "")]
    assert shared_with(outside.id) == ([], 0)
    live = live_counts({place.id: DAY for place in (association, here, there)})
    assert [live[place.id]["open_count"] for place in (association, here, there)] == [1, 0, 0]
    remove_member(act(), association.id, here.id)
    assert shared_with(here.id) == ([], 0)


def test_a_late_commitment_is_told_to_who_coordinates_the_member_that_takes_part(session: DbSession) -> None:
    association, here, there = make_place(kind="association"), make_place(), make_place()
    add_members(act(), association.id, [here.id, there.id])
    make_user(place=here, email="aqui@example.org")
    make_user(place=there, email="alla@example.org")
    unit = make_unit(association, "Gerencia", "gerencia@example.org")
    parts = (PartyFacts("co_responsible", member_id=here.id, part="pone el terreno"),)
    late = DAY - timedelta(days=1)
    make_commitment(association, "Relleno", late, unit=unit, day=DAY - timedelta(days=60), parties=parts)
    check_places([association], DAY, act().at)
    told = {(n.recipient, n.audience) for n in session.query(Notice).filter_by(state="waiting")}
    assert told == {("gerencia@example.org", "responsible"), ("aqui@example.org", "co_responsible")}
