"""What is decided about a workbook that left from here and comes back."""

from typing import Literal

from pydantic import Field

from tracker.exchange.mapping.treatment import Strict


class Choice(Strict):
    """Whose value counts in one conflict."""

    take: Literal["mine", "theirs"]
    #: The mark of what stood here when it was decided: once that changes, it is asked anew.
    over: str


class Returning(Strict):
    """Whose values count, and what becomes of rows that are not as they left."""

    #: For every conflict nobody decided one by one.
    conflicts: Literal["mine", "theirs"] | None = None
    #: Name of a row and first field of what is decided, `c12m3.due_on` → choice.
    choices: dict[str, Choice] = Field(default_factory=dict)
    #: Rows that are copies, or come from another workbook, are new ones.
    copies: Literal["new"] | None = None
    #: Rows whose code was changed keep the one with which they left.
    codes: Literal["as_left"] | None = None
