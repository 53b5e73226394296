"""Agreements with partners."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.agenda.models import Agreement
from tracker.agenda.rules import TITLE_LENGTH
from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import EditConflict, NotHere, Refused
from tracker.core.i18n import _l
from tracker.territory.queries import hold
from tracker.territory.rules import FIRST_DAY, LAST_DAY, Place


@dataclass(frozen=True)
class Agreed:
    """What a person may type about an agreement."""

    title: str
    partner_id: int | None
    number: str = ""
    from_on: date | None = None
    until_on: date | None = None


def add_agreement(act: Act, place: Place, agreed: Agreed) -> Agreement:
    """Write an agreement down; Refused with a message per field."""
    hold(place.id)
    _check(agreed)
    agreement = Agreement(municipality_id=place.id, version=1, **vars(agreed))
    db.session.add(agreement)
    db.session.flush()
    changes = {name: (None, value or None) for name, value in vars(agreed).items()}
    record(act, "create", place.id, f"agreement:{agreement.id}", changes)
    return agreement


def edit_agreement(act: Act, place: Place, agreement_id: int, agreed: Agreed, version: int) -> Agreement:
    """Correct an agreement; EditConflict when somebody saved after `version`, Refused with a message per field."""
    hold(place.id)
    agreement = db.session.scalar(
        select(Agreement).where(Agreement.municipality_id == place.id, Agreement.id == agreement_id)
    )
    if agreement is None:
        raise NotHere(agreement_id)
    if agreement.version != version:
        raise EditConflict(_l("Somebody else changed this agreement while you were writing."))
    _check(agreed)
    before = {name: getattr(agreement, name) for name in vars(agreed)}
    for name, value in vars(agreed).items():
        setattr(agreement, name, value)
    agreement.version += 1
    record(
        act,
        "edit",
        place.id,
        f"agreement:{agreement.id}",
        {name: (before[name], value) for name, value in vars(agreed).items()},
    )
    return agreement


def _check(agreed: Agreed) -> None:
    wrong: dict[str, object] = {}
    if not agreed.title.strip():
        wrong["title"] = _l("Write what was agreed.")
    elif len(agreed.title) > TITLE_LENGTH:
        wrong["title"] = _l("At most %(count)s characters.", count=TITLE_LENGTH)
    if agreed.partner_id is None:
        wrong["partner_id"] = _l("Choose the partner, or type a new one.")
    for name in ("from_on", "until_on"):
        day = getattr(agreed, name)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            wrong[name] = _l("Give a day between 1990 and 2100.")
    if agreed.from_on and agreed.until_on and agreed.until_on < agreed.from_on and "until_on" not in wrong:
        wrong["until_on"] = _l("It ends before it begins.")
    if wrong:
        raise Refused(fields=wrong)
