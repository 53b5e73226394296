"""The shape of a list of municipalities that is brought into the registry."""

from flask_wtf.file import FileField
from wtforms import BooleanField

from tracker.core.forms import Form, paragraph
from tracker.core.i18n import _l


class RegistryForm(Form):
    """A file, or rows; how it is read, where its captions are not ours; whether it is only looked at."""

    file = FileField(_l("The list"))
    pasted = paragraph(_l("Rows"), 200_000)
    mapping = FileField(_l("How it is read (JSON)"))
    only_look = BooleanField(_l("Only look: check everything and write nothing"))
