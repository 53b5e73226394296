"""Text that a spreadsheet program would run, made harmless in CSV and given back unchanged.

A program that splits at another sign than the file does sees cells begin in the middle of ours: after `;` and tab,
and, since it does not know the quotation marks around the cell, on every line of it. So the apostrophe that makes
text of a formula stands wherever a cell could be seen to begin.
"""

import re

from tracker.core.sheets.text import is_error

_FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20"
#: Quotation marks may come before the sign: they are what splitting leaves of those around the cell.
_MARKS = "['\"]*"
_RISKY = re.compile(f"^(?={_MARKS}[{_FORMULA}\t\r])|[;\t\n\r](?={_MARKS}[{_FORMULA}])")
_GUARDED = re.compile(f"(^)'(?={_MARKS}[{_FORMULA}\t\r])|([;\t\n\r])'(?={_MARKS}[{_FORMULA}])")


def guard(text: str) -> str:
    """The text with an apostrophe wherever a formula could begin, and before what looks like a failed one."""
    guarded = _RISKY.sub(lambda found: found[0] + "'", text)
    return "'" + guarded if is_error(guarded.lstrip("'")) else guarded


def unguard(text: str) -> str:
    """What `guard` was given; other text as it is."""
    if text[:1] == "'" and is_error(text.lstrip("'")):
        text = text[1:]
    return _GUARDED.sub(lambda found: found[1] or found[2] or "", text) if "'" in text else text
