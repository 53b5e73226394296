"""The shape of a verdict and of the answer to it."""

from wtforms import RadioField

from tracker.core.forms import Form, options, paragraph
from tracker.core.i18n import _l
from tracker.follow_up.rules import VERDICTS
from tracker.notices.words import VERDICT_WORDS


class AssessmentForm(Form):
    """How far it is, and why."""

    verdict = RadioField(
        _l("How far is it, as you see it?"),
        choices=options((name, VERDICT_WORDS[name]) for name in VERDICTS),
        default="",
        validate_choice=False,
    )
    remark = paragraph(_l("What you saw, or what is missing"), 1000)


class ReplyForm(Form):
    """The municipality's own word on it."""

    text = paragraph(_l("What the municipality answers"), 1000)
