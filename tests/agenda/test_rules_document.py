"""Every example of docs/rules.md, worked out there by hand, is what the rules answer."""

from datetime import date

import pytest

from config import ROOT
from tracker.agenda import rules
from tracker.core.db import NEVER
from tracker.territory.rules import Policy

TEXT = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
Line = dict[str, str]


def table(chapter: str) -> list[Line]:
    """The lines of the first table below a heading, by the names of its columns."""
    body = TEXT.partition(f"\n## {chapter}\n")[2].partition("\n## ")[0]
    lines = [line for line in body.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def strikes(text: str) -> date:
    return NEVER if text == "never" else date.fromisoformat(text)


def milestone(text: str) -> rules.StepFacts | None:
    """`2027-02-01 1 done`; None for what was dropped."""
    words = text.replace("no date", "-").split()
    due_on = None if words[0] == "-" else date.fromisoformat(words[0])
    return None if "dropped" in words else rules.StepFacts(due_on, int(words[1]), "done" in words)


@pytest.mark.parametrize("chapter", ["Late", "Too slow", "Without news"])
def test_there_are_fifteen_examples_of_each(chapter: str) -> None:
    assert len({tuple(line.items()) for line in table(chapter)}) >= 15


@pytest.mark.parametrize("line", table("Late"), ids=lambda line: line["because"])
def test_late(line: Line) -> None:
    given, entered = day(line["due"]), day(line["entered"])
    assert entered is not None
    due_on = rules.end_of_period(given, line["precision"]) if given else None
    struck = rules.clocks(rules.DateFacts(due_on, entered, line["ended"] == "yes"), Policy())
    assert (struck.soon_from, struck.overdue_from) == (strikes(line["soon from"]), strikes(line["late from"]))


@pytest.mark.parametrize("line", table("Too slow"), ids=lambda line: line["because"])
def test_too_slow(line: Line) -> None:
    told = [milestone(text) for text in line["milestones"].split(";") if text.strip()]
    facts = rules.FollowFacts(
        entered_on=date(2026, 11, 23),
        ended=line["ended"] == "yes",
        start_on=day(line["start"]),
        due_on=day(line["due"]),
        figure=int(line["figure"]) if line["figure"] else None,
        steps=[step for step in told if step is not None],
        suspended_until=day(line["suspended until"]),
    )
    assert rules.follow_clocks(facts, Policy()).behind_from == strikes(line["too slow from"])


@pytest.mark.parametrize("line", table("Without news"), ids=lambda line: line["because"])
def test_without_news(line: Line) -> None:
    entered = day(line["entered"])
    assert entered is not None
    facts = rules.FollowFacts(
        entered_on=entered,
        ended=line["ended"] == "yes",
        start_on=day(line["start"]),
        due_on=day(line["due"]),
        last_sign_on=day(line["last sign"]),
        reopened_on=day(line["taken up again"]),
        suspended_until=day(line["suspended until"]),
    )
    assert rules.follow_clocks(facts, Policy()).silent_from == strikes(line["silent from"])
