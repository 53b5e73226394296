"""What comes in, bounded before anybody reads it: the size of bodies, the ids in addresses."""

from flask import Request
from werkzeug.routing import IntegerConverter

#: Largest form without files, in bytes; the library limits only those with files.
LARGEST_FORM = 1024 * 1024


class FormRequest(Request):
    """A request whose body is small unless it carries files."""

    @property
    def max_content_length(self) -> int | None:
        """Bytes taken in at most."""
        return super().max_content_length if self.mimetype == "multipart/form-data" else LARGEST_FORM

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value


class IdConverter(IntegerConverter):
    """The id of a row in an address: a number that a database can hold, from 1 on; anything else is no address."""

    regex = r"[1-9][0-9]{0,17}"
