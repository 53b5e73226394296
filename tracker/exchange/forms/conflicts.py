"""Whose value counts where a workbook that comes back and the agenda were both changed."""

from typing import Any

from wtforms import FormField, HiddenField, RadioField, SelectField
from wtforms.validators import ValidationError

from tracker.core.forms import Form, Part, Rows, options
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


class ConflictsForm(Form):
    """All that this page shows, and one choice for whatever is open."""

    conflicts = Rows(FormField(ConflictPart), _l("Conflict"))
    rest = SelectField(_l("For all that are not decided"), default="", validate_choice=True)

    def offer(self) -> None:
        """What may be chosen."""
        self.rest.choices = options([("", _l("one by one, below")), *SIDES.items()])
