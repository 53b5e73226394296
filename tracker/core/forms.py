"""The shape of input: fields that refuse what no person means, and keep what was typed."""

import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.i18n import translations
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    Field,
    FieldList,
    HiddenField,
    IntegerField,
    PasswordField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from tracker.core.errors import Refused
from tracker.core.i18n import _, _l, decimal_sign
from tracker.core.signs import unfit_sign

#: Longest text any field takes; more is a mistake or an attack.
LONGEST = 10_000

#: Every form of the site, so that what one sent can be read again where the page has failed.
_FORMS: list[type["Form"]] = []


class Form(FlaskForm):
    """A form with its token; `form_id` marks the click, so that a second one makes no second row."""

    form_id = HiddenField(default=lambda: secrets.token_hex(16))

    def __init_subclass__(cls, **more: Any) -> None:
        """Note the form."""
        super().__init_subclass__(**more)
        _FORMS.append(cls)

    def refuse(self, refused: Refused) -> None:
        """Put a rule's refusal where it belongs: at its fields, the rest above the form."""
        if refused.message:
            self.form_errors.append(str(refused.message))
        for name, message in refused.fields.items():
            if name in self._fields:
                field = self._fields[name]
                field.errors = [*field.errors, str(message)]
            else:
                self.form_errors.append(str(message))

    def click(self) -> str:
        """The id of this click, or nothing when it is not one of ours."""
        value = str(self.form_id.data or "")
        return value if len(value) <= 64 and value.isalnum() else ""


class Part(PlainForm):
    """Fields that stand several times in a form; their messages are in the reader's language too."""

    class Meta:
        """Where messages come from."""

        def get_translations(self, _form: Any) -> Any:
            """The same place as a whole form's."""
            return translations


class SaysWhatChanged(Part):
    """A part that starts with something in it, and knows what was typed over it and what it is about."""

    def changed_texts(self) -> Iterator[tuple[str, str]]:
        """(what it is about, what was typed), of what is not as it started."""
        raise NotImplementedError


class Clean:
    """Validator of text: no control or direction signs, not too long."""

    def __init__(self, longest: int = LONGEST) -> None:
        self.longest = longest
        self.field_flags = {"maxlength": longest}

    def __call__(self, _form: Any, field: Any) -> None:
        """Raise ValidationError for text that cannot stand."""
        text = field.data or ""
        unfit = unfit_sign(text)
        if unfit == "direction":
            raise ValidationError(
                _("This text holds hidden signs that change the direction of reading; please type it again.")
            )
        if unfit:
            raise ValidationError(_("This text holds a sign that cannot be kept; please type it again."))
        if len(text) > self.longest:
            raise ValidationError(
                _("At most %(count)s characters; this is %(given)s.", count=self.longest, given=len(text))
            )


def _stripped(text: str | None) -> str:
    return " ".join((text or "").split())


def _stripped_lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def line(label: Any, longest: int = 300, **more: Any) -> StringField:
    """One line of text, spaces folded."""
    return StringField(label, filters=[_stripped], validators=[Clean(longest), *more.pop("validators", [])], **more)


def paragraph(label: Any, longest: int = LONGEST, **more: Any) -> TextAreaField:
    """Several lines of text."""
    return TextAreaField(
        label, filters=[_stripped_lines], validators=[Clean(longest), *more.pop("validators", [])], **more
    )


class DayField(DateField):
    """A calendar day: what a date input sends, or typed day first (31/3/2026)."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, format=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"], **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; empty is no day."""
        self.data: date | None = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            super().process_formdata([valuelist[0].strip()[:40]])
        except ValueError as error:
            raise ValueError(_("This day does not exist; write it like 31/03/2026.")) from error


class AmountField(Field):
    """A number with up to three decimals, comma or point; kept as Decimal, shown as typed."""

    widget = StringField.widget

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, **more)
        self.typed: str | None = None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else format(Decimal(self.data).normalize(), "f").replace(".", decimal_sign())

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount; empty is none."""
        self.data: Decimal | None = None
        if not valuelist or not valuelist[0].strip():
            return
        self.typed = valuelist[0][:60]
        self.data = read_amount(self.typed)


class WholeField(IntegerField):
    """A whole number; empty is none, huge is refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        self.data: int | None = None
        if not valuelist or not valuelist[0].strip():
            return
        text = valuelist[0].strip().removesuffix("%").strip()
        try:
            if len(text) > 12 or not text.isascii():
                raise ValueError
            self.data = int(text)
        except ValueError as error:
            raise ValueError(_("Give a whole number.")) from error


class Rows(FieldList):
    """Rows of a form such as `parties-0-who`; a name whose number is none of ours counts as not sent."""

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        start = len(prefix) + 1
        for name in formdata:
            number = name[start:].partition("-")[0] if name.startswith(prefix) else ""
            if number.isascii() and number.isdigit() and len(number) < 4:
                yield int(number)


class CodeLine(StringField):
    """A code that lets somebody in: typed in sight, yet shown on no page that keeps what was typed."""


#: Fields that people type into, and those of them that are not shown.
_TYPED = (StringField, DateField, IntegerField, AmountField)
_UNSEEN = (HiddenField, PasswordField, CodeLine)


def read_amount(text: str) -> Decimal:
    """A typed amount as the country writes it: `1.250,5` in Chile, `1,250.5` in Mexico.

    A lone sign with groups of three behind it means thousands unless it is the country's sign for decimals.
    Raises ValueError with a message for people.
    """
    cleaned = "".join(text.split())
    try:
        if not re.fullmatch(r"-?[0-9][0-9.,]{0,30}", cleaned):
            raise InvalidOperation
        amount = Decimal(_with_point(cleaned, decimal_sign()))
        if (
            not amount.is_finite()
            or abs(amount) >= Decimal(10) ** 15
            or amount != amount.quantize(Decimal("0.001"))
        ):
            raise InvalidOperation
    except InvalidOperation as error:
        raise ValueError(_("Give a number, such as 1250 or 1250.50.")) from error
    return amount


def _with_point(written: str, sign: str) -> str:
    """The figure with a point for decimals and nothing for thousands."""
    other = "," if sign == "." else "."
    if sign in written or re.fullmatch(rf"-?[0-9]{{1,3}}(\{other}[0-9]{{3}})+", written):
        if sign in written and written.rfind(other) > written.rfind(sign):
            # Both signs, the wrong way round for this country: the last one counts.
            sign, other = other, sign
        written = written.replace(other, "")
        return written.replace(sign, "") if written.count(sign) > 1 else written.replace(sign, ".")
    return written.replace(other, ".")


def typed_in(sent: MultiDict[str, str]) -> list[tuple[str, str]]:
    """(label, text) of all that a person typed into the one of our forms that sends such fields.

    What was chosen or ticked is left out: it is no work to choose again, and its values are no words.
    """
    names = {name.partition("-")[0] for name in sent}

    def fits(form: type[Form]) -> tuple[int, int]:
        own = {name for name in dir(form) if hasattr(getattr(form, name), "_formfield")}
        return len(names & own), -len(own)

    form = max(_FORMS, key=fits, default=None)
    return list(_texts(form(formdata=sent, meta={"csrf": False}))) if form else []


def _texts(fields: Iterable[Any], lead: str = "") -> Iterator[tuple[str, str]]:
    for field in fields:
        if isinstance(field, FieldList):
            for number, entry in enumerate(field.entries, 1):
                if isinstance(entry.form, SaysWhatChanged):
                    yield from entry.form.changed_texts()
                    continue
                yield from _texts(entry.form, f"{lead}{field.label.text} {number}, ")
        elif isinstance(field, _TYPED) and not isinstance(field, _UNSEEN):
            text = str(field.raw_data[0]) if field.raw_data else ""
            if text.strip():
                yield f"{lead}{field.label.text}", text


def version_of(text: object) -> int:
    """The version a form carries; 0, which no row has, where it carries none that could be."""
    typed = str(text or "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def no_choice(label: Any = None) -> tuple[str, Any]:
    """The first entry of a drop-down that chooses nothing."""
    return "", label or _l("— none —")


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """The choices of a drop-down or of radio buttons from (value, label) pairs."""
    return [SelectChoice(value, label) for value, label in pairs]
