"""The shape of what is decided about mails and of what somebody wants to hear."""

from typing import Any

from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import InputRequired, ValidationError

from tracker.core.forms import Clean, Form, line, paragraph
from tracker.core.i18n import _, _l
from tracker.core.mail import is_address


class ClickForm(Form):
    """One button; its id tells a double click from a second wish."""


class ApprovalForm(Form):
    """A yes to mails that are held: to so many as had been seen."""

    seen = HiddenField()

    def seen_mails(self) -> int:
        """How many mails were held when somebody looked; 0 where the form carries no such thing."""
        text = str(self.seen.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class RefusalForm(Form):
    """Why mails that are held are not to leave, and up to which notice they had been seen."""

    reason = paragraph(_l("Why not?"), 500)
    until = HiddenField()

    def validate_reason(self, field: Any) -> None:
        """Somebody reads it later and wants to know."""
        if not field.data:
            raise ValidationError(_("Say in a few words why they are not sent."))

    def seen_until(self) -> int:
        """The id of the newest notice that was seen; 0, which none has, where the form carries no such thing."""
        text = str(self.until.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


class ChoicesForm(Form):
    """What an address wants to hear beside what is a duty."""

    early = BooleanField(_l("Reminders well before a date"))
    copies = BooleanField(_l("Copies of what others answer for"))
    cleared = BooleanField(_l("What has been settled"))


class AddressForm(Form):
    """Another address for one's account, and the password to be sure who asks."""

    email = line(_l("New e-mail"), 254)
    password = PasswordField(
        _l("Your password"), validators=[Clean(1000), InputRequired(_l("Type your password."))]
    )

    def validate_email(self, field: Any) -> None:
        """One plain mail address."""
        if not is_address(field.data or ""):
            raise ValidationError(_("Give one mail address, such as name@example.org."))
