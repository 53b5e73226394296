"""The shape of what is typed about municipalities: what they are, how they close, who goes on."""

from wtforms import FormField, HiddenField, SelectField
from wtforms.validators import InputRequired

from tracker.core.forms import DayField, Form, Part, Rows, WholeField, line, options, paragraph
from tracker.core.i18n import _l
from tracker.territory.days import in_our_time

KIND_WORDS = {
    "municipality": _l("Municipality"),
    "association": _l("Association of municipalities"),
    "department": _l("Department or province"),
    "state": _l("State or region"),
}


class RegisterForm(Form):
    """A municipality or an association."""

    #: What stood when the page was opened; empty on a new one.
    stood = HiddenField()
    name = line(_l("Name"), 300, validators=[InputRequired(_l("Write how it is called."))])
    kind = SelectField(_l("What it is"), choices=options(KIND_WORDS.items()), default="municipality")
    country_code = SelectField(_l("Country"), default="")
    official_code = line(_l("Official code"), 30)
    state_id = SelectField(_l("State or province"), default="")
    population = WholeField(_l("Population"))
    valid_from = DayField(_l("Exists since"), validators=[in_our_time])


class MembersForm(Form):
    """Municipalities that belong to an association: one a line."""

    lines = paragraph(_l("Municipalities, one a line"), 20_000)


class ClosingForm(Form):
    """Its last day, and what takes its place."""

    stood = HiddenField()
    until_on = DayField(_l("Last day"), validators=[in_our_time])
    successor = line(_l("What takes its place"), 300)


class ShareRow(Part):
    """Who takes over what a unit leads, or one commitment."""

    which = HiddenField()
    to = SelectField(_l("Goes to"), default="", validate_choice=False)


class DivisionForm(Form):
    """Who takes over what of a municipality that is divided."""

    stood = HiddenField()
    until_on = DayField(_l("Last day"), validators=[in_our_time])
    successor = paragraph(_l("Successors, one a line"), 4_000)
    units = Rows(FormField(ShareRow), min_entries=0, max_entries=300, label=_l("Units"))
    rows = Rows(FormField(ShareRow), min_entries=0, max_entries=300, label=_l("Commitments"))


class PartnerForm(Form):
    """How a partner is called, and its contact."""

    name = line(_l("Name"), 300, validators=[InputRequired(_l("Write how it is called."))])
    email = line(_l("E-mail"), 254)
