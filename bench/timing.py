"""Times subjects on several stages in turn, so that whatever the machine does meanwhile meets all of them alike."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from flask import Flask
from sqlalchemy import event

from bench.agendas import CHECK_DAYS
from bench.subjects import BARE_VIEW, CHECK, EMPTY_PAGE, SUBJECTS, Stage, Subject, check
from tracker.core.db import db

#: Rounds before those that count: caches of statements and templates fill once in a process's life.
WARM_UP = 5

#: What was measured of one subject on one stage.
Measure = dict[str, Any]


def measure(stages: Sequence[Stage], repeat: int) -> list[dict[str, Measure]]:
    """For each stage the measures by subject: ms (median), p95, queries, times_bare, times_empty."""
    names = [subject.name for subject in SUBJECTS] + [CHECK]
    taken: list[dict[str, list[float]]] = [{name: [] for name in names} for _ in stages]
    for turn in range(WARM_UP + repeat):
        for subject in SUBJECTS:
            for number in _in_turn(len(stages), turn):
                seconds = _timed(subject, stages[number])
                if turn >= WARM_UP:
                    taken[number][subject.name].append(seconds)
    queries = [{s.name: _queries(s, stage) for s in SUBJECTS} for stage in stages]
    for nth_day in range(CHECK_DAYS):
        for number in _in_turn(len(stages), nth_day):
            seconds, statements = _timed_check(stages[number], nth_day)
            queries[number][CHECK] = statements
            if nth_day:
                taken[number][CHECK].append(seconds)
    sizes = [{s.name: len(s.ask(stage).data) for s in SUBJECTS} for stage in stages]
    return [_measures(t, q, b) for t, q, b in zip(taken, queries, sizes, strict=True)]


def _in_turn(length: int, turn: int) -> list[int]:
    """Every stage once, each time another one first."""
    return [(number + turn) % length for number in range(length)]


def _timed(subject: Subject, stage: Stage) -> float:
    began = perf_counter()
    answer = subject.ask(stage)
    seconds = perf_counter() - began
    if answer.status_code != subject.status:
        raise RuntimeError(f"{subject.name} answered {answer.status}:\n{answer.text[:2000]}")
    return seconds


def _timed_check(stage: Stage, nth_day: int) -> tuple[float, int]:
    gc.collect()
    with counted(stage.app) as statements:
        began = perf_counter()
        check(stage, nth_day)
        seconds = perf_counter() - began
    return seconds, len(statements)


def _queries(subject: Subject, stage: Stage) -> int:
    with counted(stage.app) as statements:
        subject.ask(stage)
    return len(statements)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collects the statements sent to the database within the block, but for BEGIN."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            found.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _measures(taken: dict[str, list[float]], queries: dict[str, int], sizes: dict[str, int]) -> dict[str, Measure]:
    bare, empty = median(taken[BARE_VIEW]), median(taken[EMPTY_PAGE])
    return {
        name: {
            "ms": round(median(seconds) * 1000, 3),
            "p95_ms": round(quantiles(seconds, n=20)[-1] * 1000, 3) if len(seconds) > 1 else None,
            "measured": len(seconds),
            "times_bare": round(median(seconds) / bare, 2),
            "times_empty": round(median(seconds) / empty, 2),
            "queries": queries[name],
            "bytes": sizes.get(name),
        }
        for name, seconds in taken.items()
    }
