"""The same matrix on the other database, for those who say enough about it."""

import pytest

from tests.support.apps import only_postgres
from tests.walk.matrix import walk_as
from tests.walk.walking import Walk
from tracker.permissions import PERMISSIONS

FEW = ("nobody", "monitor of MX", "partner", "coordinator of A", "other officer of A")


@only_postgres
@pytest.mark.parametrize("endpoint", sorted(PERMISSIONS))
def test_each_gets_the_answer_of_the_role(walk: Walk, endpoint: str) -> None:
    walk_as(walk, endpoint, FEW)
