"""Text that must not be in the project: it belongs to somebody's machine."""

import re
from collections.abc import Iterator

from tests.house.tree import ROOT, report, text_files

#: Someone's own folders; written in pieces so that this file is not found itself.
HOME = re.compile(r"(?<![\w.<>-])/(?:" + "|".join(("home", "Users", "root", "work")) + r")/[\w.-]+")
#: Where packages happened to be fetched from.
FETCHED_FROM = re.compile(
    "|".join(
        (
            "--(extra-)?index" + "-url",
            "--trusted" + "-host",
            "--find" + "-links",
            r"//[\w.-]*regis" + r"try[\w-]*\.[a-z]{2,}",
        )
    )
)
SECRET = re.compile("|".join(("BEGIN [A-Z ]*PRIVATE" + " KEY", r"\bgh[pousr]_\w{30,}", r"\bAKIA[A-Z0-9]{16}\b")))


def _lines() -> Iterator[tuple[str, str]]:
    for path in text_files():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def test_no_path_of_a_machine() -> None:
    report([f"{at} {HOME.search(line)}" for at, line in _lines() if HOME.search(line)], "absolute paths")


def test_no_place_where_packages_were_fetched() -> None:
    wrong = [f"{at} {line.strip()[:100]}" for at, line in _lines() if FETCHED_FROM.search(line)]
    report(wrong, "addresses of package indexes")


def test_no_secret() -> None:
    report([at for at, line in _lines() if SECRET.search(line)], "what looks like a secret")


def test_tests_neither_sleep_nor_skip_nor_mock() -> None:
    forbidden = re.compile(
        "|".join(
            (
                r"time\.sle" + r"ep\(",
                r"pytest\.sk" + r"ip\b",
                r"mark\.sk" + r"ip",
                r"unittest\.mo" + "ck",
                "mark.x" + "fail",
            )
        )
    )
    wrong = [
        f"{at} {line.strip()[:100]}" for at, line in _lines() if at.startswith("tests/") and forbidden.search(line)
    ]
    report(wrong, "tests that wait, skip or pretend")
