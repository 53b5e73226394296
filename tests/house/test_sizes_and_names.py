"""Files and rooms stay readable; a name says what is inside."""

from tests.house.tree import PACKAGE, ROOT, Module, modules, report

LONGEST_FILE, LARGEST_ROOM = 300, 1500
EMPTY_WORDS = {"manager", "helper", "utils", "util", "service", "data", "common", "misc"}


def test_files_are_short() -> None:
    wrong = [
        f"{module.path.relative_to(ROOT)}: {module.lines} lines"
        for module in modules().values()
        if module.lines > LONGEST_FILE
    ]
    report(wrong, f"files of more than {LONGEST_FILE} lines: split them by sub-noun")


def test_rooms_are_small() -> None:
    """A folder of a room, a crowded door or a part of one among them, is counted for itself."""
    rooms: dict[str, list[Module]] = {}
    for module in modules().values():
        if module.room:
            rooms.setdefault(_room_of(module), []).append(module)
    wrong = []
    for room, held in sorted(rooms.items()):
        total = sum(module.lines for module in held)
        if total > LARGEST_ROOM:
            parts: dict[str, int] = {}
            for module in held:
                parts[module.door] = parts.get(module.door, 0) + module.lines
            listed = " + ".join(f"{door} {lines}" for door, lines in sorted(parts.items(), key=lambda p: -p[1]))
            wrong.append(f"tracker/{room}: {total} lines = {listed}")
    report(wrong, f"rooms of more than {LARGEST_ROOM} lines: split them by sub-noun")


def test_names_are_not_empty_words() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for folder in ("tracker", "tests", "bench", "migrations")
        for path in sorted((ROOT / folder).rglob("*"))
        if (path.is_dir() or path.suffix == ".py") and "__pycache__" not in path.parts
        if set(path.stem.lower().split("_")) & (EMPTY_WORDS | {f"{word}s" for word in EMPTY_WORDS})
    ]
    report(wrong, "modules whose name says nothing")


def test_every_module_says_what_it_is() -> None:
    wrong = [
        str(module.path.relative_to(ROOT)) for module in modules().values() if not module.text.startswith('"""')
    ]
    report(wrong, "modules without a docstring at the top")


def _room_of(module: Module) -> str:
    return module.path.relative_to(PACKAGE).parent.as_posix()
