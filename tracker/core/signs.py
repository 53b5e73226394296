"""Signs that no text may hold, wherever it is typed."""

import unicodedata

#: Direction signs that make text read other than it is.
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def unfit_sign(text: str) -> str | None:
    """Why the text cannot be kept: a `control` or `direction` sign, `half` a character; None where it can."""
    if text.isascii() and text.isprintable():
        return None
    for sign in text:
        if sign in _DIRECTION:
            return "direction"
        if 0xD800 <= ord(sign) <= 0xDFFF:
            return "half"
        if unicodedata.category(sign) == "Cc" and sign not in "\r\n\t":
            return "control"
    return None
