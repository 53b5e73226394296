"""The shape of an update, of the day of a dry run, of a unit's address, of terms and what they inherit."""

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, FormField, HiddenField, RadioField, SelectField, SelectMultipleField

from tracker.core.forms import (
    AmountField,
    DayField,
    Form,
    Part,
    Rows,
    WholeField,
    line,
    no_choice,
    options,
    paragraph,
)
from tracker.core.i18n import _l
from tracker.follow_up.rules import CHANNELS
from tracker.territory.days import in_our_time
from tracker.territory.governing import AUTHORITY_LENGTH
from tracker.territory.registry.staffing import PERSON_LENGTH, PHONE_LENGTH
from tracker.territory.rules import ADDRESS_LENGTH, NAME_LENGTH

CHANNEL_WORDS = {
    "phone": _l("by phone"),
    "visit": _l("on a visit"),
    "meeting": _l("in a meeting"),
    "message": _l("by message"),
}

INHERITED_WORDS = {
    "taken_over": _l("taken over as it is"),
    "renegotiated": _l("renegotiated: it has this new date"),
    "closed": _l("closed: it will not be done"),
}
_INHERITED_CHOICES = options([("", _l("— leave for later —")), *INHERITED_WORDS.items()])


class UpdateForm(Form):
    """A figure or an amount, a sentence, files, on behalf of whom."""

    progress = WholeField(_l("Progress"))
    delivered = AmountField(_l("Delivered since the last update"))
    happened = RadioField(
        _l("What happened?"),
        choices=options([("under_way", _l("It goes on")), ("finished", _l("It is finished"))]),
        default="under_way",
    )
    text = paragraph(_l("In a sentence"), 5000)
    files = MultipleFileField(_l("Photo or document"))
    link = line(_l("Address of a page that shows it"), 500)
    women = WholeField(_l("Women reached"))
    men = WholeField(_l("Men reached"))
    unsexed = WholeField(_l("People reached, not recorded by sex"))
    told_by = line(_l("Told by"), 200)
    told_how = SelectField(
        _l("How"),
        choices=options([no_choice(), *[(name, CHANNEL_WORDS[name]) for name in CHANNELS]]),
        default="",
        validate_choice=False,
    )
    open_milestones = RadioField(
        _l("Milestones that are still open"),
        choices=options([("complete", _l("they were reached too")), ("cancel", _l("they are dropped"))]),
        default="",
        validate_choice=False,
    )


class SteadyForm(Form):
    """What is ticked as still on course, and a sentence if somebody wants to say one."""

    codes = SelectMultipleField(_l("Commitments"), validate_choice=False)
    sentence = line(_l("In a sentence, if there is anything to say"), 1000)


class NoteForm(Form):
    """A note for ourselves."""

    text = paragraph(_l("Note"), 5000)


class DryRunForm(Form):
    """The day of which is asked what would be told."""

    day = DayField(_l("Day"))


class MailboxForm(Form):
    """The shared address of a unit; empty is none."""

    mailbox = line(_l("Mail address of the unit"), ADDRESS_LENGTH)


class TermForm(Form):
    """From when to when who holds office."""

    version = HiddenField()
    authority = line(_l("Who holds office"), AUTHORITY_LENGTH)
    post = line(_l("Post"), AUTHORITY_LENGTH)
    starts_on = DayField(_l("First day"))
    ends_on = DayField(_l("Last day"))


class InheritedRow(Part):
    """What becomes of one inherited commitment."""

    commitment = HiddenField()
    ticked = BooleanField(_l("Choose"))
    how = SelectField(_l("What becomes of it"), choices=_INHERITED_CHOICES, default="")
    on = DayField(_l("New date"), validators=[in_our_time])
    reason = line(_l("Why, in a few words"), 1000)


class InheritedForm(Form):
    """What becomes of inherited commitments."""

    rows = Rows(FormField(InheritedRow), min_entries=0, max_entries=100, label=_l("Row"))


class UnitForm(Form):
    """How a unit is called."""

    name = line(_l("Name of the unit"), NAME_LENGTH)


class PersonForm(Form):
    """Somebody who works in a unit."""

    name = line(_l("Name"), PERSON_LENGTH)
    post = line(_l("Post"), PERSON_LENGTH)
    phone = line(_l("Phone"), PHONE_LENGTH)
    email = line(_l("E-mail"), ADDRESS_LENGTH)
