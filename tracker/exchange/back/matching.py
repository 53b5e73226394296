"""Which row of a workbook that comes back is which row that left, and rows that are not as they left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.agenda.intake.incoming import Fault
from tracker.core.i18n import _l
from tracker.core.sheets import Sheet, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange.back.note import REF, Left, Note
from tracker.exchange.layout import Layout, is_blank
from tracker.exchange.mapping import AgendaMapping, Returning


@dataclass
class Matched:
    """Row numbers and the names of the rows that left."""

    known: dict[int, str] = field(default_factory=dict)
    #: Rows that carry a code that is another's: it is taken off.
    new: list[int] = field(default_factory=list)
    #: Rows that cannot be taken in before somebody has decided what they are.
    open: list[int] = field(default_factory=list)
    #: Names that no row carries any more.
    removed: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    number: int
    ref: str
    code: str
    milestone_of: str

    def is_as(self, left: Left) -> bool:
        """Whether code and commitment are those it left with; an emptied code leaves it what it is."""
        same = self.code.lower() in ("", left.code.lower())
        return same and self.milestone_of.lower() == left.milestone_of.lower()


def match_rows(sheet: Sheet, layout: Layout, note: Note, mapping: AgendaMapping) -> Matched:
    """Find each row by its name, whatever its place; what cannot be told apart is a fault in words."""
    decided = mapping.back or Returning()
    matched = Matched()
    by_ref: dict[str, list[_Row]] = {}
    for row in _named(sheet, layout, mapping):
        by_ref.setdefault(row.ref, []).append(row)
    for ref, rows in by_ref.items():
        left = note.rows.get(ref)
        if left is None:
            for row in rows:
                _strange(matched, row, decided)
            continue
        own = next((row for row in rows if row.is_as(left)), rows[0])
        for row in rows:
            if row is own:
                _own(matched, row, left, decided)
            else:
                _copied(matched, row, own, left, decided)
    matched.removed = [ref for ref in note.rows if ref not in by_ref]
    return matched


def gone(matched: Matched, number: int, decided: Returning) -> None:
    """What a row is about is no longer there."""
    del matched.known[number]
    reason = _l("What this row was about is not in the agenda any more. Leave it out, or say that it is new.")
    _ask(matched, number, "", decided, reason)


def ref_column(layout: Layout) -> int | None:
    """Where the names of rows stand."""
    return next((at for at, caption in enumerate(layout.captions) if caption == REF), None)


def _own(matched: Matched, row: _Row, left: Left, decided: Returning) -> None:
    matched.known[row.number] = row.ref
    if row.is_as(left) or decided.codes == "as_left":
        return
    if row.code.lower() not in ("", left.code.lower()):
        reason = _l(
            "This row left with the code %(code)s. Codes stay for good: write it again, or empty the cell.",
            code=left.code or "–",
        )
        matched.faults.append(Fault(row.number, "code", row.code, reason))
    else:
        reason = (
            _l(
                "This row left as a milestone of %(code)s. Milestones stay with their commitment.",
                code=left.milestone_of,
            )
            if left.milestone_of
            else _l("This row left as a commitment. It cannot become a milestone.")
        )
        matched.faults.append(Fault(row.number, "milestone_of", row.milestone_of, reason))


def _copied(matched: Matched, row: _Row, own: _Row, left: Left, decided: Returning) -> None:
    """A row that was copied to begin a new one: the code tells, else somebody has to."""
    if left.code and row.code.lower() != left.code.lower():
        return
    reason = _l("This row is a copy of row %(row)s. Leave it out, or say that it is new.", row=own.number)
    _ask(matched, row.number, row.code, decided, reason)


def _strange(matched: Matched, row: _Row, decided: Returning) -> None:
    reason = _l("This row left with another workbook. Bring that one in by itself, or say that the row is new.")
    _ask(matched, row.number, row.code, decided, reason)


def _ask(matched: Matched, number: int, code: str, decided: Returning, reason: object) -> None:
    if decided.copies == "new":
        matched.new.append(number)
    else:
        matched.open.append(number)
        matched.faults.append(Fault(number, "code", code, reason))


def _named(sheet: Sheet, layout: Layout, mapping: AgendaMapping) -> Iterator[_Row]:
    at, out = ref_column(layout), set(mapping.leave_out)
    for number, cells in enumerate(sheet.rows[layout.first_row - 1 :], layout.first_row):
        if at is None or number in out or at >= len(cells) or is_blank([*cells[:at], *cells[at + 1 :]]):
            continue
        ref = fold(cell_text(cells[at]))
        if ref:
            mended = mapping.mends.get(str(number), {})
            code, milestone_of = (_said(cells, layout, mended, name) for name in ("code", "milestone_of"))
            yield _Row(number, ref, code, milestone_of)


def _said(cells: Sequence[object], layout: Layout, mended: Mapping[str, str | None], name: str) -> str:
    if name in mended:
        return fold(mended[name] or "")
    columns = layout.fields.get(name, ())
    if not columns or columns[0] >= len(cells):
        return ""
    return fold(cell_text(cells[columns[0]]))  # type: ignore[arg-type]
