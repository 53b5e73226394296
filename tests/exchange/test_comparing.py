"""The registry beside another list."""

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.exchange.making import csv_of
from tests.exchange.test_commands import run, saved
from tests.support.factories import make_place
from tracker.core.db import db
from tracker.exchange.commands import registry_cli
from tracker.exchange.registry.comparing import Comparison, Entry, compare


def entry(country: str, code: str, name: str = "", state: str = "", kind: str = "municipality") -> Entry:
    return Entry(country, code, name, state, kind, has_coordinates=bool(name))


def told(found: Comparison, country: str) -> tuple[int, ...]:
    counts = found.countries[country]
    return tuple(counts[name] for name in ("here", "there", "by_code", "by_name", "only_here", "only_there"))


def test_codes_match_whatever_their_case_signs_and_leading_zeros() -> None:
    ours = [entry("AR", "02007"), entry("CL", "01101"), entry("TT", "sge"), entry("HT", "0111-01")]
    theirs = [entry("AR", "002007"), entry("CL", "1101"), entry("TT", "SGE"), entry("HT", "011101")]
    found = compare(ours, theirs)
    assert [told(found, country) for country in ("AR", "CL", "HT", "TT")] == [(1, 1, 1, 0, 0, 0)] * 4
    assert (found.only_here, found.only_there, found.duplicates) == ([], [], [])


def test_the_same_code_counts_before_one_that_is_alike() -> None:
    found = compare([entry("MX", "7"), entry("MX", "07")], [entry("MX", "07")])
    assert told(found, "MX") == (2, 1, 1, 0, 1, 0)
    assert (found.only_here, found.duplicates) == (["mx-7"], [("mx-7", "mx-07")])


def test_names_match_within_the_state_and_never_across() -> None:
    ours = [entry("MX", "1", "juarez", "a"), entry("MX", "2", "juarez", "b"), entry("GT", "3", "juarez", "a")]
    theirs = [entry("MX", "91", "juarez", "b"), entry("MX", "92", "juarez", "c"), entry("MX", "93", "", "a")]
    found = compare(ours, theirs)
    assert (told(found, "MX"), told(found, "GT")) == ((2, 3, 0, 1, 1, 2), (1, 0, 0, 0, 1, 0))
    assert found.only_here == ["gt-3", "mx-1"]
    assert found.only_there == ["mx-92", "mx-93"]


def test_a_place_under_two_codes_is_a_duplicate_of_the_one_that_the_list_has() -> None:
    ours = [entry("PE", "160109", "putumayo", "lor"), entry("PE", "160801", "putumayo", "lor")]
    found = compare(ours, [entry("PE", "160801")])
    assert found.duplicates == [("pe-160109", "pe-160801")]
    assert found.countries["PE"]["duplicates"] == 1


@pytest.mark.parametrize(
    "other",
    [entry("MX", "20209", "san juan", "oax"), entry("MX", "9", "san juan", "oax", "department")],
    ids=["both are in the list", "another kind"],
)
def test_namesakes_that_are_two_places_are_none(other: Entry) -> None:
    found = compare([entry("MX", "20208", "san juan", "oax"), other], [entry("MX", "20208"), entry("MX", "20209")])
    assert found.duplicates == []


def test_of_two_that_the_list_does_not_have_the_later_is_the_duplicate() -> None:
    found = compare([entry("CU", "2101", "sandino", "pr"), entry("CU", "2199", "sandino", "pr")], [])
    assert found.duplicates == [("cu-2199", "cu-2101")]


def test_the_command_compares_and_changes_nothing(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        for country, code, name in (
            ("MX", "15033", "Ecatepec"),
            ("MX", "15099", "Toluca"),
            ("GT", "0916", "Zunil"),
        ):
            make_place(country, code, name=name)
        db.session.commit()
    file = saved(tmp_path, csv_of("P-Code", "MX15", "MX15033", "MX15106", "GT0916", "BO010101"))
    keys = {
        "columns": {},
        "split": {"column": "P-Code", "at": 2, "into": ["country", "code"]},
        "code_length": {"MX": 5, "GT": 4, "BO": 6},
    }
    mapping = saved(tmp_path, json.dumps(keys).encode(), "m.json")
    done = run(app, registry_cli, "verify", file, "--mapping", mapping, "--format", "json")
    assert (done.exit_code, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["countries"]["MX"] == {
        "here": 2,
        "without_coordinates": 2,
        "there": 2,
        "by_code": 1,
        "by_name": 0,
        "only_here": 1,
        "only_there": 1,
        "duplicates": 0,
    }
    assert (answer["only_here"], answer["only_there"]) == (["mx-15099"], ["bo-010101", "mx-15106"])
    lines = run(app, registry_cli, "verify", file, "--mapping", mapping).stdout.splitlines()
    assert lines[0].split()[0] == "here" and lines[4].split()[:4] == ["todos", "3", "3", "4"]
    assert lines[5:] == ["only_here: mx-15099", "only_there: bo-010101", "only_there: mx-15106"]


def test_the_command_finds_names_of_states_that_a_list_codes_otherwise(app: Flask, tmp_path: Path) -> None:
    head = "country,code,name,admin1_code,admin1_name"
    ours = saved(tmp_path, csv_of(head, "MX,08037,Juárez,08,Chihuahua", "MX,19031,Juárez,19,Nuevo León"))
    assert run(app, registry_cli, "import", ours).exit_code == 0
    theirs = saved(tmp_path, csv_of(head, "MX,A1,JUAREZ,06,Chihuahua", "MX,A2,Juarez,99,Sonora"), "b.csv")
    answer = json.loads(run(app, registry_cli, "verify", theirs, "--format", "json").stdout)
    assert (answer["only_here"], answer["only_there"]) == (["mx-19031"], ["mx-a2"])


def test_a_list_that_cannot_be_read_is_refused(app: Flask, tmp_path: Path) -> None:
    done = run(app, registry_cli, "verify", saved(tmp_path, csv_of("country,code", "MX,a b", "MX,")))
    assert done.exit_code == 1 and len(done.stderr.splitlines()) == 3
    done = run(app, registry_cli, "verify", saved(tmp_path, csv_of("a,b", "1,2")))
    assert done.exit_code == 1 and "code" in done.stderr
    mapping = saved(tmp_path, b'{"split": {"column": "P"}}', "m.json")
    done = run(app, registry_cli, "verify", saved(tmp_path, csv_of("P", "MX1")), "--mapping", mapping)
    assert done.exit_code == 1 and "split.at" in done.stderr
