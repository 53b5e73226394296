"""Reading a page as a browser does: where it leads, what it sends, which words it shows."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Elements whose text nobody reads; nor are words what is in those that are not to be translated, such as codes.
UNSEEN = {"script", "style", "svg"}
#: Attributes that people read or hear.
SPOKEN = {"title", "placeholder", "aria-label", "alt", "data-label", "label", "content"}
EMPTY = {"input", "br", "meta", "link", "img", "hr", "path", "rect", "circle"}


@dataclass
class Read:
    """What a page offers and says."""

    #: (method, address) of links, forms and what htmx fetches.
    leads: list[tuple[str, str]] = field(default_factory=list)
    #: Visible texts, a piece each.
    words: list[str] = field(default_factory=list)
    #: Attributes that are shown or read aloud.
    spoken: list[str] = field(default_factory=list)


def read(html: str) -> Read:
    """Read a page."""
    reader = _Reader()
    reader.feed(html)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Read()
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.found.leads.append(("GET", given["href"]))
        if tag == "form":
            self.found.leads.append((given.get("method", "get").upper(), given.get("action", "")))
        for name, method in (("data-hx-get", "GET"), ("data-hx-post", "POST")):
            if name in given:
                self.found.leads.append((method, given[name]))
        self.found.spoken += [
            value for name, value in given.items() if name in SPOKEN and value and tag not in ("meta", "link")
        ]
        if (tag in UNSEEN or given.get("translate") == "no") and tag not in EMPTY:
            self._unseen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and self._unseen[-1] == tag:
            self._unseen.pop()

    def handle_data(self, data: str) -> None:
        if not self._unseen and data.strip():
            self.found.words.append(data.strip())
