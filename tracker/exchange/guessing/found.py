"""What a sheet seems to say: plain values that a person confirms or corrects."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SheetSummary:
    """One sheet of a workbook."""

    name: str
    hidden: bool
    #: How far it reaches; 0 where nothing stands in it, or where it is too large to be read.
    rows: int
    columns: int
    #: How much it looks like an agenda, 0-100; the highest one is offered.
    guess_score: int
    #: Why it cannot be read (lazy text); None where it can.
    refused: object | None = None


@dataclass(frozen=True)
class ColumnGuess:
    """One column below the captions."""

    #: From 0.
    index: int
    #: As mappings name it: the second of equal captions ends in `#2`. Empty above a column without caption.
    caption: str
    #: Up to three different values from the column, as shown to people.
    samples: tuple[str, ...]
    #: The field it seems to be; None: left out.
    field: str | None
    #: What the guess rests on: `caption` or `content`; empty without a guess.
    why: str
    #: Share of the rows with something in it, 0-1.
    share_filled: float
    #: Below a filled cell of the column empty ones stand that are merged with it.
    merged: bool = False


@dataclass(frozen=True)
class WordFound:
    """A word of a column of words: a state, or what kind of row it is."""

    word: str
    times: int
    #: A stage, or a kind of row (`line`, `action`, `commitment`, `milestone`, `skip`); None: a person has to say.
    guess: str | None
