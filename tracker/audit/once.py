"""A form that is taken in once, however often it is sent."""

from collections.abc import Callable
from typing import Protocol

from tracker.audit.models import Act
from tracker.audit.operations import remember_submission
from tracker.audit.queries import result_of_submission
from tracker.core.db import db
from tracker.core.errors import EditConflict, Refused


class Clicked(Protocol):
    """What it needs of a form."""

    def click(self) -> str:
        """The id of this click."""

    def refuse(self, refused: Refused) -> None:
        """Put a rule's refusal where it belongs."""


def taken_once(
    act: Act, form: Clicked, begin: Callable[[], None], write: Callable[[Act], str | None], url: str
) -> str | None:
    """Write what a form asks for; the address to go on to: `url`, or what `write` returns. The caller commits.

    `begin` begins to write (holds what is written). None where the form has to be shown again, with what is wrong
    in it; then nothing is written. The second click of the same form goes where the first one went. EditConflict is
    left to the caller.
    """
    try:
        begin()
        if earlier := result_of_submission(form.click(), act.user_id):
            return earlier
        url = write(act) or url
        remember_submission(form.click(), act, url)
    except EditConflict:
        db.session.rollback()
        raise
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return None
    return url
