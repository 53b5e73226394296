"""The shape of a consent: who, until when, what for."""

from wtforms import SelectField

from tracker.core.forms import DayField, Form, line
from tracker.core.i18n import _l
from tracker.territory.days import in_our_time


class ConsentForm(Form):
    """Whom the municipality lets enter data for it."""

    user = SelectField(_l("Who"), default="")
    until_on = DayField(_l("Until, that day included"), validators=[in_our_time])
    purpose = line(_l("What for"), 300)
