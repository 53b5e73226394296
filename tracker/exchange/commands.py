"""`flask agenda` and `flask registry`: sheets in and out from the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal, NoReturn

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError, OperationalError

from tracker.agenda.filtering import NO_CHOICES, choices_at
from tracker.audit.models import Act
from tracker.core.commands import REFUSED, answer, format_option
from tracker.core.db import db
from tracker.core.i18n import LOCALES, _, current_locale, in_language
from tracker.core.now import local_day, utc_now
from tracker.core.sheets import SheetError, read_bytes
from tracker.exchange.import_agenda import ImportResult, import_agenda
from tracker.exchange.leaving import KINDS, Selection, write_agenda, write_template
from tracker.exchange.mapping import (
    AgendaMapping,
    MappingError,
    RegistryMapping,
    Returning,
    read_agenda_mapping,
    read_registry_mapping,
)
from tracker.exchange.registry import RegistryResult, import_registry, verify_registry
from tracker.exchange.registry.telling import comparison_lines, country_lines
from tracker.territory.operations import share_agenda, stop_sharing
from tracker.territory.queries import place_by_code
from tracker.territory.rules import EVERYWHERE, Place

agenda_cli = AppGroup("agenda", help="Agendas of commitments: in from sheets, out to sheets.")
registry_cli = AppGroup("registry", help="The registry of municipalities.")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NAME = "import"
_OUTPUT = click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=".csv or .xlsx",
)
#: So many row numbers are named for each rule; all of them are in the JSON.
_NAMED = 20


@agenda_cli.command("import")
@click.argument("file", type=_FILE)
@click.option("--municipality", "code", required=True, metavar="CODE", help="Such as mx-15033.")
@click.option(
    "--sheet", default=None, metavar="S", help="Sheet of the workbook; else the mapping's, else the first."
)
@click.option(
    "--mapping", "mapping_file", type=_FILE, default=None, metavar="M.json", help="How to read the sheet."
)
@click.option(
    "--conflicts",
    type=click.Choice(["mine", "theirs"]),
    default=None,
    help="Of a workbook that left from here: whose value counts where it was changed in the file and here.",
)
@click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")
@format_option
def import_agenda_(
    file: Path,
    code: str,
    *,
    sheet: str | None,
    mapping_file: Path | None,
    conflicts: Literal["mine", "theirs"] | None,
    dry_run: bool,
    form: str,
) -> None:
    """Take the commitments and milestones of a CSV, XLSX, XLS or ODS file into an agenda.

    All of it or nothing: with any error nothing is written, and each error names sheet, row, column and value.
    The same file again changes nothing. A workbook that `export` wrote is known again: what was changed here since
    stays, and what both changed is an error without --conflicts. docs/agenda-sheets.md tells more.
    """
    try:
        mapping = read_agenda_mapping(_text_of(mapping_file)) if mapping_file else AgendaMapping()
    except MappingError as error:
        _refuse(form, error.reasons)
    if sheet is not None:
        mapping = mapping.model_copy(update={"sheet": sheet})
    if conflicts is not None:
        back = (mapping.back or Returning()).model_copy(update={"conflicts": conflicts})
        mapping = mapping.model_copy(update={"back": back})
    place = _place(code, form)
    act = _act(place.zone)
    try:
        result = import_agenda(act, place, read_bytes(file), file.name, mapping)
        _end(dry_run or bool(result.errors))
    except (SheetError, IntegrityError, OperationalError) as error:
        _refuse(form, [_why(error)])
    _tell(form, result, dry_run, _lines(result))


@agenda_cli.command("export")
@click.option("--municipality", "code", required=True, metavar="CODE", help="Such as mx-15033.")
@_OUTPUT
@click.option("--language", type=click.Choice(LOCALES), default=None, help="Else the columns' own names.")
@format_option
def export_agenda_(code: str, output: Path, language: str | None, form: str) -> None:
    """Write an agenda to a CSV or XLSX file, by its ending; importing that file changes nothing."""
    place, now = _place(code, form), utc_now()
    day = local_day(now, place.zone)
    offered = choices_at(place, EVERYWHERE, day)
    selection = Selection(place, day, now, offered=offered, locale=language)
    with _written(output, form) as (target, kind), in_language(language or current_locale(), place.country_code):
        count = write_agenda(selection, target, kind)
    answer(form, {"rows": count, "file": str(output)}, [_("%(count)s rows in %(file)s", count=count, file=output)])


@agenda_cli.command("template")
@click.option("--municipality", "code", default=None, metavar="CODE", help="Whose units and lines are offered.")
@_OUTPUT
@click.option("--language", type=click.Choice(LOCALES), default=None, help="Else the installation's.")
@format_option
def template_(code: str | None, output: Path, language: str | None, form: str) -> None:
    """Write an empty CSV or XLSX file to fill in, by its ending: captions, an example row, words to choose from."""
    place = _place(code, form) if code else None
    day = local_day(utc_now(), place.zone if place else "UTC")
    with _written(output, form) as (target, kind):
        offered = choices_at(place, EVERYWHERE, day) if place else NO_CHOICES
        write_template(target, day, kind, language or current_locale(), place, offered)
    answer(form, {"file": str(output)}, [str(output)])


@agenda_cli.command("share")
@click.option("--municipality", "code", required=True, metavar="CODE", help="Such as mx-15033.")
@click.option("--stop", is_flag=True, help="Share it no longer.")
@format_option
def share_(code: str, stop: bool, form: str) -> None:
    """Let those who monitor see an agenda; until then they see the municipality's name alone."""
    place = _place(code, form)
    act = _act(place.zone)
    changed = stop_sharing(act, place.id) if stop else share_agenda(act, place.id)
    db.session.commit()
    said = _("No longer shared.") if stop else _("Shared.")
    answer(form, {"shared": not stop, "changed": changed}, [said if changed else _("It was so already.")])


@registry_cli.command("import")
@click.argument("file", type=_FILE)
@click.option("--mapping", "mapping_file", type=_FILE, default=None, metavar="M.json", help="How to read the list.")
@click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")
@format_option
def import_registry_(file: Path, mapping_file: Path | None, dry_run: bool, form: str) -> None:
    """Create or update municipalities from a list, by country and official code; all of it or nothing.

    Columns: country, code, name, admin1_code, admin1_name, lat, lon, and optionally population, timezone, kind,
    valid_from, valid_until, replaced_by. Says for each country how many came in and how many lack coordinates.
    """
    mapping = _registry_mapping(mapping_file, form)
    try:
        result = import_registry(_act("UTC"), read_bytes(file), file.name, mapping)
        _end(dry_run or bool(result.errors))
    except (SheetError, IntegrityError, OperationalError) as error:
        _refuse(form, [_why(error)])
    counts = result.to_json()
    names = ("created", "updated", "unchanged", "skipped", "states_created")
    lines = [f"{name}: {counts[name]}" for name in names] + country_lines(result)
    _tell(form, result, dry_run, lines + counts["notices"])


@registry_cli.command("verify")
@click.argument("file", type=_FILE)
@click.option("--mapping", "mapping_file", type=_FILE, default=None, metavar="M.json", help="How to read the list.")
@format_option
def verify_registry_(file: Path, mapping_file: Path | None, form: str) -> None:
    """Compare the registry with a list, such as the P-codes; writes nothing.

    For each country: how many are here and there, match by code or by name within the state, are only here or only
    there, and which of ours seem to be there twice, under two codes. The list needs country and code; it is read as
    `flask registry import` reads it. Differences are no refusal: the exit code is 0.
    """
    mapping = _registry_mapping(mapping_file, form)
    try:
        found = verify_registry(read_bytes(file), file.name, mapping)
    except SheetError as error:
        _refuse(form, [_why(error)])
    if isinstance(found, list):
        _tell(form, RegistryResult(errors=found), True, [])
        return
    answer(form, found.to_json(), comparison_lines(found, _NAMED))


def _registry_mapping(file: Path | None, form: str) -> RegistryMapping:
    try:
        return read_registry_mapping(_text_of(file)) if file else RegistryMapping()
    except MappingError as error:
        _refuse(form, error.reasons)


@contextmanager
def _written(output: Path, form: str) -> Iterator[tuple[BinaryIO, str]]:
    """A file to write and its kind; it appears under its name once it is whole."""
    kind = output.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise click.UsageError(f"{output.name!r}: end the name in .csv or .xlsx")
    unfinished = output.with_name(output.name + ".part")
    try:
        with unfinished.open("wb") as target:
            yield target, kind
        unfinished.replace(output)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        _refuse(form, [f"{output}: {error.strerror}"])


def _place(code: str, form: str) -> Place:
    """The municipality; the session is left clean, so that the write begins as one."""
    place = place_by_code(code, EVERYWHERE)
    db.session.rollback()
    if place is None:
        _refuse(form, [_("There is no municipality “%(code)s”. Write it as mx-15033.", code=code)])
    return place


def _act(zone_name: str) -> Act:
    now = utc_now()
    return Act(None, _NAME, "command", now, local_day(now, zone_name))


def _end(nothing: bool) -> None:
    """Keep what was written, or nothing of it."""
    if nothing:
        db.session.rollback()
    else:
        db.session.commit()


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError([_("%(file)s cannot be read as UTF-8 text.", file=file.name)]) from error


def _tell(form: str, result: ImportResult | RegistryResult, dry_run: bool, lines: list[str]) -> None:
    """Print the answer; reasons go to standard error and the exit code is 1 when there are any."""
    if result.errors:
        if form == "json":
            answer(form, result.to_json(), [])
        for wrong in result.errors:
            click.echo(wrong.to_line(), err=True)
        if isinstance(result, ImportResult) and result.back and any(not c.choice for c in result.back.conflicts):
            words = _("Say --conflicts mine (what the file says) or --conflicts theirs (what stands here now).")
            click.echo(words, err=True)
        click.echo(_("Nothing was written."), err=True)
        raise SystemExit(REFUSED)
    answer(form, result.to_json(), lines + ([_("Nothing was written: this was a dry run.")] if dry_run else []))


def _lines(result: ImportResult) -> list[str]:
    counts = result.to_json()
    names = ("created", "updated", "unchanged", "skipped", "units_created")
    lines = [f"{name}: {counts[name]}" for name in names]
    for rule, count in counts["treated"].items():
        rows = counts["treated_rows"].get(rule, [])
        named = ", ".join(str(row) for row in rows[:_NAMED]) + (" …" if len(rows) > _NAMED else "")
        lines.append(_("treated, %(rule)s: %(count)s", rule=rule, count=count) + (f" ({named})" if named else ""))
    return lines + list(counts["notices"])


def _refuse(form: str, reasons: list[Any]) -> NoReturn:
    """Reasons that concern no row: the mapping, the municipality, the database."""
    db.session.rollback()
    if form == "json":
        errors = [{"sheet": None, "row": None, "column": None, "value": "", "reason": str(r)} for r in reasons]
        answer(form, {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0, "errors": errors}, [])
    for reason in reasons:
        click.echo(str(reason), err=True)
    raise SystemExit(REFUSED)


def _why(error: Exception) -> object:
    if isinstance(error, SheetError):
        return error.reason
    return _("Somebody else was writing at the same moment; nothing was written. Try again.")
