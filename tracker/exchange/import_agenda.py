"""A sheet becomes an agenda: read, checked, taken in; all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol

from tracker.agenda.intake.bulk import examine, take_in
from tracker.agenda.intake.incoming import Incoming, Terms
from tracker.audit.models import Act
from tracker.core.i18n import _l
from tracker.core.sheets import Sheet, SheetError, read_sheet
from tracker.exchange.back.coming import Back
from tracker.exchange.back.note import REF
from tracker.exchange.back.recognising import recognise
from tracker.exchange.back.telling import conflict_faults
from tracker.exchange.guessing.remarks import ways_out
from tracker.exchange.layout import Layout, layout_of
from tracker.exchange.mapping import AgendaMapping, MappingError
from tracker.exchange.reading import Treated
from tracker.exchange.rows import read_rows, settle_units
from tracker.exchange.rows.look_alikes import LookAlike, look_alikes
from tracker.exchange.wrong import Wrong, wrongs_of
from tracker.territory.queries import hold, unit_names_of
from tracker.territory.rules import Place, name_key

#: So many rows are named in a notice.
_NAMED = 20
#: Columns that say nothing about a milestone; who fills them in such a row hears so.
_NOT_OF_MILESTONES = (
    *("unit", "co_units", "responsible", "partners", "line", "action", "quantity"),
    *("budget", "budget_current", "budget_executed", "budget_paid"),
)
_COLUMN_OF = {"partners": "partner"}


@dataclass
class ImportResult:
    """What an import did, or why it did nothing. Counts are rows of the sheet."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[int] = field(default_factory=list)
    treated: list[Treated] = field(default_factory=list)
    units_created: int = 0
    mailboxes: int = 0
    #: What was left aside without harm: captions nobody reads, columns without use.
    notices: list[object] = field(default_factory=list)
    errors: list[Wrong] = field(default_factory=list)
    #: The rows as they were read, whether or not they could come in.
    rows: list[Incoming] = field(default_factory=list)
    #: Row number → `created`, `updated` or `unchanged`; empty with errors.
    fates: dict[int, str] = field(default_factory=dict)
    #: Rows that would be new although the agenda has something that looks like them.
    look_alikes: list[LookAlike] = field(default_factory=list)
    #: Of a workbook that left from here: what both changed, and what else was found.
    back: Back | None = None

    def to_json(self) -> dict[str, Any]:
        """The shape other programs rely on; each treated row is named by its number."""
        rules: dict[str, list[int]] = {}
        for treated in self.treated:
            rules.setdefault(treated.rule, []).append(treated.row)
        counts = {rule: len(set(rows)) for rule, rows in sorted(rules.items())}
        if self.mailboxes:
            counts["unit_mailbox"] = self.mailboxes
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": len(self.skipped),
            "treated": counts,
            "units_created": self.units_created,
            "errors": [wrong.to_json() for wrong in self.errors],
            "skipped_rows": self.skipped,
            "treated_rows": {rule: sorted(set(rows)) for rule, rows in sorted(rules.items())},
            "notices": [str(notice) for notice in self.notices],
            "look_alikes": [alike.to_json() for alike in self.look_alikes],
            **({"back": self.back.to_json()} if self.back else {}),
        }


def import_agenda(
    act: Act,
    place: Place,
    content: bytes,
    file_name: str,
    mapping: AgendaMapping | None = None,
    ready: Sheet | None = None,
) -> ImportResult:
    """Take the sheet in `content` (CSV, XLSX, XLS, ODS) into the agenda of a municipality.

    The mapping says which sheet and how; without one the captions speak. With errors nothing was written.
    `ready` is the sheet where it was read from the content already.
    """
    mapping = mapping or AgendaMapping()
    if mapping.as_of is not None and mapping.as_of > act.day:
        reason = _l("The mapping's as_of, %(day)s, lies in the future.", day=mapping.as_of.isoformat())
        return ImportResult(errors=[Wrong(file_name, None, None, mapping.as_of.isoformat(), reason)])
    try:
        sheet = ready or read_sheet(content, file_name, mapping.sheet)
        layout = layout_of(sheet, mapping.header_rows, mapping.columns, "agenda", "title")
        if mapping.row_type is not None:
            layout = layout.with_field("row_type", mapping.row_type.column)
        hold(place.id)
        sheet, back, said = recognise(place, act.day, content, file_name, sheet, layout, mapping)
        rows, notes = read_rows(sheet, layout, mapping, act.day, _decimal_sign(place))
    except SheetError as error:
        return ImportResult(errors=[Wrong(mapping.sheet or file_name, None, None, "", error.reason)])
    except MappingError as error:
        reasons = error.reasons + (ways_out(sheet) if mapping.columns is None else [])
        return ImportResult(errors=[Wrong(sheet.name, None, None, "", reason) for reason in reasons])
    terms = Terms(
        create_units=mapping.create_units,
        unit_mailbox=mapping.treat.unit_mailbox,
        as_of=mapping.as_of,
        source=PurePath(file_name).stem.strip() or file_name,
    )
    if back is not None:
        rows = [replace(row, milestone_id=back.milestones.get(row.row)) for row in rows]
        notes.faults += back.faults + conflict_faults(back)
    rows = settle_units(rows, mapping, [name for _id, name in unit_names_of(place.id)], notes)
    alike, lost = look_alikes(place.id, rows, mapping)
    notes.faults += lost
    result = ImportResult(skipped=notes.skipped, treated=notes.treated, rows=rows, look_alikes=alike, back=back)
    if notes.faults:
        result.errors = wrongs_of(sheet, layout, notes.faults + examine(place, rows, terms))
        return result
    taken = take_in(act, place, rows, terms)
    if taken.faults:
        result.errors = wrongs_of(sheet, layout, taken.faults)
        return result
    result.created, result.updated, result.unchanged = taken.created, taken.updated, taken.unchanged
    result.units_created, result.mailboxes, result.fates = taken.units_created, taken.mailboxes, taken.fates
    result.notices = _notices(layout, mapping, [row for row in rows if row.milestone_of])
    result.notices += _people_notices(rows) + said
    return result


def _notices(layout: Layout, mapping: AgendaMapping, milestones: Sequence[Incoming]) -> list[object]:
    notices: list[object] = []
    ignored = [caption for caption in layout.ignored() if caption != REF]
    if ignored and mapping.columns is None:
        names = ", ".join(f"“{caption}”" for caption in ignored)
        notices.append(_l("Columns that were not read: %(names)s.", names=names))
    unused = [name for name in _NOT_OF_MILESTONES if any(getattr(row, name) for row in milestones)]
    if unused:
        names = ", ".join(f"“{layout.caption_of(_COLUMN_OF.get(name, name))}”" for name in unused)
        notices.append(_l("Rows that are milestones leave these columns unused: %(names)s.", names=names))
    return notices


def _people_notices(rows: Sequence[Incoming]) -> list[object]:
    """A person belongs to a unit: which of its commitments are whose is not kept, and that is said."""
    people: dict[str, set[str]] = {}
    for row in rows:
        if row.unit and not row.milestone_of:
            people.setdefault(name_key(row.unit), set()).add(name_key(row.responsible) if row.responsible else "")
    lost = [row.row for row in rows if row.responsible and len(people.get(name_key(row.unit), ())) > 1]
    if not lost:
        return []
    named = ", ".join(map(str, lost[:_NAMED])) + (" …" if len(lost) > _NAMED else "")
    return [
        _l(
            "Persons are kept with their unit, not with each commitment. Their units have other rows of somebody "
            "else or of nobody: rows %(rows)s.",
            rows=named,
        )
    ]


def _decimal_sign(place: Place) -> str:
    """How the country writes decimals, for text such as 1,234 that could mean either."""
    for name in (f"{place.languages[0].split('_')[0]}_{place.country_code}", place.languages[0]):
        try:
            return str(get_decimal_symbol(Locale.parse(name)))
        except (UnknownLocaleError, ValueError):
            continue
    return "."
