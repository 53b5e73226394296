"""Who leads and who takes part where one cell names several units, or all of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tracker.agenda.intake.incoming import Fault, Incoming
from tracker.core.i18n import _l
from tracker.core.sheets import fold
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.reading import Notes, Treated
from tracker.territory.rules import NAME_LENGTH, name_key

#: What people write for every unit; read so only where the mapping says it.
EVERY_UNIT = (
    "todas las secretarías",
    "todas las dependencias",
    "todas las unidades",
    "todas las áreas",
    "todos los organismos",
    "todas as secretarias",
    "todas as unidades",
    "todos os órgãos",
    "tous les services",
    "toutes les directions",
    "all departments",
    "all units",
)
_EVERY = frozenset(name_key(words) for words in EVERY_UNIT)
#: Between units wherever they stand.
_PLAIN = re.compile(r"\s*[;\n]\s*")
#: Between units, or inside the name of one: "Planeación, Evaluación y Finanzas".
_DOUBTFUL = re.compile(r"\s*,\s*|\s*/\s*|\s+[-–—]\s+|\s+(?:y|e|et|and)\s+", re.I)
#: How names of units begin: behind a doubtful sign such a word begins another one.
_BEGIN = (
    "secretaria departamento direccion diretoria direction oficina gerencia instituto subsecretaria coordinacion"
    " coordenacao unidad unidade tesoreria procuradoria contraloria controladoria jefatura alcaldia prefeitura"
    " gabinete service agence superintendencia division"
)
_HEADS = frozenset(_BEGIN.split())


def settle_units(
    rows: Sequence[Incoming], mapping: AgendaMapping, names: Iterable[str], notes: Notes
) -> list[Incoming]:
    """The rows with one lead each; `names` are the units that the municipality has.

    Units that the mapping calls by another name have that one.
    The first unit of a cell leads and the others are co-responsible; words for all of them make every unit
    co-responsible. Both only as far as the mapping says so.
    """
    known = {name_key(name): name for name in names}
    meant = {name_key(name): unit for name, unit in mapping.units.items()}
    if mapping.split_units is False and not mapping.all_units:
        rows = [_renamed(row, meant) for row in rows] if meant else list(rows)
        notes.faults += [fault for row in rows for fault in _doubts(row, known)]
        return rows
    every = {name_key(words) for words in mapping.all_units}
    alone = set(known) | {name_key(name) for row in rows for name in (row.unit, *row.co_units) if _single(name)}
    answer: list[Incoming] = []
    everywhere: set[int] = set()
    for row in rows:
        led = _split(row.unit, mapping, alone)
        others = [piece for name in row.co_units for piece in _split(name, mapping, alone)]
        if len(led) > 1 or len(others) > len(row.co_units):
            notes.treated.append(Treated("split_units", row.row, "; ".join([*led, *others])))
        if any(name_key(name) in every for name in (*led, *others)):
            notes.treated.append(Treated("all_units", row.row, row.unit or "; ".join(row.co_units)))
            everywhere.add(row.row)
            led = [name for name in led if name_key(name) not in every] or [mapping.all_units_lead or ""]
            others = [name for name in others if name_key(name) not in every]
        answer.append(_renamed(_with_units(row, led, others, row.row in everywhere), meant))
        notes.faults += _doubts(answer[-1], known)
    for row in answer:
        for name in (row.unit, *row.co_units):
            if name:
                known.setdefault(name_key(name), name)
    whole = tuple(known[key] for key in sorted(known))
    return [
        replace(row, co_units=tuple(name for name in whole if name_key(name) != name_key(row.unit)))
        if row.row in everywhere
        else row
        for row in answer
    ]


def _with_units(row: Incoming, led: Sequence[str], others: Sequence[str], whole: bool) -> Incoming:
    lead = led[0] if led else ""
    taking_part = {name_key(name): name for name in (*led[1:], *others) if name_key(name) != name_key(lead)}
    given = row.given | ({"co_units"} if whole or len(led) > 1 else set())
    return replace(row, unit=lead, co_units=tuple(taking_part.values()), given=given)


def _renamed(row: Incoming, meant: Mapping[str, str]) -> Incoming:
    lead = meant.get(name_key(row.unit), row.unit)
    others = {name_key(unit): unit for unit in (meant.get(name_key(name), name) for name in row.co_units)}
    others.pop(name_key(lead), None)
    return replace(row, unit=lead, co_units=tuple(others.values()))


def _doubts(row: Incoming, known: Iterable[str]) -> list[Fault]:
    faults = []
    for field, names in (("unit", [row.unit]), ("co_units", row.co_units)):
        for name in names:
            if name_key(name) in _EVERY and name_key(name) not in known:
                reason = _l("Does this mean every unit? Say all_units in a mapping, or name them.")
                faults.append(Fault(row.row, field, name, reason))
            elif len(name) > NAME_LENGTH:
                faults.append(
                    Fault(row.row, field, name[:80], _l("At most %(count)s characters.", count=NAME_LENGTH))
                )
    return faults


def _single(name: str) -> bool:
    return bool(name) and not _PLAIN.search(name) and not _DOUBTFUL.search(name)


def _split(cell: str, mapping: AgendaMapping, known: set[str]) -> list[str]:
    """The units that one cell names, folded; the cell itself unless the mapping splits it."""
    signs = mapping.split_units
    if signs is False or not cell:
        return [fold(cell)] if cell else []
    if signs is not True:
        return _folded(re.split("|".join(_pattern(sign) for sign in signs), cell, flags=re.I))
    return [name for piece in _folded(_PLAIN.split(cell)) for name in _parted(piece, known)]


def _parted(piece: str, known: set[str]) -> list[str]:
    """A piece split at doubtful signs where each part is a unit by itself, or begins as names of units do."""
    if name_key(piece) in known:
        return [piece]
    answer = [piece]
    start = 0
    for sign in _DOUBTFUL.finditer(piece):
        rest = piece[sign.end() :]
        before = piece[start : sign.start()]
        dash = sign[0].strip() in ("-", "–", "—")
        named = name_key(before) in known and _begins_known(rest, known)
        headed = not dash and is_head(before) and is_head(rest)
        if named or headed:
            answer[-1:] = [before, rest]
            start = sign.end()
    return _folded(answer)


def _begins_known(rest: str, known: set[str]) -> bool:
    """Whether the rest is a unit, or a unit and something behind a doubtful sign."""
    ends = [sign.start() for sign in _DOUBTFUL.finditer(rest)]
    return any(name_key(rest[:end]) in known for end in (*ends, len(rest)))


def is_head(name: str) -> bool:
    """Whether a name begins as names of units do."""
    return name_key(name).partition(" ")[0] in _HEADS


def _folded(pieces: Iterable[str | None]) -> list[str]:
    """Each name once, without what is empty."""
    names = [fold(piece) for piece in pieces if piece and fold(piece)]
    return list({name_key(name): name for name in reversed(names)}.values())[::-1]


def _pattern(sign: str) -> str:
    """A word stands between spaces; any other sign stands anywhere."""
    plain = sign.strip(" ")
    if not plain:
        return re.escape(sign)
    return rf"\s+{re.escape(plain)}\s+" if plain.isalnum() else rf"[ \t]*{re.escape(plain)}[ \t]*"
