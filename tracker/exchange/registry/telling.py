"""Imports and comparisons of the registry as lines for a terminal."""

from collections.abc import Sequence

from tracker.core.i18n import _
from tracker.exchange.registry.comparing import COUNTS, Comparison
from tracker.exchange.registry.result import RegistryResult


def country_lines(result: RegistryResult) -> list[str]:
    """What came in, by country."""
    return [
        _(
            "%(country)s: %(imported)s of the list are in the registry, %(without)s of them without coordinates",
            country=country,
            imported=counts["imported"],
            without=counts["without_coordinates"],
        )
        for country, counts in result.countries.items()
    ]


def comparison_lines(found: Comparison, most: int) -> list[str]:
    """A table by country with a sum, duplicates, and for each country up to `most` codes of one side only."""
    rows = list(found.countries.items())
    rows.append((_("all"), {name: sum(counts[name] for _country, counts in rows) for name in COUNTS}))
    table = [["", *COUNTS], *([country, *(str(counts[name]) for name in COUNTS)] for country, counts in rows)]
    widths = [max(len(row[at]) for row in table) for at in range(len(table[0]))]
    lines = ["  ".join(_aligned(row, widths)) for row in table]
    lines += [_("%(code)s seems to be %(other)s", code=code, other=other) for code, other in found.duplicates]
    for what, codes in (("only_here", found.only_here), ("only_there", found.only_there)):
        for country in found.countries:
            own = [code for code in codes if code.startswith(f"{country.lower()}-")]
            if own:
                lines.append(f"{what}: {', '.join(own[:most])}" + (" …" if len(own) > most else ""))
    return lines


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *others = zip(row, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
