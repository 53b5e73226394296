"""The columns of a workbook: order for people, width, and what may be typed into each."""

from collections.abc import Sequence
from typing import Any

from tracker.agenda.filtering import Choices
from tracker.agenda.rules import TITLE_LENGTH
from tracker.core.i18n import _
from tracker.core.sheets.workbooks import Column
from tracker.exchange.back.marks import DAYS, MONEY, PARAGRAPHS
from tracker.exchange.wording import CHOSEN, choices, heading
from tracker.territory.rules import FIRST_DAY, LAST_DAY

#: What people look at first stands first; what is rarely filled in, last.
ORDER = (
    *("code", "milestone_of", "title", "unit", "responsible", "start_on", "due_on", "due_precision"),
    *("state", "progress", "completed_on", "outcome", "closing_note", "description"),
    *("quantity", "measure", "delivered", "co_units", "partner", "line", "action", "weight"),
    *("budget", "currency", "source_of_funds", "fiscal_year", "budget_current", "budget_executed", "budget_paid"),
    *("verification", "public", "unit_email", "responsible_email"),
)
_WIDE = {"title": 52.0, "description": 40.0, "closing_note": 32.0, "verification": 32.0, "unit": 28.0, "code": 12.0}
_WIDE |= {"line": 28.0, "action": 28.0, "co_units": 26.0, "partner": 26.0, "responsible": 22.0, "progress": 10.0}
_WIDE |= {"unit_email": 28.0, "responsible_email": 28.0, "source_of_funds": 22.0, "milestone_of": 12.0}
_WIDE |= {"currency": 10.0, "public": 10.0, "weight": 12.0, "start_on": 12.0, "due_on": 12.0, "due_precision": 13.0}


def columns_of(fields: Sequence[str], locale: str | None) -> list[Column]:
    """How the columns of these fields look and what they take, in their order for people."""
    rules = _rules()
    return [
        Column(heading(field, locale), _WIDE.get(field, 14.0), **rules.get(field, {}))
        for field in ORDER
        if field in fields
    ]


def _rules() -> dict[str, dict[str, Any]]:
    day = {"kind": "day", "least": FIRST_DAY, "most": LAST_DAY, "refusal": _("Give a day between 1990 and 2100.")}
    amount = {"kind": "amount", "least": 0, "refusal": _("Give an amount of 0 or more.")}
    chosen = {field: {"choices": field, "refusal": _("Choose one of the list.")} for field in CHOSEN}
    return {
        **chosen,
        **dict.fromkeys(DAYS, day),
        **dict.fromkeys(("quantity", "delivered", *MONEY), amount),
        **{field: {"kind": "paragraph"} for field in PARAGRAPHS},
        "code": {"locked": True},
        "title": {
            "wrap": True,
            "most": TITLE_LENGTH,
            "least": 1,
            "refusal": _("At most %(count)s characters.", count=TITLE_LENGTH),
        },
        "unit": {
            "choices": "unit",
            "free": True,
            "refusal": _("No unit has this name. Give its mail address in the same row if it is a new one."),
        },
        "line": {"choices": "line", "free": True, "refusal": _("The plan has no line of this name yet.")},
        "fiscal_year": {
            "kind": "whole",
            "least": FIRST_DAY.year,
            "most": LAST_DAY.year,
            "refusal": _("Give the fiscal year of the money, such as 2027."),
        },
        "progress": {"kind": "whole", "least": 0, "most": 100, "refusal": _("Give a whole number from 0 to 100.")},
        "weight": {"kind": "whole", "least": 0, "most": 1000, "refusal": _("Give a whole number from 0 to 1000.")},
    }


def lists_of(locale: str | None, offered: Choices) -> dict[str, list[str]]:
    """The words to choose from, by the name of their list."""
    lists = {field: list(choices(field, locale).values()) for field in CHOSEN}
    units, lines = [name for _id, name in offered.units], [title for _id, title in offered.lines]
    return lists | {"unit": list(dict.fromkeys(units)), "line": list(dict.fromkeys(lines))}
