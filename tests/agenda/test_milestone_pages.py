"""Pages of milestones: a step that would come after the whole is saved and remarked upon."""

from datetime import timedelta

import pytest

from tests.support.apps import DbSession
from tests.support.factories import DAY, make_commitment, make_milestone, make_place, make_user
from tests.support.pages import Client

DUE = DAY + timedelta(days=400)


@pytest.mark.parametrize(("after", "remarked"), [(0, False), (1, True)])
def test_a_step_after_the_whole_is_remarked_upon(
    session: DbSession, client: Client, after: int, remarked: bool
) -> None:
    place = make_place()
    made = make_commitment(place, due_on=DUE)
    step = make_milestone(place, made, DUE - timedelta(days=30))
    client.enter_as(make_user(place=place, locale="en").id)
    form = f"/{place.code}/agenda/{made.code}/milestones/{step.id}/edit"
    typed = {"due_on": (DUE + timedelta(days=after)).isoformat(), "date_reason": "Lluvias"}
    assert client.submit(form, typed, form).status_code == 303
    said = client.get(f"/{place.code}/agenda/{made.code}").text
    assert ("is due after the commitment itself" in said) is remarked
