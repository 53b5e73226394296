"""What is done with what is wrong in a sheet; where there is no line it is an error."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tracker.core.mail import is_address


class Strict(BaseModel):
    """An unknown key is an error: a slip of the pen must not be read as silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SkipWhen(Strict):
    """Rows that are none of ours: by what stands in a column, or by its being empty (or not)."""

    column: str
    equals: tuple[str, ...] = ()
    empty: bool | None = None

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if not self.equals and self.empty is None:
            raise ValueError("give equals or empty")
        return self


class Treatment(Strict):
    """Each row so treated is counted and named."""

    skip_when: tuple[SkipWhen, ...] = ()
    #: Days with a slip of which it is plain what was meant: `1/15/2025` is 15 January.
    date_slips: Literal["proposed"] | None = None
    bad_date: Literal["undated"] | None = None
    empty_due_date: Literal["undated"] | None = None
    due_before_start: Literal["drop_start"] | None = None
    year: Literal["last_day"] | None = None
    clamp: tuple[Literal["progress"], ...] = ()
    lowest_of: tuple[Literal["progress"], ...] = ()
    #: Caption of the column with the share that the reported progress is already multiplied by.
    progress_share_of: str | None = None
    #: Percent from which a row counts as done.
    done_when_progress: int | None = Field(default=None, ge=1, le=100)
    long_title: Literal["cut"] | None = None
    #: `{slug}@example.org`
    unit_mailbox: str | None = None

    @field_validator("unit_mailbox")
    @classmethod
    def _makes_addresses(cls, template: str | None) -> str | None:
        if template is not None and not ("{slug}" in template and is_address(template.replace("{slug}", "a"))):
            raise ValueError("give an address with {slug} in it")
        return template
