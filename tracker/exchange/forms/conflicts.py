"""Whose value counts where a workbook that comes back and the agenda were both changed."""

from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.validators import ValidationError

from tracker.core.forms import Part, options
from tracker.core.i18n import _, _l

SIDES = {"mine": _l("what the file says"), "theirs": _l("what stands here now")}


class ConflictPart(Part):
    """One thing that both changed."""

    key = HiddenField()
    #: What stood here when it was shown.
    over = HiddenField()
    take = RadioField(_l("What counts"), choices=options(SIDES.items()), validate_choice=False)

    def validate_take(self, field: Any) -> None:
        """One of the two, or nothing yet."""
        if field.data and field.data not in SIDES:
            raise ValidationError(_("Choose one of the two."))
