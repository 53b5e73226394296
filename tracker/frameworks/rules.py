"""The catalogue, read once from the file beside this one; it is data of the product, not of an installation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True)
class Goal:
    """A goal or, with a `parent`, a target."""

    #: `sdg-6` or `sdg-6.1`
    code: str
    framework: str
    #: Official number as people say it: 6 or 6.1.
    number: str
    label: Mapping[str, str]
    #: Of the goal's tile, as #rrggbb.
    colour: str
    parent: str | None = None


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Goal]:
    """Every goal and target by code, in official order, SDG first."""
    raw = json.loads(Path(__file__).with_name("catalogue.json").read_text(encoding="utf-8"))
    answer: dict[str, Goal] = {}
    for framework in sorted(raw["frameworks"], key=lambda f: -int(f["from_year"])):
        for goal in framework["goals"]:
            code = f"{framework['code']}-{goal['code']}"
            answer[code] = Goal(code, framework["code"], goal["code"], goal["label"], goal["colour"])
            for target in goal["targets"]:
                own = f"{framework['code']}-{target['code']}"
                answer[own] = Goal(own, framework["code"], target["code"], target["label"], goal["colour"], code)
    return MappingProxyType(answer)


def goals() -> list[Goal]:
    """Goals without their targets."""
    return [goal for goal in catalogue().values() if goal.parent is None]


def goal_by_code(code: str | None) -> Goal | None:
    """The goal or target with this code, or None."""
    return catalogue().get(code) if code else None
