"""Runs in words: their states, their steps, what came of them."""

from collections.abc import Mapping
from typing import Any

from tracker.core.i18n import _l, ngettext

STATE_WORDS = {
    "draft": _l("begun"),
    "refused": _l("could not come in yet"),
    "queued": _l("waits its turn"),
    "running": _l("coming in"),
    "done": _l("brought in"),
    "undone": _l("undone"),
}
STEP_WORDS = {
    "": _l("It waits its turn."),
    "reading": _l("The sheet is being read."),
    "writing": _l("The rows are being written."),
    "counting": _l("The agenda is being counted."),
}
#: What lines of a mapping put right.
RULE_WORDS = {
    "date_slips": _l("a slip in a day: what was meant"),
    "bad_date": _l("a day that cannot be read: no date"),
    "empty_due_date": _l("no due date"),
    "due_before_start": _l("due before the start: start left empty"),
    "year": _l("a year alone: its last day"),
    "clamp": _l("progress taken as 0 or 100 percent"),
    "lowest_of": _l("several figures of progress: the lowest"),
    "progress_share_of": _l("progress divided by its weight"),
    "done_when_progress": _l("completed because of its progress"),
    "long_title": _l("a long title shortened"),
    "unit_mailbox": _l("a mail address made of the unit's name"),
    "repeated": _l("the same commitment twice"),
    "date_not_stated": _l("completed, the day not stated"),
    "example": _l("the example row of the empty sheet: not imported"),
    "mends": _l("mended by hand"),
    "leave_out": _l("left out by hand"),
    "all_units": _l("every unit takes part"),
    "split_units": _l("several units in one cell"),
}


def counts_in_words(result: Mapping[str, Any]) -> list[str]:
    """What came of a run, a few words each."""
    if "created" not in result:
        return []
    created, updated, same = result["created"], result["updated"], result["unchanged"]
    words = [ngettext("%(num)s new", "%(num)s new", created)]
    if updated:
        words.append(ngettext("%(num)s changed", "%(num)s changed", updated))
    if same:
        words.append(ngettext("%(num)s as before", "%(num)s as before", same))
    return words
