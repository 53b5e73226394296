"""Every route answers everybody by role, in the own municipality and in another; who may not writes nothing."""

import pytest

from tests.support.apps import only_sqlite
from tests.walk.examples import EXAMPLES
from tests.walk.matrix import walk_as
from tests.walk.people import PEOPLE
from tests.walk.walking import Walk
from tracker.permissions import PERMISSIONS


def test_every_route_has_an_example() -> None:
    missing = sorted(set(PERMISSIONS) - set(EXAMPLES))
    assert not missing, f"routes without an example in tests/walk/examples.py: {missing}"
    stale = sorted(set(EXAMPLES) - set(PERMISSIONS))
    assert not stale, f"examples without a route: {stale}"


@only_sqlite
@pytest.mark.parametrize("endpoint", sorted(PERMISSIONS))
def test_each_gets_the_answer_of_the_role(walk: Walk, endpoint: str) -> None:
    walk_as(walk, endpoint, PEOPLE)
