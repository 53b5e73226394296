"""The shape of a plan, its lines and actions."""

from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.validators import ValidationError

from tracker.core.forms import DayField, Form, line, no_choice, options, paragraph
from tracker.core.i18n import _, _l
from tracker.frameworks.rules import catalogue
from tracker.frameworks.words import goal_words
from tracker.territory.rules import FIRST_DAY, LAST_DAY


def _is_no_slip(_form: Any, field: DayField) -> None:
    """Validator of days: none that only a slip of the finger could mean."""
    if field.data is not None and not FIRST_DAY <= field.data <= LAST_DAY:
        raise ValidationError(_("Give a day between 1990 and 2100."))


class PlanForm(Form):
    """Period, goal and workshop, in words."""

    version = HiddenField()
    title = line(_l("Name of the plan"))
    from_on = DayField(_l("From"), validators=[_is_no_slip])
    until_on = DayField(_l("Until"), validators=[_is_no_slip])
    goal_code = SelectField(_l("Goal it is built on"), default="")
    workshop = paragraph(_l("Workshop where it was drawn up"), 2000)

    def offer(self) -> None:
        """Fill in goals and targets, in the reader's language."""
        choices: list[tuple[str, Any]] = [no_choice(_l("not chosen yet"))]
        for goal in catalogue().values():
            name = goal_words(goal)
            choices.append((goal.code, name if goal.parent is None else "\u2003" + name))
        self.goal_code.choices = options(choices)


class LineForm(Form):
    """A strategic line."""

    code = line(_l("Code"), 40)
    title = line(_l("What the line is about"))


class ActionForm(Form):
    """A row of the matrix."""

    line_id = SelectField(_l("Line"))
    code = line(_l("Code"), 40)
    title = line(_l("What is to be done"))
