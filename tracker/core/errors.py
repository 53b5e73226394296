"""What can go wrong on a person's side. Each says what, where and what to do; views turn them into answers."""

from collections.abc import Mapping


class Refused(Exception):
    """A wish that a rule denies. `fields` maps a form field to its message; `message` is for the whole.

    Messages are already in the reader's language (or lazy strings that become it).
    """

    def __init__(self, message: object = "", fields: Mapping[str, object] | None = None) -> None:
        self.message = message
        self.fields = dict(fields or {})
        super().__init__(str(message) or "; ".join(str(text) for text in self.fields.values()))


class EditConflict(Refused):
    """Somebody else changed the same thing meanwhile; nothing was written."""


class NotHere(Exception):
    """What was asked for does not exist, or not for this person: both answer alike (404)."""


class Busy(Exception):
    """The database could not be had in time; trying again later is right (503)."""
