"""Only edges commit, only one file reads the clock, and what is shown or asked touches no database."""

import ast
import re

from tests.house.tree import ROOT, Module, modules, report

#: Files that own transactions.
EDGES = {"tracker.cli", "tracker.schedule", "tracker.core.ticks"}
CLOCK = "tracker.core.now"
#: What reads the wall clock, by the last two names of a call.
WALL = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("time", "ctime"),
    ("func", "now"),
    ("func", "current_date"),
    ("func", "current_timestamp"),
    ("func", "localtimestamp"),
}


def _is_edge(module: Module) -> bool:
    return module.name in EDGES or module.door in ("views", "commands")


def _calls(module: Module) -> list[tuple[ast.Call, list[str]]]:
    """Every call with the dotted name of what is called."""
    answer = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            names: list[str] = []
            called: ast.expr = node.func
            while isinstance(called, ast.Attribute):
                names.insert(0, called.attr)
                called = called.value
            names.insert(0, called.id if isinstance(called, ast.Name) else "?")
            answer.append((node, names))
    return answer


def test_only_edges_commit() -> None:
    wrong = []
    for module in modules().values():
        if _is_edge(module):
            continue
        for node, names in _calls(module):
            opens = names[-1] == "begin" and names[-2:-1] in (["session"], ["engine"], ["connection"])
            if names[-1] == "commit" or opens:
                wrong.append(f"{module.at(node)} calls {'.'.join(names)}()")
    report(wrong, "transactions ended outside views, commands, core.ticks and schedule")


def test_only_core_now_reads_the_clock() -> None:
    wrong = []
    for module in modules().values():
        if module.name == CLOCK:
            continue
        wrong += [
            f"{module.at(node)} calls {'.'.join(names)}()"
            for node, names in _calls(module)
            if tuple(names[-2:]) in WALL or names[-1] == "utcnow"
        ]
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module == "time":
                taken = {alias.name for alias in node.names} & {"time", "time_ns", "localtime", "gmtime"}
                wrong += [f"{module.at(node)} imports {name} from time" for name in sorted(taken)]
    report(wrong, "the wall clock is read outside tracker/core/now.py")


def test_rules_and_forms_touch_no_database() -> None:
    wrong = []
    for module in modules().values():
        if module.door in ("rules", "forms") and module.room != "core":
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Attribute) and ast.unparse(node) == "db.session":
                    wrong.append(module.at(node))
    report(wrong, "db.session in rules or forms")


def test_operations_take_the_time_from_the_act() -> None:
    doors = ("rules", "models", "queries", "operations", "forms")
    wrong = []
    for module in modules().values():
        if module.door in doors and module.room != "core":
            for node, names in _calls(module):
                if names[-1] in ("utc_now", "today"):
                    wrong.append(f"{module.at(node)} calls {'.'.join(names)}()")
    report(wrong, "doors below the edges that ask what time it is")


def test_templates_touch_no_database() -> None:
    wrong = []
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.is_file():
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if re.search(r"\bdb\.|\bsession\.(execute|scalars?|query|get)\b|\.query\b", line):
                    wrong.append(f"{path.relative_to(ROOT)}:{number}")
    report(wrong, "templates that reach for the database")
