"""Which column of a sheet is which field."""

from collections.abc import Sequence
from itertools import islice

from tracker.core.sheets import Cell, Sheet, shown
from tracker.exchange.guessing.content import Content, content_of
from tracker.exchange.guessing.fitting import by_content, fit
from tracker.exchange.guessing.found import ColumnGuess
from tracker.exchange.guessing.naming import LOOSE, caption_scores
from tracker.exchange.headings import captions_of, lowest_of, numbered
from tracker.exchange.layout import is_blank
from tracker.territory.rules import name_key

#: Below this a guess would be a lottery.
_ENOUGH = 35
#: So many rows tell what a column holds.
_LOOKED_AT = 5_000
#: Words of a caption that do not say what it is about.
_ABOUT_NOTHING = {"nombre", "descripcion", "descricao", "nome", "de", "la", "del", "el", "da", "do", "desc"}
#: Captions that say who, be it a person or a unit.
_WHO = {"responsable", "responsables", "responsavel", "responsaveis", "responsible", "a cargo de"}
#: From such a share of names of units on these are units.
_UNITS_BELOW = 0.5
#: What the lowest of stacked captions is worth less than a whole one.
_LESS = 15
#: Several columns may be these.
_SEVERAL = {"co_units"}


def guess_columns(sheet: Sheet, header_rows: Sequence[int]) -> list[ColumnGuess]:
    """Every column with a caption or with something below it, from left to right; each field once."""
    captions = captions_of(sheet, header_rows)
    below = list(islice((row for row in sheet.rows[header_rows[-1] :] if not is_blank(row)), _LOOKED_AT))
    width = max(len(captions), max((len(row) for row in below), default=0))
    captions += [""] * (width - len(captions))
    columns: dict[int, list[Cell]] = {
        at: [row[at] if at < len(row) else None for row in below] for at in range(width)
    }
    contents = {at: content_of(cells) for at, cells in columns.items()}
    lowest = [*lowest_of(sheet, header_rows), *[""] * width][:width]
    found = _assigned(captions, contents, lowest)
    merged = {m.left for m in sheet.merged if m.bottom > m.top and m.top > header_rows[-1]}
    answer = []
    for at, caption in enumerate(numbered(captions)):
        if not caption and not contents[at].filled:
            continue
        field, why = found.get(at, (None, ""))
        share = round(contents[at].share_filled, 3)
        answer.append(ColumnGuess(at, caption, _samples(columns[at]), field, why, share, at in merged))
    return answer


def _samples(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The first three different values, as people are shown them."""
    found: dict[str, None] = {}
    for cell in cells:
        if text := shown(cell, 60):
            found[text] = None
            if len(found) == 3:
                break
    return tuple(found)


def _assigned(
    captions: Sequence[str], contents: dict[int, Content], lowest: Sequence[str]
) -> dict[int, tuple[str, str]]:
    """Column → (field, what the guess rests on): the surest first."""
    asked = [
        (fit(field, score, contents[at], caption) - at / 100, at, field)
        for at, caption in enumerate(captions)
        for field, score in _with_lowest(_scores(caption, contents[at]), lowest[at]).items()
        if contents[at].filled
    ]
    taken: set[str] = set()
    found: dict[int, tuple[str, str]] = {}
    for score, at, field in sorted(asked, key=lambda one: -one[0]):
        if score >= _ENOUGH and at not in found and (field not in taken or field in _SEVERAL):
            found[at] = field, "caption"
            taken.add(field)
    for field in ("code", "progress"):
        _settle_by_title(field, captions, contents, found)
    _settle_days(found)
    for at, field in by_content(captions, contents, found):
        found[at] = field, "content"
    return found


def _scores(caption: str, content: Content) -> dict[str, int]:
    """What a caption speaks for; "Meta" over numbers that are all different is what goals are numbered by."""
    scores = dict(caption_scores(caption))
    if name_key(caption) in _WHO and content.unit_like + content.acronyms >= _UNITS_BELOW:
        scores["unit"] = LOOSE
    if scores.get("title", 0) >= LOOSE and content.numbers >= 0.8 and content.distinct > 0.9:
        return {"code": LOOSE - 10}
    return scores


def _with_lowest(scores: dict[str, int], lowest: str) -> dict[str, int]:
    """Of stacked captions the lowest speaks for a field too, where it is known; less than the whole does."""
    known = caption_scores(lowest).items()
    # What is promised stands under a caption of its own: "Entrega" below "Fechas" is a day.
    below = {field: score - _LESS for field, score in known if score >= LOOSE and field != "title"}
    return {field: max(scores.get(field, 0), below.get(field, 0)) for field in (*scores, *below)}


def _settle_by_title(
    field: str, captions: Sequence[str], contents: dict[int, Content], found: dict[int, tuple[str, str]]
) -> None:
    """Of several columns that may be a field the one that is about the same thing as the title: "Cód Actividad"."""
    title = next((at for at, (named, _why) in found.items() if named == "title"), None)
    held = next((at for at, (named, _why) in found.items() if named == field), None)
    if title is None:
        return
    about = set(name_key(captions[title]).split()) - _ABOUT_NOTHING
    if held is not None and about & set(name_key(captions[held]).split()):
        return
    for at, caption in enumerate(captions):
        score = _scores(caption, contents[at]).get(field)
        if score is None or at in found or not about & set(name_key(caption).split()):
            continue
        if contents[at].filled and fit(field, score, contents[at], caption) >= _ENOUGH:
            if held is not None:
                del found[held]
            found[at] = field, "caption"
            return


def _settle_days(found: dict[int, tuple[str, str]]) -> None:
    """Where only a day of completion is named, as "Data de conclusão", the day by which is meant."""
    named = {field: at for at, (field, _why) in found.items()}
    if "completed_on" in named and "due_on" not in named:
        found[named["completed_on"]] = "due_on", "caption"
