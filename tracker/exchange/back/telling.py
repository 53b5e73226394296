"""What is said in words about a workbook that comes back."""

from tracker.agenda.intake.incoming import Fault
from tracker.core.i18n import _l, ngettext
from tracker.exchange.back.coming import Back


def another_place(code: str) -> object:
    """It left from another municipality."""
    return _l(
        "This workbook left from another municipality, %(code)s. Bring it in there. To begin a new agenda with its "
        "rows, copy them into the template.",
        code=code,
    )


def without_note() -> object:
    """The hidden sheet is gone."""
    return _l(
        "The hidden sheet of this workbook is gone, so nobody can tell what was changed here since it left: "
        "what the file says counts."
    )


def conflict_faults(back: Back) -> list[Fault]:
    """A fault for each conflict that nobody has decided."""
    return [
        Fault(found.row, told.field, told.mine, _reason(found.trace.by, told.theirs))
        for found in back.conflicts
        if found.choice is None
        for told in found.cells[:1]
    ]


def notices_of(back: Back) -> list[object]:
    """What was left as it is."""
    notices: list[object] = []
    if back.kept:
        notices.append(
            ngettext(
                "%(num)s value was changed here since the workbook left, and stays.",
                "%(num)s values were changed here since the workbook left, and stay.",
                len(back.kept),
            )
        )
    if back.removed:
        notices.append(
            ngettext(
                "%(num)s row that left with the workbook is not in it any more; it stays as it is.",
                "%(num)s rows that left with the workbook are not in it any more; they stay as they are.",
                len(back.removed),
            )
        )
    if back.emptied:
        notices.append(
            ngettext(
                "%(num)s emptied cell changes nothing: what was reported is not taken back by leaving it out.",
                "%(num)s emptied cells change nothing: what was reported is not taken back by leaving it out.",
                back.emptied,
            )
        )
    return notices


def _reason(name: str, theirs: str) -> object:
    if not name:
        return _l("It was changed here as well, to “%(theirs)s”. Say whose value counts.", theirs=theirs or "–")
    return _l(
        "It was changed here as well, by %(name)s, to “%(theirs)s”. Say whose value counts.",
        name=name,
        theirs=theirs or "–",
    )
