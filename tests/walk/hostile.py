"""Values that no honest person sends, and what became of the text when they are refused."""

from html.parser import HTMLParser
from typing import Any

SCRIPT = "<script>alert(1)</script>\"'"
#: What must never stand in a page as it was typed.
RAW = "<script>alert(1)"

#: A text, bytes that are no text, or a list for a key sent several times.
VALUES: dict[str, Any] = {
    "NUL": "antes\x00después",
    "70,000 characters": "ñ" * 70_000,
    "right-to-left marks": "a\u202eb\u2066c",
    "a lone surrogate": "a\ud800b",
    "bytes that are no text": b"\xff\xfe\xc3",
    "30 February": "2026-02-30",
    "year 0": "0000-01-01",
    "year 1": "0001-01-01",
    "year 9999": "9999-12-31",
    "140": "140",
    "not a number": "NaN",
    "more than a number holds": "1e400",
    "less than a number holds": "1e-400",
    "below 0": "-1",
    "40 digits": "9" * 40,
    "5,000 digits": "9" * 5_000,
    "a digit that is no number": "²",
    "nothing": "",
    "spaces": " \t\u00a0 ",
    "twice the same key": ["uno", "dos"],
    "a script": SCRIPT,
    "a formula": '=HYPERLINK("http://evil.example","a")',
    "another site": "//evil.example/",
    "a header": "a\r\nSet-Cookie: b=c",
}
#: Of these, what says enough about a field that nobody types into.
ENOUGH = (
    "NUL",
    "bytes that are no text",
    "5,000 digits",
    "a digit that is no number",
    "twice the same key",
    "a script",
)
#: Kinds of fields that people type words or numbers into, and from what length on a line takes any words.
TYPED, LONG = ("line", "text", "textarea", "email"), 100
#: Of these, what a field for a day may take.
NO_DAY_GIVEN = ("nothing", "spaces")
#: Answers that are no accident; 409 and 429 are refusals with a page of their own.
CALM = (200, 303, 400, 403, 404, 409, 413, 422, 429)


def kept(kind: str, value: Any) -> str | None:
    """How a refused value must stand in its field again; None where nothing can be said."""
    if not isinstance(value, str) or kind not in TYPED:
        return None
    if "\ud800" in value:
        return None
    return folded(value)


def folded(text: str) -> str:
    """Text without what forms may fold: line ends and double spaces."""
    return " ".join(text.split())


def values_for(kind: str) -> dict[str, Any]:
    """What is tried in a field: everything where people type, some of it where they only choose."""
    return VALUES if kind in (*TYPED, "date") else {what: VALUES[what] for what in ENOUGH}


class _Fields(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.kinds: dict[str, str] = {}
        self._action, self._inside = action, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("action", "") == self._action and given.get("method", "") == "post"
        elif self._inside and given.get("name") and tag in ("input", "textarea", "select"):
            kind = tag if tag != "input" else given.get("type", "text")
            if kind == "text":
                plain = "inputmode" not in given and int(given.get("maxlength", "0")) >= LONG
                kind = "line" if plain else "text"
            self.kinds[given["name"]] = kind


def kinds_of(html: str, action: str) -> dict[str, str]:
    """The kind of every field of the form that goes to this address: line, text, textarea, date, select, hidden …

    A `line` takes any words; a `text` takes a number, a code or an address.
    """
    reader = _Fields(action)
    reader.feed(html)
    reader.kinds.pop("csrf_token", None)
    return reader.kinds
