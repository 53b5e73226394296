"""The texts of the demo world: one file a municipality, dates as numbers of days from the day of loading."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("world")

Json = dict[str, Any]


def world_codes() -> list[str]:
    """Codes of the municipalities of the demo world: `cl-16201`, `gt-0301`…"""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


@lru_cache(maxsize=32)
def world_of(code: str) -> Json:
    """What one municipality of the demo world holds; not to be changed."""
    world: Json = json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8"))
    return world
