"""The trail in sentences: verbs and fields in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tracker.audit.models import AuditEntry
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
    "add_milestone": _l("%(name)s added a milestone"),
    "edit_milestone": _l("%(name)s changed a milestone"),
    "complete_milestone": _l("%(name)s marked a milestone as reached"),
    "cancel_milestone": _l("%(name)s dropped a milestone"),
    "reopen_milestone": _l("%(name)s took up a milestone again"),
    "import": _l("%(name)s brought it in from a sheet"),
    "undo_import": _l("%(name)s took the import back"),
    "attach": _l("%(name)s added a file"),
    "keep": _l("%(name)s kept it as it is, late"),
    "correct_date": _l("%(name)s brought the due date up to date"),
    "approve_mails": _l("%(name)s let many mails leave on one day"),
    "decline_mails": _l("%(name)s decided that mails that waited are not sent"),
    "send_mail_again": _l("%(name)s had a mail sent again"),
    "promise": _l("%(name)s promised what had been a draft"),
    "note": _l("%(name)s kept a note"),
    "share": _l("%(name)s shared the agenda with those who monitor"),
    "stop_sharing": _l("%(name)s stopped sharing the agenda"),
    "join": _l("%(name)s noted that it belongs to an association"),
    "attend": _l("%(name)s noted that it came to a workshop"),
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
}

FIELDS = {
    "title": _l("title"),
    "description": _l("description"),
    "due_on": _l("due date"),
    "start_on": _l("start"),
    "due_precision": _l("precision of the date"),
    "progress": _l("progress"),
    "delivered": _l("delivered"),
    "quantity": _l("quantity"),
    "measure": _l("what is counted"),
    "promised_to": _l("promised to"),
    "text": _l("what was said"),
    "reason": _l("reason"),
    "outcome": _l("how it ended"),
    "completed_on": _l("day it was done"),
    "weight": _l("weight"),
    "verification": _l("means of verification"),
    "precondition": _l("precondition"),
    "instrument": _l("instrument"),
    "act_number": _l("number of the act"),
    "act_kind": _l("kind of act"),
    "act_on": _l("day of the act"),
    "public": _l("open to the public"),
    "unit": _l("unit"),
    "file": _l("file"),
    "mailbox": _l("mail address"),
}


def sentence_of(entry: AuditEntry) -> str:
    """Who did what: "Ana López moved the due date"."""
    words = VERBS.get(entry.verb)
    name = entry.name or _("the system")
    return str(words) % {"name": name} if words else f"{name}: {entry.verb}"


def changes_of(entry: AuditEntry, outcomes: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(field, before, after) in words, only of fields that say something to people."""
    answer = []
    for field, (before, after) in entry.changes.items():
        if field in FIELDS:
            answer.append((str(FIELDS[field]), _value(field, before, outcomes), _value(field, after, outcomes)))
    return answer


def _value(field: str, value: Any, outcomes: Mapping[str, Any]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.endswith("_on"):
        return format_day(date.fromisoformat(str(value)))
    if field == "progress":
        return format_percent(int(value))
    if field in ("outcome", "due_precision") and value in outcomes:
        return str(outcomes[value])
    if isinstance(value, int | float):
        return format_number(value)
    return str(value)
