"""A second list gives what municipalities lack, such as coordinates of their towns, and changes nothing else."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tracker.exchange.registry.listed import Listed
from tracker.exchange.registry.result import RegistryResult
from tracker.exchange.registry.states import States
from tracker.territory.models import Municipality
from tracker.territory.rules import name_key

#: Facts that go together: all of a group are lacking or none is filled in.
_GROUPS = (("latitude", "longitude"), ("population",), ("timezone",), ("valid_from",), ("valid_until",))
_Key = tuple[str, int | None, str]


def fill(
    result: RegistryResult,
    rows: Sequence[Listed],
    held: Mapping[tuple[str, str], Municipality],
    states: States,
) -> None:
    """Give each municipality what it lacks, from the row of its code or of its name within its state.

    Of several rows of one code the one called like the municipality counts, else the first. By name only what is
    there once on both sides: two towns of one name say nothing.
    """
    by_code: dict[int, list[Listed]] = defaultdict(list)
    by_name: dict[_Key, list[Listed]] = defaultdict(list)
    for row in rows:
        found = held.get((row.country, row.code.lower()))
        if found is not None:
            by_code[found.id].append(row)
        elif row.code or not row.name or (row.state_code and states.id_of(row) is None):
            result.left_out += 1
        else:
            by_name[(row.country, states.id_of(row), name_key(row.name))].append(row)
    namesakes: dict[_Key, list[Municipality]] = defaultdict(list)
    for municipality in held.values():
        namesakes[(municipality.country_code, municipality.state_id, municipality.name_key)].append(municipality)
    reached = []
    for key, places in namesakes.items():
        towns = by_name.pop(key, [])
        for municipality in places:
            own = sorted(by_code[municipality.id], key=lambda row: name_key(row.name) != municipality.name_key)
            own += towns if len(towns) == len(places) == 1 else []
            if own:
                reached.append(municipality)
                result.note("updated" if _fill(municipality, own) else "unchanged")
    result.left_out += sum(len(towns) for towns in by_name.values())
    result.count_countries(reached)


def _fill(municipality: Municipality, rows: Sequence[Listed]) -> bool:
    """Whether something was lacking that a row, the best first, has."""
    filled = False
    for group in _GROUPS:
        if any(getattr(municipality, name) is not None for name in group):
            continue
        for row in rows:
            if all(getattr(row, name) is not None for name in group):
                for name in group:
                    setattr(municipality, name, getattr(row, name))
                filled = True
                break
    return filled
