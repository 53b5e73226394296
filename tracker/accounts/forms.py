"""The shape of signing in."""

from wtforms import BooleanField, PasswordField

from tracker.core.forms import Clean, Form, line
from tracker.core.i18n import _l


class SignInForm(Form):
    """E-mail and password."""

    email = line(_l("E-mail"), 254)
    password = PasswordField(_l("Password"), validators=[Clean(1000)])
    stay = BooleanField(_l("Stay signed in on this device"))
