"""Whether what stands in a column can be a field, and what it is where no caption tells."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from tracker.exchange.cells.periods import names_month
from tracker.exchange.guessing.content import Content

_DAYS = ("start_on", "due_on", "completed_on")
_MONEY = ("budget", "budget_current", "budget_executed", "budget_paid")
_FIGURES = ("progress", "quantity", "delivered", "weight", "fiscal_year", *_MONEY)
#: A caption over a column without any such content is worth so much.
_DOUBT = 0.3
#: Columns with less in them are not looked at where no caption speaks for them.
_SEEN = 0.3


def fit(field: str, score: int, content: Content, caption: str = "") -> float:
    """What a caption's score is worth, seeing what stands below."""
    worth = float(score)
    if field in _DAYS:
        worth *= 1 if content.days + content.years >= 0.3 else _DOUBT
    elif field in ("unit_email", "responsible_email"):
        worth *= 1 if content.addresses >= 0.5 else _DOUBT
    elif field == "progress":
        worth *= 1 if content.numbers >= 0.6 and content.to_hundred >= 0.8 else _DOUBT
        worth += 5 * min(content.share_filled * 2, 1) + (12 if "%" in caption or content.to_one >= 0.8 else 0)
    elif field in _FIGURES:
        worth *= 1 if content.numbers >= 0.6 else _DOUBT
        worth += 5 if field == "budget" and content.large >= 0.5 else 0
    elif field == "title":
        prose = content.length >= 8 and content.numbers < 0.3
        worth *= 1 if prose else _DOUBT if content.numbers < 0.8 else 0
        if worth:
            worth += 10 * content.distinct + (10 if content.is_prose else 0) - (20 if content.distinct < 0.3 else 0)
    elif field == "code":
        short = content.length <= 40 and content.distinct >= 0.5
        worth *= 1 if short else _DOUBT
    elif field in ("unit", "responsible", "co_units"):
        worth *= 1 if content.numbers < 0.3 and content.addresses < 0.3 else _DOUBT
        worth += _unit_or_person(field, content)
        worth -= 30 if content.length > 120 else 0
    elif field == "state":
        worth *= 1 if (content.is_words or content.comes_again) and content.days < 0.3 else _DOUBT
    elif field in ("line", "action", "description", "verification"):
        worth *= 1 if content.numbers < 0.5 and content.days < 0.3 else _DOUBT
    return worth


def _unit_or_person(field: str, content: Content) -> float:
    """ "Responsable" is a unit where names of units stand below."""
    if field == "unit":
        return 25 * content.unit_like
    return -40 * (content.unit_like + content.acronyms) if field == "responsible" else 0


def by_content(
    captions: Sequence[str], contents: Mapping[int, Content], found: Mapping[int, tuple[str, str]]
) -> Iterator[tuple[int, str]]:
    """Columns that no caption explains, for fields that are still missing.

    A column called after a month is a part of a drawn schedule, whatever stands in it.
    """
    missing = {"title", "unit", "unit_email", "state", "due_on", "progress"} - {
        field for field, _ in found.values()
    }
    free = [at for at in contents if at not in found and contents[at].filled >= 2]
    free = [at for at in free if contents[at].share_filled >= _SEEN and not names_month(captions[at])]
    days = [at for at in free if contents[at].is_dates]
    has_start = any(field == "start_on" for field, _why in found.values())
    if "due_on" in missing and days:
        order = sorted(days, key=lambda at: (contents[at].middle_day is None, str(contents[at].middle_day)))
        if len(order) > 1 and not has_start and contents[order[0]].days and contents[order[-1]].days:
            yield order[0], "start_on"
        yield order[-1], "due_on"
    signs: tuple[tuple[str, Callable[[Content], bool]], ...] = (
        ("unit_email", lambda c: c.addresses >= 0.8),
        ("state", lambda c: c.is_words and c.stage_like >= 0.6),
        ("unit", lambda c: c.unit_like >= 0.6 and c.length < 80),
        ("progress", lambda c: c.percent_signs >= 0.6),
    )
    for field, holds in signs:
        fitting = (at for at in free if at not in days and holds(contents[at])) if field in missing else iter(())
        at = next(fitting, None)
        if at is not None:
            yield at, field
            free.remove(at)
    prose = [at for at in free if contents[at].is_prose and contents[at].distinct > 0.3 and at not in days]
    if "title" in missing and prose:
        yield max(prose, key=lambda at: (round(contents[at].share_filled, 1), -at)), "title"
