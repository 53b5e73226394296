"""Pages of a long list: which one is asked for, and the way to its neighbours."""

from collections.abc import Callable
from typing import Any

from flask import request

from tracker.core.i18n import _, format_number

#: Nobody turns more pages than that; what lies behind is found by a filter.
MOST_PAGES = 1_000


def asked_page() -> int:
    """The page of the address (`?page=3`), from 1 to MOST_PAGES; 1 for what is no number."""
    typed = request.args.get("page", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
    return min(max(1, number), MOST_PAGES)


def pager(number: int, more: bool, address: Callable[[int], str]) -> dict[str, Any] | None:
    """What components/pager.html shows; None where everything stands on one page."""
    if number == 1 and not more:
        return None
    return {
        "words": _("page %(number)s", number=format_number(number)),
        "previous_url": address(number - 1) if number > 1 else None,
        "next_url": address(number + 1) if more else None,
    }
