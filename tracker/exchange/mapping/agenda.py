"""How a sheet is read as an agenda."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from tracker.exchange.captions import AGENDA
from tracker.exchange.mapping.columns import Columns, check_field, check_fields
from tracker.exchange.mapping.returning import Returning
from tracker.exchange.mapping.treatment import Strict, Treatment

#: What a row of a sheet can be; `skip` is a total or a heading.
RowKind = Literal["line", "action", "commitment", "milestone", "skip"]
#: Fields that may come from several columns: their names are put together, or the lowest figure counts.
_SEVERAL = ("co_units", "partner")
_RowNumber = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,6}$")]


class RowType(Strict):
    """A column that tells what each row is: by its word, or by the depth of its code (1, 1.1, 1.1.1)."""

    column: str
    words: dict[str, RowKind] = Field(default_factory=dict)
    #: The first is what a code of one part is, the second one of two parts …
    depths: tuple[RowKind, ...] = ()

    @model_validator(mode="after")
    def _says_how(self) -> Self:
        if bool(self.words) == bool(self.depths):
            raise ValueError("give either words or depths")
        return self


class AgendaMapping(Columns):
    """How a sheet is read as an agenda."""

    #: `BA-{numero}`: captions in braces.
    compose_code: str | None = None
    #: Fields (or captions) whose empty cells mean "as above".
    fill_down: tuple[str, ...] = ()
    #: Cells merged with one above say what it says; only where the file knows its merged cells (not in CSV).
    fill_merged: bool = False
    date_order: Literal["dmy", "mdy", "ymd"] = "dmy"
    #: The year of days that are written without one; None: such a day is an error that suggests a year.
    assume_year: int | None = Field(default=None, ge=1990, le=2100)
    #: None: percent, and a share such as 0.4 is an error, since it may mean 40.
    #: `mixed`: what lies between 0 and 1 is a share, all else percent.
    percent_scale: Literal["0-100", "0-1", "mixed"] | None = None
    #: What a 1 means beside shares, where the row is not said to be done: percent.
    percent_one: Literal["1", "100"] | None = None
    as_of: date | None = None
    create_units: bool = False
    #: Rows with a title and nothing else that look like totals, signatures or notes; None: each is asked about.
    bare_rows: Literal["keep"] | None = None
    repeated: Literal["last", "number"] | None = None
    #: Word in the sheet → stage.
    states: dict[str, Literal["not_started", "in_progress", "completed", "cancelled"]] = Field(default_factory=dict)
    row_type: RowType | None = None
    #: Several units in one cell, the first one leads: True splits where it is plain, a list at exactly these signs.
    split_units: bool | tuple[Annotated[str, StringConstraints(min_length=1)], ...] = False
    #: Words in the unit column that mean every unit: all become co-responsible.
    all_units: tuple[str, ...] = ()
    #: Who leads where all take part; None: nobody.
    all_units_lead: str | None = None
    #: Name of a unit as the sheet has it → the unit that is meant; its own name again: it is another one.
    units: dict[str, str] = Field(default_factory=dict)
    #: Row number, or title → code of the commitment in the agenda that the row is about; None: it is a new one.
    matches: dict[str, str | None] = Field(default_factory=dict)
    #: Row number → field → what stands there instead; None: nothing (no date, no responsible).
    mends: dict[_RowNumber, dict[str, str | None]] = Field(default_factory=dict)
    #: Numbers of rows that stay out.
    leave_out: tuple[Annotated[int, Field(ge=1)], ...] = ()
    treat: Treatment = Treatment()
    #: Of a workbook that left from here; None: nothing is decided about it yet.
    back: Returning | None = None

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        check_fields(self, AGENDA, {*_SEVERAL, *self.treat.lowest_of})
        for mended in self.mends.values():
            for field in mended:
                check_field(field, AGENDA)
        return self
