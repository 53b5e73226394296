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
#: Of these, what a field for a day may take.
NO_DAY_GIVEN = ("nothing", "spaces")
#: Answers that are no accident; 409 and 429 are refusals with a page of their own.
CALM = (200, 303, 400, 403, 404, 409, 413, 422, 429)


def kept(kind: str, value: Any) -> str | None:
    """How a refused value must stand in its field again; None where nothing can be said."""
    if not isinstance(value, str) or kind not in ("text", "textarea", "email"):
        return None
    if "\ud800" in value:
        return None
    return folded(value)


def folded(text: str) -> str:
    """Text without what forms may fold: line ends and double spaces."""
    return " ".join(text.split())


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.kinds: dict[str, str] = {}
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("action", "") == self.action and given.get("method", "") == "post"
        elif self._inside and given.get("name") and tag in ("input", "textarea", "select"):
            self.kinds[given["name"]] = tag if tag != "input" else given.get("type", "text")

    action = ""


def kinds_of(html: str, action: str) -> dict[str, str]:
    """The kind of every field of the form that goes to this address: text, textarea, date, select, hidden …"""
    reader = _Fields()
    reader.action = action
    reader.feed(html)
    reader.kinds.pop("csrf_token", None)
    return reader.kinds
