"""What comes from elsewhere: vendored files with their hashes, libraries with their versions and reasons."""

import hashlib
import json
import re

import pytest

from tests.house.tree import ROOT, plain, report

VENDOR = ROOT / "tracker" / "static" / "vendor"
PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(\[[a-z0-9,-]+\])?==([0-9][^\s;]*)$")


def _manifest() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    return entries


def test_vendored_files_are_what_the_manifest_says() -> None:
    wrong = []
    for entry in _manifest():
        path = VENDOR / entry["file"]
        if not path.is_file():
            wrong.append(f"{entry['file']} is missing")
            continue
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != entry["sha256"]:
            wrong.append(f"{entry['file']} has the hash {found}, not {entry['sha256']}")
        if entry["version"] not in path.parent.name:
            wrong.append(f"{entry['file']}: its folder does not name the version {entry['version']}")
        if not (path.parent / "LICENSE").is_file():
            wrong.append(f"{path.parent.name}/LICENSE is missing")
        if not entry.get("licence"):
            wrong.append(f"{entry['file']}: the manifest names no licence")
    report(wrong, "vendored files")


def test_the_manifest_names_every_vendored_file() -> None:
    named = {entry["file"] for entry in _manifest()}
    held = {
        path.relative_to(VENDOR).as_posix()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.suffix in (".js", ".css", ".svg", ".woff2", ".json") and path.parent != VENDOR
    }
    report(sorted(held - named), "vendored files that the manifest does not name")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_libraries_are_pinned_and_explained(name: str) -> None:
    decisions = ROOT / "docs" / "decisions.md"
    if not decisions.exists():
        pytest.fail("docs/decisions.md, which says why each library is here, is missing", pytrace=False)
    words = plain(decisions.read_text(encoding="utf-8"))
    wrong = []
    for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith(("#", "-r ")):
            continue
        pinned = PINNED.match(line.strip())
        if pinned is None:
            wrong.append(f"{name}:{number} {line} is not pinned with ==")
        elif not re.search(rf"(?<![a-z0-9-]){re.escape(plain(pinned[1]))}(?![a-z0-9])", words):
            wrong.append(f"{name}:{number} {pinned[1]} is not named in docs/decisions.md")
    report(wrong, "requirements")
