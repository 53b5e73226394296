"""The shape of signing in, of passwords, of a second factor, of inviting and joining."""

from typing import Any
from unicodedata import combining, normalize

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from tracker.accounts.passwords import LONGEST, SHORTEST
from tracker.accounts.words import LANGUAGES
from tracker.core.forms import Clean, CodeLine, Form, line, options
from tracker.core.i18n import _, _l
from tracker.core.mail import is_address


class IsAddress:
    """Validator: one plain mail address."""

    def __call__(self, _form: Any, field: Any) -> None:
        """Raise ValidationError for what is none."""
        if not is_address(field.data or ""):
            raise ValidationError(_("Give one mail address, such as name@example.org."))


class Guessable:
    """Validator of a new password: not what anybody tries first."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raise ValidationError for a password that is no secret."""
        password = _folded(field.data or "")
        own = {"compromiso"}
        typed = [form[name].data or "" for name in ("email", "name") if name in form]
        for text in (*typed, *form.about):
            own |= {_folded(text), _folded(text).partition("@")[0], *_folded(text).split()}
        left = password
        for word in sorted((word for word in own if len(word) > 3), key=len, reverse=True):
            left = left.replace(word, "")
        if len(set(left)) < 5 or left in "01234567890123456789" or left in "qwertyuiopasdfghjklñzxcvbnm":
            raise ValidationError(_("This password is easy to guess. Take several words that do not go together."))


def _folded(text: str) -> str:
    """Small letters without accents."""
    return "".join(sign for sign in normalize("NFKD", text.lower()) if not combining(sign))


def new_password(label: Any) -> PasswordField:
    """A field for a password that is being chosen."""
    told = _l("At least %(count)s characters; several words are good.", count=SHORTEST)
    short = Length(SHORTEST, message=told)
    return PasswordField(
        label, description=told, validators=[Clean(LONGEST), InputRequired(told), short, Guessable()]
    )


def own_password(label: Any) -> PasswordField:
    """A field for the password that one has."""
    return PasswordField(label, validators=[Clean(LONGEST), InputRequired(_l("Type your password."))])


def code_field(label: Any) -> StringField:
    """A field for a code, six digits or one from paper."""
    return CodeLine(label, validators=[Clean(40), InputRequired(_l("Type the code."))])


def language() -> SelectField:
    """Which language to read and hear in."""
    return SelectField(_l("Language"), choices=options(LANGUAGES))


def name_field() -> StringField:
    """How somebody is called."""
    return line(_l("Your name"), 200, validators=[InputRequired(_l("Say how you are called."))])


class SignInForm(Form):
    """E-mail and password."""

    email = line(_l("E-mail"), 254)
    password = PasswordField(_l("Password"), validators=[Clean(LONGEST)])
    stay = BooleanField(_l("Stay signed in on this device"))
    shared = BooleanField(_l("This computer is shared"))


class CodeForm(Form):
    """The code of the second factor."""

    code = code_field(_l("Code"))


class AccountForm(Form):
    """How one is called and in which language one reads."""

    name = name_field()
    language = language()


class PasswordForm(Form):
    """The present password and the next one."""

    #: Words about its owner that are no secret.
    about: tuple[str, ...] = ()
    password = own_password(_l("Present password"))
    new = new_password(_l("New password"))


class ForgottenForm(Form):
    """Whose password is forgotten."""

    email = line(_l("E-mail"), 254, validators=[IsAddress()])


class ResetForm(Form):
    """The next password."""

    about: tuple[str, ...] = ()
    new = new_password(_l("New password"))


class FactorForm(Form):
    """Putting the second factor on: the secret that was shown travels sealed."""

    sealed = HiddenField()
    code = code_field(_l("Code that the app shows"))
    password = own_password(_l("Your password"))


class SureForm(Form):
    """Only the password, to be sure who asks."""

    password = own_password(_l("Your password"))


class SlipForm(Form):
    """The code on a printed slip."""

    code = code_field(_l("Code on the slip"))


class JoinForm(Form):
    """Somebody new, by a link from a mail: the address is the one that was written to."""

    about: tuple[str, ...] = ()
    name = name_field()
    language = language()
    new = new_password(_l("Password"))


class JoinBySlipForm(JoinForm):
    """The same by a slip, which knows no address."""

    email = line(_l("E-mail, with which you will sign in"), 254, validators=[IsAddress()])


class InviteForm(Form):
    """Whom to invite as what; which roles, units, countries and partners is filled in by the page."""

    role = RadioField(_l("Role"))
    unit = SelectField(_l("Unit"), default="")
    country = SelectField(_l("Country of the monitor"), default="")
    partner = line(_l("Organisation of the partner"), 300)
    how = RadioField(_l("How"), choices=options([("mail", _l("By mail")), ("slip", _l("On a printed slip"))]))
    name = line(_l("Name"), 200, validators=[InputRequired(_l("Say whom you invite; on a slip a group will do."))])
    email = line(_l("E-mail"), 254)
    language = language()

    def validate_email(self, field: Any) -> None:
        """By mail it needs an address."""
        if self.how.data == "mail" and not is_address(field.data or ""):
            raise ValidationError(_("Give one mail address, such as name@example.org."))

    def validate_unit(self, field: Any) -> None:
        """A responsible unit is one of the municipality's."""
        if self.role.data == "officer" and not field.data:
            raise ValidationError(_("Choose the unit that this person answers for."))

    def validate_partner(self, field: Any) -> None:
        """A partner speaks for an organisation."""
        if self.role.data == "partner" and not field.data:
            raise ValidationError(_("Say which organisation this person speaks for."))
