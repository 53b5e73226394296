"""What is ticked, in an address or in a form."""

from collections.abc import Sequence

from flask import g
from werkzeug.datastructures import MultiDict

from tracker.agenda.models import Commitment
from tracker.agenda.queries.page import commitments_called
from tracker.follow_up.queries.bulk import MOST
from tracker.territory.rules import Place


def codes_in(sent: MultiDict[str, str]) -> list[str]:
    """Codes that are ticked, each once, `MOST` at most."""
    return list(dict.fromkeys(sent.getlist("codes")))[:MOST]


def ticked_rows(place: Place, codes: Sequence[str] | None) -> list[Commitment]:
    """Of what is ticked the open commitments that the visitor sees; NotHere for an unknown code."""
    rows = commitments_called(place, g.visitor.scope, (codes or ())[:MOST])
    return [row for row in rows if row.is_watched]
