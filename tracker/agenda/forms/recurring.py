"""The shape of how a promise recurs."""

from wtforms import HiddenField, SelectField

from tracker.agenda.rules import TITLE_LENGTH, Pattern
from tracker.core.errors import Refused
from tracker.core.forms import DayField, Form, WholeField, line, options
from tracker.core.i18n import _l

_WEEKDAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)


class RecurrenceForm(Form):
    """How a promise recurs, and what was looked at before it is done."""

    #: Mark of the days that were looked at.
    seen = HiddenField()
    every = WholeField(_l("Every"), default=1)
    unit = SelectField(
        _l("Unit of time"),
        choices=options([("week", _l("weeks")), ("month", _l("months")), ("quarter", _l("quarters"))]),
        default="month",
    )
    nth = SelectField(
        _l("Day of the month"),
        choices=options(
            [
                ("0", _l("the day by its number")),
                ("1", _l("the first such weekday")),
                ("2", _l("the second such weekday")),
                ("3", _l("the third such weekday")),
                ("4", _l("the fourth such weekday")),
                ("5", _l("the last such weekday")),
            ]
        ),
        default="0",
    )
    month_day = WholeField(_l("Number of the day"))
    weekday = SelectField(
        _l("Weekday"),
        choices=options((str(number), name) for number, name in enumerate(_WEEKDAYS, 1)),
        default="1",
    )
    from_on = DayField(_l("From"))
    until_on = DayField(_l("Until"))
    count = WholeField(_l("How many times"))
    title = line(_l("What each one is called"), TITLE_LENGTH)

    def show(self, pattern: Pattern) -> None:
        """Fill in a pattern that stands."""
        self.every.data, self.unit.data, self.nth.data = pattern.every, pattern.unit, str(pattern.nth)
        if pattern.unit == "week" or pattern.nth:
            self.weekday.data = str(pattern.day)
        else:
            self.month_day.data = pattern.day
        self.from_on.data, self.until_on.data, self.count.data = pattern.from_on, pattern.until_on, pattern.count

    def pattern(self) -> Pattern:
        """What was typed; Refused where there is no first day."""
        if self.from_on.data is None:
            raise Refused(fields={"from_on": _l("Give the first day.")})
        nth = 0 if self.unit.data == "week" else int(self.nth.data)
        by_weekday = self.unit.data == "week" or nth
        day = int(self.weekday.data) if by_weekday else self.month_day.data or 0
        every = 1 if self.every.data is None else self.every.data
        return Pattern(self.unit.data, every, day, self.from_on.data, self.until_on.data, self.count.data, nth)
