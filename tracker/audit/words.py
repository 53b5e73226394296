"""The trail in sentences: verbs and fields in the reader's language."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tracker.audit.fields import FIELDS
from tracker.audit.queries import TAKEN_OUT, Line
from tracker.core.i18n import _, _l, format_day, format_number, format_percent

#: What an entry did, with the name of who did it.
VERBS = {
    "create": _l("%(name)s wrote it down"),
    "edit": _l("%(name)s corrected it"),
    "move_date": _l("%(name)s moved the due date"),
    "set_mailbox": _l("%(name)s changed the mail address of the unit"),
    "report": _l("%(name)s reported progress"),
    "complete": _l("%(name)s closed it"),
    "cancel": _l("%(name)s dropped it"),
    "reopen": _l("%(name)s took it up again"),
    "suspend": _l("%(name)s suspended it for a time"),
    "end_suspension": _l("%(name)s ended the suspension"),
    "add_milestone": _l("%(name)s added a milestone"),
    "edit_milestone": _l("%(name)s changed a milestone"),
    "complete_milestone": _l("%(name)s marked a milestone as reached"),
    "cancel_milestone": _l("%(name)s dropped a milestone"),
    "reopen_milestone": _l("%(name)s took up a milestone again"),
    "make_occurrences": _l("%(name)s laid down when it recurs"),
    "not_held": _l("%(name)s noted that it was not held"),
    "import": _l("%(name)s brought it in from a sheet"),
    "undo_import": _l("%(name)s took the import back"),
    "attach": _l("%(name)s added a file"),
    "remove": _l("%(name)s took it away together with its import"),
    "keep": _l("%(name)s kept it as it is, late"),
    "correct_date": _l("%(name)s brought the due date up to date"),
    "approve_mails": _l("%(name)s let many mails leave on one day"),
    "decline_mails": _l("%(name)s decided that mails that waited are not sent"),
    "send_mail_again": _l("%(name)s had a mail sent again"),
    "promise": _l("%(name)s promised what had been a draft"),
    "take_over": _l("%(name)s took over what was inherited"),
    "renegotiate": _l("%(name)s renegotiated what was inherited"),
    "close_inherited": _l("%(name)s closed what was inherited"),
    "set_money": _l("%(name)s wrote down the money"),
    "note": _l("%(name)s kept a note"),
    "report_steady": _l("%(name)s reported that it is still on course"),
    "report_obstacle": _l("%(name)s said what is in the way"),
    "clear_obstacle": _l("%(name)s noted that something is not in the way any more"),
    "meet_condition": _l("%(name)s noted that what the date hangs on is there"),
    "assess": _l("%(name)s said how far it is"),
    "reply": _l("%(name)s answered for the municipality"),
    "ask_news": _l("%(name)s asked how it goes"),
    "undo_bulk": _l("%(name)s took back what was changed for several at once"),
    "ask_date": _l("%(name)s asked for a new date"),
    "grant_date": _l("%(name)s moved the due date as it was asked for"),
    "refuse_date": _l("%(name)s let the due date stand although a new one was asked for"),
    "withdraw_date_request": _l("%(name)s does not ask for a new date any more"),
    "share": _l("%(name)s shared the agenda with those who monitor"),
    "stop_sharing": _l("%(name)s stopped sharing the agenda"),
    "join": _l("%(name)s noted that it belongs to an association"),
    "attend": _l("%(name)s noted that it came to a workshop"),
    "not_attend": _l("%(name)s took back that it came to a workshop"),
    "leave_association": _l("%(name)s noted that it does not belong to an association any more"),
    "close_place": _l("%(name)s closed the municipality"),
    "carry_over": _l("%(name)s took it over from another municipality"),
    "pass_on": _l("%(name)s passed it on to another municipality"),
    "give_consent": _l("%(name)s let somebody from outside enter data"),
    "end_consent": _l("%(name)s ended the consent to enter data"),
    "choose_mails": _l("%(name)s chose what to hear by mail"),
    "invite": _l("%(name)s invited somebody"),
    "invite_again": _l("%(name)s sent an invitation again"),
    "revoke_invitation": _l("%(name)s took an invitation back"),
    "accept_invitation": _l("%(name)s accepted an invitation"),
    "decline_invitation": _l("%(name)s declined an invitation"),
    "add_role": _l("%(name)s gave somebody a role"),
    "end_role": _l("%(name)s took a role away"),
    "edit_account": _l("%(name)s changed name or language"),
    "set_password": _l("%(name)s set a new password"),
    "factor_on": _l("%(name)s switched the second factor on"),
    "factor_off": _l("%(name)s switched a second factor off"),
    "recovery_codes": _l("%(name)s made new recovery codes"),
    "ask_address": _l("%(name)s asked for another mail address"),
    "refuse_address": _l("%(name)s refused another mail address"),
    "change_address": _l("%(name)s changed the mail address of the account"),
    "leave_unit": _l("%(name)s took somebody out of a unit"),
    "hand_over": _l("%(name)s handed over from one person to another"),
    "set_policy": _l("%(name)s changed the figures of follow-up"),
    "forget": _l("%(name)s took a person's name out of the history on request"),
    "reseal": _l("%(name)s accepted the trail as it stood"),
}

_DAYS = {"day"}
#: How it came in.
DOORS = {
    "page": _l("by page"),
    "assistant": _l("as assistant, by consent"),
    "link": _l("by a link in a mail"),
    "import": _l("from a sheet"),
    "command": _l("by command"),
    "job": _l("by the daily check"),
    "demo": _l("for the demonstration"),
}
#: Verbs that the milestone's own title follows.
_OF_MILESTONES = {"edit_milestone", "complete_milestone", "cancel_milestone", "reopen_milestone", "not_held"}


def sentence_of(line: Line, part: str = "") -> str:
    """Who did what and why; `part` is what the part of the subject is called where that is known.

    "The due date moved from 31 Mar to 30 Jun, by Ana López: contractor withdrew", "Ana López reported progress".
    """
    name = _("somebody whose name was taken out") if line.name is None else line.name or _("the system")
    said = _moved(line, name)
    if not said:
        words = VERBS.get(line.told.verb)
        said = str(words) % {"name": name} if words else f"{name}: {line.told.verb}"
    title = _title(line) or part
    if title and line.told.part and line.told.verb != "add_milestone":
        said = _("%(sentence)s, “%(title)s”", sentence=said, title=title)
    reason = line.changes.get("reason", (None, None))[1]
    return f"{said}: {reason}" if isinstance(reason, str) and reason else said


def door_of(line: Line) -> str:
    """Through which door: "by page", "from a sheet"."""
    return str(DOORS.get(line.told.door, line.told.door))


def own_changes(line: Line) -> dict[str, tuple[Any, Any]]:
    """What changed, without what the sentence says already."""
    said = {"reason"}
    if _has_moved(line):
        said.add("due_on")
    if line.told.verb in _OF_MILESTONES and line.changes.get("title", ("", ""))[0] is None:
        said.add("title")
    return {field: pair for field, pair in line.changes.items() if field not in said}


def changes_of(changes: Mapping[str, tuple[Any, Any]], words: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(field, before, after) in words, only of fields that say something to people; empty where there is nothing.

    `words` are those of values that stand for something: outcomes, precisions, roles.
    """
    answer = []
    for field, (before, after) in changes.items():
        if field in FIELDS:
            answer.append((str(FIELDS[field]), _value(field, before, words), _value(field, after, words)))
    return answer


def _has_moved(line: Line) -> bool:
    before, after = line.changes.get("due_on", (None, None))
    return line.told.verb in ("move_date", "correct_date", "edit_milestone") and bool(before and after)


def _moved(line: Line, name: str) -> str:
    """The sentence of a date that moved; empty where none did."""
    if not _has_moved(line):
        return ""
    days = [date.fromisoformat(str(day)) for day in line.changes["due_on"]]
    before, after = (format_day(day, day.year != line.told.day.year) for day in days)
    if line.told.verb == "correct_date":
        return _(
            "The due date was brought up to date from %(before)s to %(after)s, by %(name)s",
            before=before,
            after=after,
            name=name,
        )
    return _("The due date moved from %(before)s to %(after)s, by %(name)s", before=before, after=after, name=name)


def _title(line: Line) -> str:
    before, after = line.changes.get("title", (None, None))
    return str(after or before or "")


def _value(field: str, value: Any, words: Mapping[str, Any]) -> str:
    if value is None or value == "":
        return ""
    if value is TAKEN_OUT:
        return _("(taken out)")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.endswith("_on") or field in _DAYS:
        return _day(value)
    if field == "progress":
        return format_percent(int(value))
    if field in ("outcome", "due_precision", "role", "verdict") and value in words:
        return str(words[value])
    if field in ("quantity", "delivered") or isinstance(value, int | float):
        return _number(value)
    return str(value)


def _day(value: Any) -> str:
    try:
        return format_day(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _number(value: Any) -> str:
    try:
        return format_number(value if isinstance(value, int | float) else Decimal(str(value)))
    except InvalidOperation:
        return str(value)
