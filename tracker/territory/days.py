"""Which days a form may hold."""

from typing import Any

from wtforms.validators import ValidationError

from tracker.core.i18n import _
from tracker.territory.rules import FIRST_DAY, LAST_DAY


def in_our_time(_form: Any, field: Any) -> None:
    """For a day's field: refuse one that no plan has, whether it is needed or not."""
    if field.data is not None and not FIRST_DAY <= field.data <= LAST_DAY:
        raise ValidationError(_("Give a day between 1990 and 2100."))
