"""What needs a person on the page that looks: faults by kind, units to make, rows that look like others."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from tracker.core.i18n import _
from tracker.core.sheets import fold
from tracker.exchange.bringing.deciding import for_all, for_cell, for_likeness, for_unit
from tracker.exchange.bringing.kinds import KINDS
from tracker.exchange.forms import PreviewForm
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.mapping.field_words import FIELD_WORDS

#: Things asked on one page, and of each kind where several are shown.
PAGE, A_FEW = 50, 10
#: So many of a kind stand open; more are folded below the one answer for all.
OPEN = 2
#: What stands in the sheet, shown with the question for all of a kind.
_EXAMPLES, _LENGTH = 4, 60

#: Kinds that are about a unit, which many rows may name.
_UNITS = ("unit", "unit_alike")

Fault = Mapping[str, Any]


class Questions:
    """The part of a look that one page asks about."""

    def __init__(self, look: Mapping[str, Any], kind: str, number: int) -> None:
        """With a `kind` only of that kind, page `number`; else a few of each."""
        self.faults: list[Fault] = look["faults"]
        self.by_kind: dict[str, list[Fault]] = {}
        for fault in self.faults:
            self.by_kind.setdefault(fault["kind"], []).append(fault)
        self.alike: dict[int, list[Fault]] = {}
        for alike in look["alike"]:
            self.alike.setdefault(int(alike["row"]), []).append(alike)
        self.units_alike: dict[str, list[str]] = look["units_alike"]
        self.kind = kind if kind in self.by_kind or (kind == "alike" and self.alike) else ""
        self.number = number
        self._first_units = bool(look["first_units"])
        self.whole = list(self.by_kind.get("whole", ()))

    @property
    def kinds(self) -> list[str]:
        """Kinds that are asked about, the largest first."""
        names = sorted((k for k in self.by_kind if k != "whole"), key=lambda k: -len(self.by_kind[k]))
        names = [*names, *(["alike"] if self.alike else [])]
        return [name for name in names if self.kind in ("", name)]

    def count(self, kind: str) -> int:
        """How many things of a kind there are: units by name, rows, cells."""
        if kind in _UNITS:
            return len(self.units(kind))
        return len(self.alike) if kind == "alike" else len(self.by_kind.get(kind, ()))

    def shown(self, kind: str) -> list[Any]:
        """Those of a kind that this page shows."""
        if kind in _UNITS:
            held: Sequence[Any] = list(self.units(kind).items())
        else:
            held = list(self.alike.items()) if kind == "alike" else self.by_kind.get(kind, [])
        if self.kind:
            return list(held[(self.number - 1) * PAGE : self.number * PAGE])
        return list(held[: max(3, A_FEW if len(self.kinds) > 3 else PAGE // max(1, len(self.kinds)))])

    def examples(self, kind: str) -> list[str]:
        """A few different texts of the sheet that are asked about."""
        held = [one["title"] for found in self.alike.values() for one in found[:1]] if kind == "alike" else []
        texts = held or [_with_proposal(fault) for fault in self.by_kind.get(kind, ())]
        return list(dict.fromkeys(text for text in texts if text))[:_EXAMPLES]

    def is_open(self, kind: str) -> bool:
        """Whether those of a kind stand there one by one; else they are folded below the answer for all."""
        return bool(self.kind) or self.count(kind) <= OPEN

    def _text(self, kind: str, fault: Fault) -> str:
        """What a cell starts with: a mend that is proposed only where it is seen."""
        return str((self.is_open(kind) and fault["suggestion"]) or fault["value"])

    def suggests(self, kind: str) -> bool:
        """Whether a mend is proposed for one of this kind."""
        return any(fault["suggestion"] for fault in self.by_kind.get(kind, ()))

    def units(self, kind: str = "unit") -> dict[str, list[Fault]]:
        """Unknown units by name, with the rows that name them; of one of the two kinds."""
        answer: dict[str, list[Fault]] = {}
        for fault in self.by_kind.get(kind, ()):
            answer.setdefault(str(fault["value"]), []).append(fault)
        return answer

    def unit_at(self, key: object) -> list[Fault]:
        """The rows that name the unknown unit of this key; none where there is none."""
        return next((faults for name, faults in self.units().items() if _key(name) == key), [])

    def unit_alike_at(self, key: object) -> str:
        """The name of this key that looks like a unit there is; empty where there is none."""
        return next((name for name in self.units("unit_alike") if _key(name) == key), "")

    def named_by(self, key: object) -> tuple[int, bool]:
        """How many rows name this unit, and whether any of them as the one that leads."""
        faults = self.unit_at(key)
        return len(faults), any(fault["field"] == "unit" for fault in faults)

    def typed(self) -> dict[str, Any]:
        """What the form starts with."""
        cells = [
            {
                "row": str(fault["row"]),
                "name": fault["field"],
                "text": (text := self._text(kind, fault)),
                "was": text,
                "called": _called(fault),
            }
            for kind in self.kinds
            if kind not in (*_UNITS, "alike")
            for fault in self.shown(kind)
        ]
        named = self.shown("unit") if "unit" in self.kinds else []
        units = [{"unit": _key(name), "name": name, "was": name} for name, _faults in named]
        alike = [{"row": str(row)} for row, _found in self.shown("alike")] if "alike" in self.kinds else []
        like = [{"unit": _key(n)} for n, _faults in self.shown("unit_alike")] if "unit_alike" in self.kinds else []
        kinds = [{"kind": kind, "choice": self._usual(kind)} for kind in self.kinds]
        return {"kinds": kinds, "cells": cells, "units": units, "alike": alike, "unit_alike": like}

    def _usual(self, kind: str) -> str:
        """The answer that is ticked beforehand: a municipality without units makes those of its first sheet."""
        return "make" if kind == "unit" and self._first_units else ""

    def forget_unknown(self, form: PreviewForm) -> bool:
        """Take out of a form what is no longer asked; whether there was any such thing."""
        known = {(str(fault["row"]), fault["field"]) for fault in self.faults}
        before = _length(form)
        form.kinds.entries = [e for e in form.kinds if e.form.kind.data in KINDS]
        form.cells.entries = [e for e in form.cells if (e.form.row.data, e.form.name.data) in known]
        form.units.entries = [e for e in form.units if self.unit_at(e.form.unit.data)]
        form.alike.entries = [e for e in form.alike if _number(e.form.row.data) in self.alike]
        form.unit_alike.entries = [e for e in form.unit_alike if self.unit_alike_at(e.form.unit.data)]
        return _length(form) < before

    def offer(self, form: PreviewForm) -> None:
        """Give the form its choices."""
        form.offer({kind for kind in self.by_kind if self.suggests(kind)})
        for entry in form.alike:
            found = self.alike.get(_number(entry.form.row.data), [])
            entry.form.offer([(one["code"], one["their_title"]) for one in found])
        for entry in form.unit_alike:
            entry.form.offer(self.units_alike.get(self.unit_alike_at(entry.form.unit.data), []))

    def decided(self, form: PreviewForm, mapping: AgendaMapping) -> AgendaMapping:
        """The mapping with all that was chosen; what was left as it was changes nothing."""
        chosen = {str(e.form.kind.data): str(e.form.choice.data) for e in form.kinds if e.form.choice.data}
        for kind, choice in chosen.items():
            if kind == "alike":
                for row, found in self.alike.items():
                    mapping = for_likeness(mapping, row, found[0]["code"] if choice == "same" else None)
            elif kind == "unit_alike":
                for name, found_units in self.units_alike.items():
                    mapping = for_unit(mapping, name, found_units[0] if choice == "same" else name)
            else:
                mapping = for_all(mapping, kind, choice, self.by_kind.get(kind, ()))
        for entry in form.cells:
            mapping = self._cell(entry.form, mapping, chosen)
        for entry in form.units:
            mapping = self._unit(entry.form, mapping)
        for entry in form.alike:
            means = str(entry.form.means.data or "")
            if means:
                code = means.removeprefix("is ") if means != "new" else None
                mapping = for_likeness(mapping, _number(entry.form.row.data), code)
        for entry in form.unit_alike:
            means, name = str(entry.form.means.data or ""), self.unit_alike_at(entry.form.unit.data)
            if means:
                mapping = for_unit(mapping, name, name if means == "new" else means.removeprefix("is "))
        return mapping

    def _cell(self, part: Any, mapping: AgendaMapping, chosen: Mapping[str, str]) -> AgendaMapping:
        row, name = str(part.row.data), str(part.name.data)
        fault = next(f for f in self.faults if (str(f["row"]), f["field"]) == (row, name))
        how, text = str(part.how.data or ""), str(part.text.data or "")
        if not how and fault["kind"] in chosen and text == str(fault["suggestion"]):
            return mapping
        if how or fold(text) != fold(str(fault["value"])):
            return for_cell(mapping, int(row), name, how or ("" if text else "empty"), text)
        return mapping

    def _unit(self, part: Any, mapping: AgendaMapping) -> AgendaMapping:
        name, faults = str(part.name.data or ""), self.unit_at(part.unit.data)
        was = str(faults[0]["value"])
        own = [fault for fault in faults if fault["field"] == "unit"]
        if fold(name) != fold(was):
            for fault in own:
                mapping = for_cell(mapping, int(fault["row"]), "unit", "" if name else "empty", name)
        if part.mailbox.data and own and name:
            mapping = for_cell(mapping, int(own[0]["row"]), "unit_email", "", str(part.mailbox.data))
        return mapping


def _called(fault: Fault) -> str:
    """Row, column and what stands there, to find the cell again in the workbook."""
    row = _("Row %(number)s", number=fault["row"])
    about = str(fault.get("about") or "")[:_LENGTH]
    column = str(fault["column"] or FIELD_WORDS.get(fault["field"], ""))
    return " · ".join(part for part in (row, about, column, str(fault["value"])[:_LENGTH]) if part)


def _length(form: PreviewForm) -> int:
    rows = (form.kinds, form.cells, form.units, form.alike, form.unit_alike)
    return sum(len(field.entries) for field in rows)


def _key(name: str) -> str:
    """A unit in a form: one row may name several, and the page of another tab may list others."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _with_proposal(fault: Fault) -> str:
    value, meant = str(fault["value"]), fault["suggestion"]
    value = value if len(value) <= _LENGTH else value[:_LENGTH].rstrip() + "…"
    return f"“{value}” → {meant}" if value and meant else f"“{value}”" if value else ""


def _number(text: object) -> int:
    written = str(text or "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 8 else 0
