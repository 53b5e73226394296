"""A typed list of municipalities: what each line means, or what is wrong with it in words."""

from collections.abc import Sequence

from tracker.core.i18n import _, ngettext
from tracker.territory.registry.naming import MOST_LINES, Named, municipalities_named
from tracker.territory.rules import EVERYWHERE

#: Lines that are not understood and are named one by one; the rest is counted.
_NAMED = 10


def read_list(text: str, country_code: str = "") -> tuple[list[int], list[str]]:
    """(ids of the municipalities meant, what is wrong): one of the two is empty. Names are of the given country."""
    texts = [line for line in (part.strip(" \t,;") for part in text.splitlines()) if line]
    if not texts:
        return [], [_("Write at least one municipality.")]
    if len(texts) > MOST_LINES:
        return [], [_("At most %(count)s lines at once.", count=MOST_LINES)]
    named = municipalities_named(texts, EVERYWHERE, country_code)
    wrong = _not_understood(named)
    return ([], wrong) if wrong else (list(dict.fromkeys(one for name in named for one in name.ids)), [])


def _not_understood(named: Sequence[Named]) -> list[str]:
    wrong = []
    for number, name in enumerate(named, 1):
        said = name.text[:80]
        if name.choices:
            codes = ", ".join(name.choices[:8])
            wrong.append(
                _(
                    "Line %(number)s, “%(said)s”: several bear this name. Write the code: %(codes)s",
                    number=number,
                    said=said,
                    codes=codes,
                )
            )
        elif not name.ids:
            wrong.append(
                _(
                    "Line %(number)s, “%(said)s”: not in the registry. Write its code, such as mx-15033.",
                    number=number,
                    said=said,
                )
            )
    left = len(wrong) - _NAMED
    if left > 0:
        wrong[_NAMED:] = [ngettext("%(num)s further line.", "%(num)s further lines.", left)]
    return wrong
