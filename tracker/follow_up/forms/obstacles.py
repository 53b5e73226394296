"""The shape of what is in the way, and of how it was cleared."""

from typing import Any

from wtforms import SelectField

from tracker.core.forms import DayField, Form, line, no_choice, options, paragraph
from tracker.core.i18n import _l
from tracker.follow_up.rules import LEVELS, OBSTACLE_KINDS
from tracker.territory.rules import ADDRESS_LENGTH, NAME_LENGTH

KIND_WORDS = {
    "money": _l("money"),
    "permit": _l("a permit"),
    "land": _l("land or a place"),
    "people": _l("people"),
    "purchase": _l("a purchase or tender"),
    "information": _l("information"),
    "weather": _l("weather or a disaster"),
    "other": _l("something else"),
}
LEVEL_WORDS = {
    "state": _l("state or province"),
    "national": _l("national government"),
    "court": _l("a court"),
    "company": _l("a company"),
    "other": _l("somebody else outside"),
}


class ObstacleForm(Form):
    """What is in the way, since when, who can clear it."""

    kind = SelectField(
        _l("What is missing or in the way?"),
        choices=options([no_choice(), *[(name, KIND_WORDS[name]) for name in OBSTACLE_KINDS]]),
        default="",
        validate_choice=False,
    )
    needed = paragraph(_l("What is needed, in a sentence"), 1000)
    since_on = DayField(_l("Since when"))
    clearer = SelectField(_l("Who can clear it"), default="")
    clearer_name = line(_l("Name of the office or person outside"), NAME_LENGTH)
    clearer_email = line(_l("Their mail address, if they are to be told"), ADDRESS_LENGTH)

    def offer(self, known: list[tuple[str, Any]]) -> None:
        """Units and partners of the municipality, then who is outside."""
        outside = [(f"level-{name}", LEVEL_WORDS[name]) for name in LEVELS]
        self.clearer.choices = options([no_choice(_l("not known yet")), *known, *outside])


class ClearingForm(Form):
    """How it was cleared."""

    how = paragraph(_l("How was it cleared?"), 1000)
