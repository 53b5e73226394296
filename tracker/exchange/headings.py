"""What stands above the columns of a sheet, as people read it: stacked captions, one over several columns."""

from collections.abc import Sequence

from tracker.core.sheets import Sheet, fold
from tracker.core.sheets.text import cell_text

_Texts = list[list[str]]


def captions_of(sheet: Sheet, header_rows: Sequence[int]) -> list[str]:
    """What stands above each column; of several rows, one after the other. Empty where nothing does.

    A caption over several columns counts for each of them: "Presupuesto" over "Inicial" and "Final".
    """
    return readings(sheet, header_rows)[0]


def lowest_of(sheet: Sheet, header_rows: Sequence[int]) -> list[str]:
    """Of stacked captions the lowest alone, which says what the column holds: "Cantidad" below "Metas".

    Empty where nothing stands above it.
    """
    texts = _texts(sheet, header_rows)
    spread = _over_merged(sheet, header_rows, texts) if sheet.merged else _over_gaps(texts)
    stacks = ([part for part in column if part] for column in zip(*spread, strict=True))
    return [stack[-1] if len(stack) > 1 else "" for stack in stacks]


def readings(sheet: Sheet, header_rows: Sequence[int]) -> list[list[str]]:
    """The captions, and then as a mapping may know them that was made for the same sheet in another format.

    Only some formats tell which cells are merged; in the others a gap beside a caption has to do.
    """
    texts = _texts(sheet, header_rows)
    spread = _over_merged(sheet, header_rows, texts) if sheet.merged else _over_gaps(texts)
    answer = [_joined(spread), _joined(texts), _joined(_over_gaps(texts))]
    return [reading for at, reading in enumerate(answer) if reading not in answer[:at]]


def numbered(captions: Sequence[str]) -> list[str]:
    """The same captions as mappings name them: the second of equal ones ends in `#2`."""
    times: dict[str, int] = {}
    answer = []
    for caption in captions:
        key = caption.casefold()
        times[key] = times.get(key, 0) + 1
        answer.append(f"{caption}#{times[key]}" if caption and times[key] > 1 else caption)
    return answer


def _texts(sheet: Sheet, header_rows: Sequence[int]) -> _Texts:
    rows = [sheet.rows[number - 1] for number in header_rows if number <= len(sheet.rows)]
    width = max((len(row) for row in rows), default=0)
    return [[_once(fold(cell_text(row[at]))) if at < len(row) else "" for at in range(width)] for row in rows]


def _joined(texts: _Texts) -> list[str]:
    return [" ".join(part for part in column if part) for column in zip(*texts, strict=True)]


def _over_merged(sheet: Sheet, header_rows: Sequence[int], texts: _Texts) -> _Texts:
    answer = [list(row) for row in texts]
    for top, left, bottom, right in sheet.merged:
        for at, number in enumerate(header_rows[: len(texts) - 1]):
            # A title over the whole table is no caption; one over two rows stands in the first of them.
            if top == number and bottom < header_rows[-1] and right > left and left < len(texts[at]):
                below = texts[at + 1]
                for column in range(left, min(right + 1, len(texts[at]))):
                    if below[column] or at + 1 < len(texts) - 1:
                        answer[at][column] = texts[at][left]
    return answer


def _over_gaps(texts: _Texts) -> _Texts:
    """Each caption of an upper row goes on over the gap to its right as long as captions stand below."""
    answer = [list(row) for row in texts]
    for at, row in enumerate(texts[:-1]):
        going_on = ""
        for column, text in enumerate(row):
            below = any(lower[column] for lower in texts[at + 1 :])
            going_on = text or going_on if below else ""
            answer[at][column] = text or going_on
    return answer


def _once(text: str) -> str:
    """A text that is the same one several times over, as some programs leave captions, once."""
    again = (text + text).find(text, 1) if len(text) > 20 else len(text)
    return text[:again].strip() if again < len(text) and (len(text) > 40 or len(text) // again > 2) else text
