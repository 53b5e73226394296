"""One row of an agenda sheet as a checked `Incoming`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.numbers import is_currency

from tracker.agenda.intake.incoming import Incoming
from tracker.agenda.rules import CODE, TEXT_LENGTH, TITLE_LENGTH
from tracker.core.i18n import _l
from tracker.core.mail import is_address
from tracker.core.sheets import Cell, fold
from tracker.core.sheets.text import cell_text
from tracker.exchange import cells, words
from tracker.exchange.cells import CellError
from tracker.exchange.cells.days import Years
from tracker.exchange.mapping import AgendaMapping
from tracker.exchange.reading import RowReader
from tracker.exchange.rows.dates import Ending, read_dates, read_ending
from tracker.exchange.rows.figures import read_progress
from tracker.territory.rules import FIRST_DAY, LAST_DAY, name_key


@dataclass(frozen=True)
class Ways:
    """How every row of a sheet is read."""

    mapping: AgendaMapping
    #: The local day of the import: nothing can have been done later.
    day: date
    #: `.` or `,`
    decimal_sign: str
    given: frozenset[str]
    stages: dict[str, str]
    outcomes: dict[str, str]
    #: Index of the column the reported progress is a share of.
    share_column: int | None
    #: Whether shares of 1 stand in the columns of progress.
    shares: bool
    #: Captions in `compose_code` → index.
    code_columns: dict[str, int]
    #: For days that are written without a year.
    years: Years


def read_row(row: RowReader, ways: Ways) -> Incoming:
    """Every value of the row; what cannot stand is noted as a fault and left at its default."""
    title, description = _title(row, ways)
    dates = read_dates(row, ways.mapping, ways.years)
    done = ways.stages.get(name_key(cell_text(row.cell("state")))) == "completed"
    progress = read_progress(row, ways.mapping, ways.share_column, ways.decimal_sign, shares=ways.shares, done=done)
    ending: Ending = read_ending(row, ways.mapping, ways.day, ways.stages, progress)
    outcome = row.read("outcome", lambda cell: words.one_of(cell, ways.outcomes), None)
    if outcome is not None and ending.stage != "completed":
        row.fault("outcome", _l("An outcome needs a row that is completed."))

    def money(cell: Cell) -> Decimal | None:
        return _amount(cell, ways.decimal_sign, step="0.0001")

    return Incoming(
        row=row.number,
        given=ways.given | ({"description"} if description else set()) | set(row.mended),
        title=title,
        code=_code(row, ways),
        milestone_of=row.read("milestone_of", _code_cell, ""),
        description=description,
        unit=row.read("unit", _lined(300) if ways.mapping.split_units is False else _listed, ""),
        unit_email=row.read("unit_email", _address, ""),
        co_units=_names(row, "co_units"),
        responsible=row.read("responsible", _lined(200), ""),
        responsible_email=row.read("responsible_email", _address, ""),
        partners=_names(row, "partner"),
        line=row.read("line", _lined(300), ""),
        action=row.read("action", _lined(300), ""),
        start_on=dates.start_on,
        due_on=dates.due_on,
        due_precision=dates.precision,
        stage=ending.stage,
        completed_on=ending.completed_on,
        outcome=outcome,
        closing_note=row.read("closing_note", _texted, ""),
        progress=progress,
        quantity=row.read("quantity", lambda cell: _amount(cell, ways.decimal_sign, above_zero=True), None),
        measure=row.read("measure", _lined(100), ""),
        delivered=row.read("delivered", lambda cell: _amount(cell, ways.decimal_sign), None),
        weight=row.read("weight", lambda cell: _weight(cell, ways.decimal_sign), None),
        budget=row.read("budget", money, None),
        budget_current=row.read("budget_current", money, None),
        budget_executed=row.read("budget_executed", money, None),
        budget_paid=row.read("budget_paid", money, None),
        fiscal_year=row.read("fiscal_year", lambda cell: _year(cell, ways.decimal_sign), None),
        currency=row.read("currency", _currency, ""),
        source_of_funds=row.read("source_of_funds", _lined(200), ""),
        verification=row.read("verification", _texted, ""),
        public=row.read("public", words.yes, False),
    )


def _title(row: RowReader, ways: Ways) -> tuple[str, str]:
    """Title and description; a title that is too long is cut where the mapping says so, nothing is lost."""
    description = row.read("description", _texted, "")
    whole = fold(cell_text(row.cell("title")))
    if len(whole) > TITLE_LENGTH and ways.mapping.treat.long_title == "cut":
        row.treat("long_title", whole)
        kept = whole[: TITLE_LENGTH - 1].rsplit(" ", 1)[0]
        if not description:
            description = row.read("title", _texted, "")
        return kept + "…", description
    title = row.read("title", _lined(TITLE_LENGTH), "")
    if not whole:
        row.fault("title", _l("Write what is promised."))
    return title, description


def _code(row: RowReader, ways: Ways) -> str:
    template = ways.mapping.compose_code
    if template is None:
        return row.read("code", _code_cell, "")
    composed = template
    for caption, at in ways.code_columns.items():
        composed = composed.replace(f"{{{caption}}}", fold(cell_text(row.row[at])))
    try:
        return _code_cell(composed)
    except CellError as error:
        row.fault("code", error.reason, composed)
        return ""


def _code_cell(cell: Cell) -> str:
    code = fold(cell_text(cell))
    if not CODE.fullmatch(code):
        raise CellError(_l("Use at most 40 letters, digits, dots, hyphens or underscores."))
    return code


def _names(row: RowReader, field: str) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for cell in row.cells(field):
        try:
            for name in cells.text(cell, 3000).split(";"):
                if fold(name):
                    names.setdefault(name_key(name), cells.line(name, 300))
        except CellError as error:
            row.fault(field, error.reason, cell)
    return tuple(names.values())


def _lined(most: int) -> Callable[[Cell], str]:
    return lambda cell: cells.line(cell, most)


def _listed(cell: Cell) -> str:
    """Several names, perhaps on lines of their own."""
    return cells.text(cell, 3000)


def _texted(cell: Cell) -> str:
    return cells.text(cell, TEXT_LENGTH)


def _address(cell: Cell) -> str:
    address = fold(cell_text(cell)).lower()
    if not is_address(address):
        raise CellError(_l("This is no mail address. Write one, such as obras@example.org."))
    return address


def _amount(cell: Cell, sign: str, *, above_zero: bool = False, step: str = "0.001") -> Decimal | None:
    found = cells.number(cell, sign)
    if found is None:
        return None
    found = found.quantize(Decimal(step))
    if found < 0 or (above_zero and not found):
        raise CellError(_l("Give an amount above 0.") if above_zero else _l("Give an amount of 0 or more."))
    if step == "0.001" and found >= 10**12:
        raise CellError(_l("This number is too large."))
    return found


def _year(cell: Cell, sign: str) -> int | None:
    found = cells.number(cell, sign)
    if found is None:
        return None
    if found != int(found) or not FIRST_DAY.year <= found <= LAST_DAY.year:
        raise CellError(_l("Give the fiscal year of the money, such as 2027."))
    return int(found)


def _weight(cell: Cell, sign: str) -> int | None:
    found = cells.number(cell, sign)
    if found is None:
        return None
    if found != int(found) or not 0 <= found <= 1000:
        raise CellError(_l("Give a whole number from 0 to 1000."))
    return int(found)


def _currency(cell: Cell) -> str:
    code = fold(cell_text(cell)).upper()
    if not is_currency(code):
        raise CellError(_l("Give the currency as three letters, such as MXN."))
    return code
