"""What commands share: output as text or JSON, refusals on standard error, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import click

#: done · refused with reasons · wrong use
DONE, REFUSED, WRONG_USE = 0, 1, 2

format_option: Callable[[Any], Any] = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the answer.",
)


class DayType(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The `date`, or a usage error."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day such as 2026-11-23", param, ctx)


DAY = DayType()


def answer(form: str, as_json: Any, lines: Mapping[str, Any] | list[str]) -> None:
    """Print the answer: `as_json` as JSON, or lines (a mapping prints as `name: value`)."""
    if form == "json":
        click.echo(json.dumps(as_json, ensure_ascii=False, indent=1))
        return
    for line in lines if isinstance(lines, list) else [f"{name}: {value}" for name, value in lines.items()]:
        click.echo(line)


def refuse(*reasons: object) -> None:
    """Say why not on standard error and leave with exit code 1."""
    for reason in reasons:
        click.echo(str(reason), err=True)
    raise SystemExit(REFUSED)
