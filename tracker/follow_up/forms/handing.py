"""The shape of a person's handover: to whom, how that person hears of it, and the signed letter."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField
from wtforms.validators import ValidationError

from tracker.accounts.words import LANGUAGES
from tracker.core.forms import Form, line, options, paragraph
from tracker.core.i18n import _, _l
from tracker.core.mail import is_address


class HandoverForm(Form):
    """Who takes over; somebody who has an account here, or somebody new."""

    successor = SelectField(_l("Who takes over"), default="")
    name = line(_l("Name"), 200)
    how = RadioField(_l("How"), choices=options([("mail", _l("By mail")), ("slip", _l("On a printed slip"))]))
    email = line(_l("E-mail"), 254)
    language = SelectField(_l("Language"), choices=options(LANGUAGES))
    letter = FileField(_l("Signed letter"))
    note = paragraph(_l("Why, in a few words"), 1000)

    def validate_name(self, field: Any) -> None:
        """Somebody new has a name."""
        if not self.successor.data and not field.data:
            raise ValidationError(_("Say who takes over."))

    def validate_email(self, field: Any) -> None:
        """Somebody new who is invited by mail has an address."""
        if not self.successor.data and self.how.data == "mail" and not is_address(field.data or ""):
            raise ValidationError(_("Give one mail address, such as name@example.org."))


class LetterForm(HandoverForm):
    """The same by whoever looks after the municipality, with the letter that says so."""

    leaving = SelectField(_l("Who leaves"), default="")
