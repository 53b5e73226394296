"""A workbook that comes back, settled: each cell says what shall stand there, whoever of the two changed it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tracker.core.sheets import Cell, OutCell, Row, Sheet
from tracker.exchange.back import rules
from tracker.exchange.back.coming import Back, Change, Now, Told
from tracker.exchange.back.marks import DAYS, due_said, plain
from tracker.exchange.back.matching import Matched, gone, match_rows
from tracker.exchange.back.meanwhile import Meanwhile, removed_since
from tracker.exchange.back.note import Left, Note
from tracker.exchange.back.rules import Ways
from tracker.exchange.layout import Layout
from tracker.exchange.leaving.rows import rows_of
from tracker.exchange.mapping import AgendaMapping, Returning
from tracker.territory.rules import FIRST_DAY, LAST_DAY, Place

_REF = re.compile(r"c(\d{1,18})(?:m(\d{1,18}))?")
#: The day before day 1 of a spreadsheet, which believes that 1900 was a leap year.
_DAY_NOUGHT = date(1899, 12, 30)
#: Names of a row, not contents.
_NAMES = ("code", "milestone_of")


def settle(
    place: Place, day: date, sheet: Sheet, layout: Layout, note: Note, mapping: AgendaMapping
) -> tuple[Sheet, Back]:
    """The sheet as it is to be taken in, and what was found; the municipality is held.

    What only the file changed stands as the file says it, all else as it stands here on this `day`. In an undecided
    conflict it is what stands here, and the conflict is told.
    """
    back, matched = Back(note.at), match_rows(sheet, layout, note, mapping)
    decided = mapping.back or Returning()
    ids = {number: _ids(ref) for number, ref in matched.known.items()}
    now = {row.ref: row.cells for row in rows_of(place, sorted({found[0] for found in ids.values() if found}), day)}
    removed = removed_since(place.id, note.at)
    for number, ref in list(matched.known.items()):
        # A number of a row that was taken away may be that of another row by now.
        if ref not in now or _subject(ids[number]) in removed or not _is_called(now[ref], note.rows[ref]):
            gone(matched, number, decided)
    meanwhile = Meanwhile(place.id, [found[0] for found in ids.values() if found], note.at)
    settled = [_with_days(row, layout, number) for number, row in enumerate(sheet.rows, 1)]
    for number in matched.new:
        _put(settled[number - 1], layout, "code", None)
    for number in matched.open:
        settled[number - 1] = []
    for number, ref in matched.known.items():
        one = _One(number, ref, note.rows[ref], now[ref], settled[number - 1], layout)
        one.settle(back, decided, meanwhile)
        found = ids[number]
        if found and found[1] is not None:
            back.milestones[number] = found[1]
    back.faults = matched.faults
    back.removed = _called(matched, note)
    return replace(sheet, rows=settled), back


def _is_called(now: Now, left: Left) -> bool:
    """Whether what stands here is still called as it left: codes stay for good."""
    called = str(now.get("code") or "").lower(), str(now.get("milestone_of") or "").lower()
    return called == (left.code.lower(), left.milestone_of.lower())


def _subject(ids: tuple[int, int | None] | None) -> str:
    """How the trail names a row."""
    if ids is None:
        return ""
    return f"commitment:{ids[0]}" if ids[1] is None else f"milestone:{ids[1]}"


class _One:
    """One row that is known again."""

    def __init__(self, number: int, ref: str, left: Left, now: Now, row: Row, layout: Layout) -> None:
        self.number, self.ref, self.left, self.now, self.row, self.layout = number, ref, left, now, row, layout
        names = [name for name in layout.fields if name in left.marks and name not in _NAMES]
        said = {name: plain(name, self._cell(name)) for name in names}
        if "due_on" in names:
            said |= due_said(self._cell("due_on"), said.get("due_precision", ""))
        self.ways: dict[str, Ways] = {
            name: Ways(left.marks[name], said[name], plain(name, now.get(name)), _is_added(name)) for name in names
        }

    def settle(self, back: Back, decided: Returning, meanwhile: Meanwhile) -> None:
        """Put into each cell what shall stand there."""
        back.emptied += sum(cell.is_emptied for cell in self.ways.values())
        outdated: list[str] = []
        for names in rules.together(self.ways):
            found = rules.verdict([self.ways[name] for name in names])
            chosen = self._chosen(names, decided) if found == "conflict" else None
            if found == "conflict":
                back.conflicts.append(self._change(names, meanwhile, chosen))
            elif found == "theirs" and any(self.ways[name].is_theirs for name in names):
                back.kept.append(self._change(names, meanwhile, None))
            if names == ("unit",):
                outdated = rules.outdated(self.ways, found, chosen)
            if rules.wins(found, chosen) != "mine":
                for name in names:
                    self._put(name, self.now.get(name))
        for name in outdated:
            self._put(name, None)
        for name in _NAMES:
            self._put(name, self.now.get(name))

    def _chosen(self, names: Sequence[str], decided: Returning) -> rules.Side | None:
        choice = decided.choices.get(f"{self.ref}.{names[0]}")
        if choice is not None and choice.over == self._over(names):
            return choice.take
        return decided.conflicts

    def _change(self, names: Sequence[str], meanwhile: Meanwhile, chosen: rules.Side | None) -> Change:
        commitment_id, milestone_id = _ids(self.ref) or (0, None)
        step = milestone_id is not None
        differing = [name for name in names if self.ways[name].mine != self.ways[name].theirs]
        cells = tuple(
            Told(
                name,
                meanwhile.base(commitment_id, name, self.left.marks[name], self.now, step),
                self.ways[name].mine,
                self.ways[name].theirs,
            )
            for name in sorted(differing, key=names.index)
        )
        return Change(
            self.number,
            self.ref,
            str(self.now.get("code") or self.now.get("milestone_of") or ""),
            str(self.now.get("title") or ""),
            cells,
            meanwhile.trace(commitment_id, differing, step),
            self._over(names),
            chosen,
            names[0],
        )

    def _over(self, names: Sequence[str]) -> str:
        return rules.mark("\n".join(self.ways[name].theirs for name in names))

    def _cell(self, name: str) -> Cell:
        at = self.layout.fields[name][0]
        return self.row[at] if at < len(self.row) else None

    def _put(self, name: str, value: OutCell) -> None:
        _put(self.row, self.layout, name, value)


def _ids(ref: str) -> tuple[int, int | None] | None:
    """Ids of a commitment, and of its milestone where the row is one."""
    found = _REF.fullmatch(ref)
    return (int(found[1]), int(found[2]) if found[2] else None) if found else None


def _is_added(name: str) -> bool:
    return name in rules.ONLY_ADDED


def _put(row: Row, layout: Layout, name: str, value: OutCell) -> None:
    columns = layout.fields.get(name, ())
    if not columns:
        return
    row.extend([None] * (max(columns) + 1 - len(row)))
    for at in columns:
        row[at] = None
    row[columns[0]] = _readable(value)


def _readable(value: OutCell) -> Cell:
    """As a sheet holds it: no figure is lost."""
    if not isinstance(value, Decimal):
        return value
    return float(value) if Decimal(repr(float(value))) == value else format(value, "f")


def _with_days(cells: Sequence[Cell], layout: Layout, number: int) -> Row:
    """A copy of the row in which days are days again, where a program has left their numbers alone."""
    row = list(cells)
    for name in DAYS if number >= layout.first_row else ():
        for at in layout.fields.get(name, ()):
            cell = row[at] if at < len(row) else None
            if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell < 10**6:
                found = _DAY_NOUGHT + timedelta(days=int(cell))
                row[at] = found if FIRST_DAY <= found <= LAST_DAY else cell
    return row


def _called(matched: Matched, note: Note) -> list[str]:
    return [note.rows[ref].code or note.rows[ref].milestone_of for ref in matched.removed]
