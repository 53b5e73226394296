"""What hangs on a commitment, read again after waiting for the municipality."""

from typing import TypeVar

from sqlalchemy import select

from tracker.agenda.models import Commitment
from tracker.core.db import db
from tracker.core.errors import NotHere
from tracker.follow_up.models import Assessment, DateRequest, Obstacle

Found = TypeVar("Found", Assessment, DateRequest, Obstacle)


def found_on(model: type[Found], commitment: Commitment, row_id: int) -> Found:
    """The row of that id of this very commitment as it stands now; else NotHere.

    Somebody else may have answered or cleared it while this writer waited for the municipality.
    """
    own = model.municipality_id == commitment.municipality_id, model.commitment_id == commitment.id
    statement = select(model).where(*own, model.id == row_id).execution_options(populate_existing=True)
    row = db.session.scalar(statement)
    if row is None:
        raise NotHere(row_id)
    return row
