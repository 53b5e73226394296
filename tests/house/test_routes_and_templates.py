"""Routes, templates, mails and commands are complete."""

import importlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import click
import pytest
from jinja2 import TemplateSyntaxError, meta

from config import Settings
from tests.house.tree import ROOT, report
from tests.support.bare import bare_app


def _permissions() -> Mapping[str, Any]:
    try:
        table: Mapping[str, Any] = importlib.import_module("tracker.permissions").PERMISSIONS
    except (ModuleNotFoundError, AttributeError) as reason:
        pytest.fail(f"tracker/permissions.py has no dict PERMISSIONS: {reason}", pytrace=False)
    return table


def _readme() -> str:
    path = ROOT / "README.md"
    if not path.exists():
        pytest.fail("README.md is missing", pytrace=False)
    return path.read_text(encoding="utf-8")


def test_every_route_has_a_line_in_the_permission_table() -> None:
    endpoints = {rule.endpoint: rule.rule for rule in bare_app().url_map.iter_rules()}
    table = _permissions()
    wrong = [f"{name} ({endpoints[name]}) has no line" for name in sorted(set(endpoints) - set(table))]
    wrong += [f"{name} has a line but no route" for name in sorted(set(table) - set(endpoints))]
    report(wrong, "tracker/permissions.py and the routes differ")


def test_every_template_compiles() -> None:
    environment = bare_app().jinja_env
    assert environment.loader is not None
    wrong = []
    for name in sorted(environment.list_templates()):
        try:
            source, _, _ = environment.loader.get_source(environment, name)
            environment.compile(source, name)
            tree = environment.parse(source)
        except TemplateSyntaxError as error:
            wrong.append(f"templates/{name}:{error.lineno} {error.message}")
            continue
        missing = {other for other in meta.find_referenced_templates(tree) if other} - set(
            environment.list_templates()
        )
        wrong += [f"templates/{name} refers to {other}, which is missing" for other in sorted(missing)]
    report(wrong, "templates that cannot work")


def test_no_template_marks_text_as_safe() -> None:
    wrong = []
    drawings = ROOT / "templates" / "components" / "icons.html"
    for path in sorted(set((ROOT / "templates").rglob("*.html")) - {drawings}):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\|\s*safe\b|autoescape\s+false", line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}")
    report(wrong, "what people typed must not reach a page unescaped")


def test_every_rendered_template_exists() -> None:
    known = set(bare_app().jinja_env.list_templates())
    wrong = []
    for path in sorted((ROOT / "tracker").rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for name in re.findall(r"render_template\(\s*[\"']([^\"']+)[\"']", line):
                if name not in known:
                    wrong.append(f"{path.relative_to(ROOT)}:{number} renders {name}")
    report(wrong, "templates that are named but missing")


def test_every_kind_of_mail_has_subject_text_and_html() -> None:
    wrong = []
    for kind in _mail_kinds():
        for ending in (".subject.txt", ".txt", ".html"):
            if not (ROOT / "templates" / "mail" / f"{kind}{ending}").is_file():
                wrong.append(f"templates/mail/{kind}{ending}")
    report(wrong, "parts of mails that are missing")


def _mail_kinds() -> list[str]:
    """Kinds that `create_app` registers in the post room."""
    kinds = sorted(bare_app().extensions.get("mail_kinds", {}))
    assert kinds, "create_app registers no kind of mail (app.extensions['mail_kinds'])"
    return kinds


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in _readme(), f"README.md does not name the setting `{name}`"


def test_every_command_is_in_the_readme() -> None:
    readme = _readme()
    wrong = [name for name in _commands(bare_app().cli, "flask") if name not in readme]
    report(wrong, "commands that README.md does not name")


def _commands(group: click.Group, prefix: str) -> Iterator[str]:
    for name, command in sorted(group.commands.items()):
        whole = f"{prefix} {name}"
        if isinstance(command, click.Group) and name != "db":
            yield from _commands(command, whole)
        elif isinstance(command, click.Group):
            yield from (f"{whole} upgrade", f"{whole} downgrade")
        else:
            yield whole


def test_every_command_explains_itself() -> None:
    wrong = []
    for name in _commands(bare_app().cli, "flask"):
        command: click.Command = bare_app().cli
        for part in name.split()[1:]:
            assert isinstance(command, click.Group)
            command = command.commands[part]
        if not command.help:
            wrong.append(name)
    report(wrong, "commands without a help text")
