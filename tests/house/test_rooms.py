"""Rooms stand in one order and are entered through doors."""

from tests.house.tree import (
    BESIDE,
    DOORS,
    NOT_ROOMS,
    PACKAGE,
    ROOMS,
    Module,
    level,
    modules,
    own_imports,
    report,
)

#: Plain values that stand beside the rooms; views may read who holds a verb there.
TABLE = "tracker.permissions"
#: What stands above all rooms and yet may be called, by door: a command may serve.
CALLED = {"views": {TABLE}, "guards": {TABLE}, "commands": {"tracker.server"}}


def _in_rooms() -> list[Module]:
    return [module for module in modules().values() if module.room]


def test_every_folder_is_a_room_of_the_order() -> None:
    found = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - NOT_ROOMS
    report(
        sorted(f"tracker/{name}" for name in found - set(ROOMS)),
        "folders that are no room of architecture.md",
    )


def test_every_room_says_what_it_is_for() -> None:
    silent = [
        module.at(1)
        for module in _in_rooms()
        if module.name.count(".") == 1 and not (module.tree.body and module.text.lstrip().startswith('"""'))
    ]
    report(silent, "rooms whose __init__ does not say what they are for")


def test_rooms_import_downwards_only() -> None:
    wrong = []
    for module in _in_rooms():
        for line, target in own_imports(module):
            if target.name in CALLED.get(module.door, ()):
                continue
            if not target.room:
                wrong.append(f"{module.at(line)} imports {target.name}, which is above all rooms")
            elif ROOMS.index(target.room) > ROOMS.index(module.room):
                wrong.append(f"{module.at(line)} imports {target.name}: {target.room} is above {module.room}")
    report(wrong, "imports against the order of rooms")


def test_doors_import_their_own_kind_or_higher() -> None:
    wrong = []
    for module in _in_rooms():
        if module.room == "core" or module.door == "__init__":
            continue
        own = level(module)
        for line, target in own_imports(module):
            if target.room in ("", "core") or target.door == "__init__":
                continue
            if target.room != module.room and target.door in ("forms", "views"):
                wrong.append(f"{module.at(line)} imports {target.door} of another room")
            elif module.door in DOORS and level(target) > own:
                wrong.append(f"{module.at(line)} ({module.door}) imports {target.name} ({DOORS[level(target)]})")
    report(wrong, "imports against the order of doors (a door imports its own kind or higher)")


def test_files_named_by_a_subject_leave_forms_and_views_alone() -> None:
    wrong = []
    for module in _in_rooms():
        if module.room == "core" or module.door in (*DOORS, "__init__", "commands", "ticks"):
            continue
        wrong += [
            f"{module.at(line)} imports {target.name}"
            for line, target in own_imports(module)
            if level(target) > BESIDE
        ]
    report(wrong, "files beside operations that import forms or views")


def test_the_core_knows_no_room() -> None:
    wrong = [
        f"{module.at(line)} imports {target.name}"
        for module in _in_rooms()
        if module.room == "core"
        for line, target in own_imports(module)
        if target.room != "core"
    ]
    report(wrong, "core knows no domain word")


def test_the_permission_table_is_plain() -> None:
    table = modules().get(TABLE)
    assert table is not None, "tracker/permissions.py is missing"
    wrong = [f"{table.at(line)} imports {target.name}" for line, target in own_imports(table)]
    report(wrong, "the table that views read must not lead back to them")
