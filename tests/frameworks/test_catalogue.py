"""The catalogue of global goal frameworks: complete, in four languages, in our own words.

The comparison with the published lists needs the folder of real data: the one named by
REAL_DATA, else shared/data beside the repository. Without it only the catalogue itself is
checked, except in continuous integration (CI set), where a missing folder is a failure.
"""

import csv
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "tracker" / "frameworks" / "catalogue.json"
REAL_DATA = Path(os.environ.get("REAL_DATA") or ROOT.parent / "shared" / "data")

LANGUAGES = ("es", "en", "pt_BR", "fr")
LONGEST = 70

Label = dict[str, str]


class Target(TypedDict):
    """A target of a goal."""

    code: str
    label: Label


class Goal(TypedDict):
    """A goal with its targets."""

    code: str
    colour: str
    label: Label
    targets: list[Target]


class Framework(TypedDict):
    """A framework with its goals and the years it covers."""

    code: str
    label: Label
    from_year: int
    until_year: int
    goals: list[Goal]


def _load() -> dict[str, Framework]:
    """Return the frameworks of the catalogue by code."""
    frameworks: list[Framework] = json.loads(CATALOGUE.read_text(encoding="utf-8"))["frameworks"]
    return {framework["code"]: framework for framework in frameworks}


FRAMEWORKS = _load()


def _goal_codes(framework: str) -> list[str]:
    """Return the codes of a framework's goals, in the order of the file."""
    return [goal["code"] for goal in FRAMEWORKS[framework]["goals"]]


def _target_codes(framework: str) -> list[str]:
    """Return the codes of a framework's targets, in the order of the file."""
    return [t["code"] for goal in FRAMEWORKS[framework]["goals"] for t in goal["targets"]]


def _labels() -> Iterator[tuple[str, Label]]:
    """Yield where it stands and the label of every framework, goal and target."""
    for framework in FRAMEWORKS.values():
        yield framework["code"], framework["label"]
        for goal in framework["goals"]:
            yield f"{framework['code']} {goal['code']}", goal["label"]
            for target in goal["targets"]:
                yield f"{framework['code']} {target['code']}", target["label"]


def _plain(text: str) -> str:
    """Return a text as it is compared: blanks, apostrophes, case and final stop do not count."""
    return " ".join(text.replace("\u2019", "'").split()).casefold().rstrip(" .")


@pytest.mark.parametrize(
    ("code", "years", "goals", "targets"),
    [("mdg", (2000, 2015), 8, 21), ("sdg", (2015, 2030), 17, 169)],
)
def test_counts(code: str, years: tuple[int, int], goals: int, targets: int) -> None:
    """Each framework has its years and all its goals and targets, each code once."""
    framework = FRAMEWORKS[code]
    assert (framework["from_year"], framework["until_year"]) == years
    assert _goal_codes(code) == [str(number) for number in range(1, goals + 1)]
    codes = _target_codes(code)
    assert len(codes) == len(set(codes)) == targets


def test_only_the_two_frameworks() -> None:
    """The catalogue holds the two frameworks and nothing else."""
    assert set(FRAMEWORKS) == {"mdg", "sdg"}


def test_targets_stand_under_their_goal() -> None:
    """The first part of a target's code is its goal's; numbers come before letters."""
    for framework in FRAMEWORKS.values():
        for goal in framework["goals"]:
            parts = [target["code"].split(".") for target in goal["targets"]]
            assert {number for number, _ in parts} == {goal["code"]}
            ends = [end for _, end in parts]
            assert ends == sorted(ends, key=lambda end: (not end.isdigit(), len(end), end))


def test_colours() -> None:
    """Every goal has a colour of its own within its framework."""
    for framework in FRAMEWORKS.values():
        colours = [goal["colour"] for goal in framework["goals"]]
        assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in colours)
        assert len(set(colours)) == len(colours)


def test_labels_are_short_and_in_four_languages() -> None:
    """A label is given in the four languages, trimmed, short and without a final stop."""
    for place, label in _labels():
        assert tuple(label) == LANGUAGES, place
        for language, text in label.items():
            assert text, (place, language)
            assert text == text.strip(), (place, language)
            assert len(text) <= LONGEST, (place, language, len(text))
            assert not text.endswith("."), (place, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_unique(language: str) -> None:
    """No two labels of the whole file are the same in a language."""
    seen = Counter(_plain(label[language]) for _, label in _labels())
    assert [text for text, times in seen.items() if times > 1] == []


def test_real_data_is_there_in_ci() -> None:
    """In continuous integration the comparison with the published lists must have run."""
    if os.environ.get("CI"):
        assert REAL_DATA.is_dir(), "the folder of real data is missing: set REAL_DATA"


if REAL_DATA.is_dir():

    def _open_sdg(language: str, kind: str) -> dict[str, str]:
        """Return the keys and texts of one flat YAML file of the Open SDG translations."""
        path = REAL_DATA / "b-sdg-translations-opensdg" / f"{language}.global_{kind}.yml"
        texts: dict[str, str] = {}
        key = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(" "):
                texts[key] += " " + line.strip()
            else:
                key, _, text = line.partition(": ")
                texts[key] = text
        return texts

    def _iati(kind: str) -> dict[str, dict[str, str]]:
        """Return the codes of an IATI codelist with their text in English and French."""
        root = ElementTree.parse(REAL_DATA / "b-sdg-iati-codelists" / f"UNSDG-{kind}.xml")
        lang = "{http://www.w3.org/XML/1998/namespace}lang"
        return {
            item.findtext("code", ""): {
                text.get(lang, "en"): re.sub(r"^(Goal|Objectif) \d+\. ", "", text.text or "")
                for text in item.iter("narrative")
            }
            for item in root.iter("codelist-item")
        }

    def _rows(*path: str) -> list[dict[str, str]]:
        """Return the rows of a CSV file of the real data."""
        with REAL_DATA.joinpath(*path).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def _portuguese() -> list[dict[str, str]]:
        """Return the rows of the SDG list in Portuguese."""
        return _rows("b-sdg-targets-pt", "sdg_goals_targets_pt.csv")

    def _mdg() -> list[dict[str, str]]:
        """Return the rows of the MDG list in English."""
        return _rows("b-mdg-targets-en", "mdg_goals_targets_en.csv")

    def _official(language: str) -> set[str]:
        """Return the published texts of goals and targets known in a language."""
        texts: list[str] = []
        if language == "pt_BR":
            texts += [row[column] for row in _portuguese() for column in ("title", "text")]
        else:
            for kind in ("goals", "targets"):
                texts += _open_sdg(language, kind).values()
        if language in ("en", "fr"):
            for kind in ("Goals", "Targets"):
                texts += [narratives[language] for narratives in _iati(kind).values()]
        if language == "en":
            texts += [row["text"] for row in _mdg()]
        return {_plain(text) for text in texts} - {""}

    def test_sdg_codes_are_the_published_ones() -> None:
        """Goals and targets of the SDG have the codes of all the published lists."""
        goals, targets = set(_goal_codes("sdg")), set(_target_codes("sdg"))
        assert goals == set(_iati("Goals"))
        assert targets == set(_iati("Targets"))
        for kind, codes in (("goal", goals), ("target", targets)):
            assert codes == {row["code"] for row in _portuguese() if row["kind"] == kind}
        for language in ("en", "es", "fr"):
            keys = _open_sdg(language, "targets")
            assert targets == {key.removesuffix("-title").replace("-", ".") for key in keys}

    def test_mdg_codes_are_the_published_ones() -> None:
        """Goals and targets of the MDG have the published codes, in lower case."""
        for kind, codes in (("goal", _goal_codes("mdg")), ("target", _target_codes("mdg"))):
            assert set(codes) == {row["code"].lower() for row in _mdg() if row["kind"] == kind}

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_labels_are_our_own_words(language: str) -> None:
        """No label is a published text or a piece cut out of one."""
        official = _official(language)
        assert len(official) >= len(_target_codes("sdg"))
        copied = [
            (place, text)
            for place, text in ((place, _plain(label[language])) for place, label in _labels())
            if any(text in published for published in official)
        ]
        assert copied == []
