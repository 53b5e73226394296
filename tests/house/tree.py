"""The source as a tree of rooms and doors, read without running it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tracker"

#: Lowest first: a room imports from its own and from lower ones.
ROOMS = (
    "core",
    "audit",
    "post",
    "territory",
    "accounts",
    "notices",
    "frameworks",
    "plan",
    "agenda",
    "follow_up",
    "monitoring",
    "reports",
    "exchange",
    "api",
    "public",
    "demo",
)
#: Folders of the package that hold no code of a room.
NOT_ROOMS = {"static", "translations", "__pycache__"}
#: A door imports doors of its own kind or higher in this list.
DOORS = ("rules", "models", "queries", "operations", "forms", "views")
#: A file named by its subject stands beside operations, or higher where it imports less.
BESIDE = DOORS.index("operations")


@dataclass(frozen=True, eq=False)
class Module:
    """One file of the package."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The room, or nothing for a file of the package's top."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 and (PACKAGE / parts[1]).is_dir() else ""

    @property
    def door(self) -> str:
        """`rules` … `views`, `__init__` for the room's own, else the subject the file is named by."""
        parts = self.name.split(".")
        return parts[2] if self.room and len(parts) > 2 else "__init__"

    @property
    def lines(self) -> int:
        """How long it is."""
        return len(self.text.splitlines())

    def at(self, node: ast.AST | int) -> str:
        """`tracker/agenda/rules.py:12`"""
        line = node if isinstance(node, int) else getattr(node, "lineno", 1)
        return f"{self.path.relative_to(ROOT)}:{line}"

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and full name of every module or package it imports, wherever in the file."""
        known = modules()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node.lineno, alias.name
            elif isinstance(node, ast.ImportFrom):
                base = self._base_of(node)
                for alias in node.names:
                    whole = f"{base}.{alias.name}"
                    yield node.lineno, whole if whole in known else base

    def _base_of(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        is_package = self.path.name == "__init__.py"
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + (1 if is_package else 0)]
        return ".".join([*parts, *([node.module] if node.module else [])])


@lru_cache(maxsize=1)
def modules() -> dict[str, Module]:
    """Every module of the package by its full name."""
    answer = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        text = path.read_text(encoding="utf-8")
        answer[name] = Module(name, path, text, ast.parse(text, str(path)))
    return answer


@lru_cache(maxsize=2048)
def own_imports(module: Module) -> tuple[tuple[int, Module], ...]:
    """Line and module of every import of our own package."""
    known = modules()
    return tuple((line, known[name]) for line, name in module.imports() if name in known)


@lru_cache(maxsize=2048)
def level(module: Module) -> int:
    """How high a file stands among the doors: 0 is rules. A subject's file is as high as what it imports.

    What it imports through other subjects' files counts too; each file is looked at once, or the ways through
    them would be too many to walk.
    """
    if module.door in DOORS:
        return DOORS.index(module.door)
    highest, seen, waiting = 0, {module.name}, [module]
    while waiting:
        for _, target in own_imports(waiting.pop()):
            if target.room in ("", "core") or target.door == "__init__" or target.name in seen:
                continue
            seen.add(target.name)
            if target.door in DOORS:
                highest = max(highest, DOORS.index(target.door))
            else:
                waiting.append(target)
    return highest


def text_files() -> Iterator[Path]:
    """Every text file that belongs to the project."""
    folders = ("tracker", "templates", "tests", "migrations", "docs", "bench", ".ci", ".github")
    kinds = {
        ".py",
        ".html",
        ".txt",
        ".md",
        ".toml",
        ".cfg",
        ".ini",
        ".json",
        ".css",
        ".js",
        ".sh",
        ".po",
        ".mako",
    }
    kinds |= {".yml", ".yaml", ".csv", ""}
    found = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    for path in [*found, *ROOT.iterdir()]:
        if path.is_file() and path.suffix in kinds and "__pycache__" not in path.parts:
            yield path


def report(wrong: list[str], what: str) -> None:
    """Fail with every offending place, one a line."""
    listed = "\n  ".join(wrong)
    assert not wrong, f"{what}:\n  {listed}"


def plain(text: str) -> str:
    """Text for comparing names: lower case, hyphens for underscores and dots."""
    return re.sub(r"[-_.]+", "-", text).lower()
