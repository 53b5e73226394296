"""The figures of a run as a table: for a terminal, and for docs/performance.md."""

from collections.abc import Iterator, Sequence
from typing import Any

from bench.subjects import CHECK

Row = list[str]


def as_text(results: dict[str, Any]) -> str:
    """One table for a terminal."""
    blocks = []
    for engine, found in results["engines"].items():
        rows = list(rows_of(found))
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
        blocks.append("\n".join([f"{engine} ({found['version']})", *lines]))
    return "\n\n".join(blocks)


def as_markdown(found: dict[str, Any]) -> str:
    """The table of one engine."""
    head, *rows = rows_of(found)
    marks = [":--" if not i else "--:" for i in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *rows))


def rows_of(found: dict[str, Any]) -> Iterator[Row]:
    """Caption row, then a row for each subject: ms at each size, ratios at the largest, queries, growth."""
    sizes = found["sizes"]
    first, last = sizes[0], sizes[-1]
    most = f"{last['municipalities']:,}"
    captions = [f"ms at N={size['municipalities']:,}" for size in sizes]
    yield [
        "",
        *captions,
        "p95",
        "× bare view",
        "× empty page",
        f"N={most} ÷ N={first['municipalities']:,}",
        "queries",
    ]
    for name, at_last in last["subjects"].items():
        measures = [size["subjects"][name] for size in sizes]
        yield [
            name,
            *[f"{m['ms']:,.2f}" for m in measures],
            f"{at_last['p95_ms']:,.2f}",
            # A check is no page: it grows with what changes, and is set against no page.
            *(["", "", ""] if name == CHECK else _ratios(measures)),
            queries_of(measures),
        ]


def _ratios(measures: Sequence[dict[str, Any]]) -> Row:
    last = measures[-1]
    return [f"{last['times_bare']:,.1f}", f"{last['times_empty']:,.2f}", f"{growth(measures):,.2f}"]


def growth(measures: Sequence[dict[str, Any]]) -> float:
    """How much longer it takes at the largest size than at the smallest."""
    return float(measures[-1]["ms"]) / float(measures[0]["ms"])


def queries_of(measures: Sequence[dict[str, Any]]) -> str:
    """The number of statements, one where it is the same at every size."""
    counts = [m["queries"] for m in measures]
    return str(counts[0]) if len(set(counts)) == 1 else " / ".join(f"{n:,}" for n in counts)


def _aligned(row: Row, widths: Sequence[int]) -> Row:
    return [
        cell.ljust(width) if not i else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
