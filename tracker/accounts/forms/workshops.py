"""The shape of what is typed about workshops, and of inviting their coordinators."""

from typing import Any

from wtforms import BooleanField, FormField, HiddenField, SelectField
from wtforms.validators import InputRequired, ValidationError

from tracker.core.forms import DayField, Form, Part, Rows, WholeField, line, paragraph
from tracker.core.i18n import _, _l
from tracker.core.mail import is_address
from tracker.territory.days import in_our_time


class SessionForm(Part):
    """One session of a workshop."""

    on = DayField(_l("Day"), validators=[in_our_time])
    title = line(_l("What it was about"), 300)


class AttendanceForm(Part):
    """How many people of a country and sector took part."""

    country_code = SelectField(_l("Country"), default="")
    sector = line(_l("Sector"), 100)
    women = WholeField(_l("Women"))
    men = WholeField(_l("Men"))
    not_stated = WholeField(_l("Not stated"))


class WorkshopForm(Form):
    """What a workshop was; only the name is needed."""

    version = HiddenField()
    name = line(_l("Name"), 300, validators=[InputRequired(_l("Write how the workshop is called."))])
    kind = SelectField(_l("What it is"), default="workshop")
    venue = line(_l("Where it is held"), 200)
    country_code = SelectField(_l("Country"), default="")
    starts_on = DayField(_l("First day"))
    ends_on = DayField(_l("Last day"))
    sessions = Rows(FormField(SessionForm), min_entries=0, max_entries=60, label=_l("Sessions"))
    attendance = Rows(FormField(AttendanceForm), min_entries=0, max_entries=100, label=_l("Who took part"))


class CameForm(Form):
    """Which municipalities came: one a line."""

    lines = paragraph(_l("Municipalities, one a line"), 20_000)


class StartRow(Part):
    """Whom to invite to coordinate one municipality."""

    municipality = HiddenField()
    chosen = BooleanField(_l("Invite"), default=True)
    name = line(_l("Name"), 200)
    email = line(_l("E-mail"), 254)

    def validate_email(self, field: Any) -> None:
        """Empty is a slip; anything else has to be an address."""
        if self.chosen.data and field.data and not is_address(field.data):
            raise ValidationError(_("Give one mail address, such as name@example.org."))


class StartForm(Form):
    """Whom to invite to coordinate the municipalities of a workshop; a pasted list fills the rows in."""

    pasted = paragraph(_l("A list from a sheet"), 50_000)
    starts = Rows(FormField(StartRow), min_entries=0, max_entries=100, label=_l("Municipalities"))
