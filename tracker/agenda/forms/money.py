"""The shape of what is typed about the money of a commitment."""

from wtforms import BooleanField, FormField, HiddenField

from tracker.core.forms import AmountField, Form, Part, Rows, WholeField, line
from tracker.core.i18n import _l, format_number

#: Rows of one commitment.
MOST_ROWS = 40


class MoneyField(AmountField):
    """An amount that shows its thousands as the country writes them: a long figure is read more surely."""

    def _value(self) -> str:
        return format_number(self.data) if self.typed is None and self.data is not None else super()._value()


class MoneyRow(Part):
    """Money of one fiscal year from one source."""

    fiscal_year = WholeField(_l("Fiscal year"))
    source = line(_l("Source"), 200)
    currency = line(_l("Currency"), 3)
    assigned = MoneyField(_l("Assigned budget"))
    current = MoneyField(_l("Current budget"))
    executed = MoneyField(_l("Executed"))
    paid = MoneyField(_l("Paid"))
    gone = BooleanField(_l("Take this row away"))

    def is_blank(self) -> bool:
        """Whether nothing is typed into it: the currency stands there from the start."""
        texts = (self.fiscal_year, self.source, self.assigned, self.current, self.executed, self.paid)
        return not any(field.data not in (None, "") or field.errors for field in texts)


class MoneyForm(Form):
    """Money of a commitment, a row for each year and source."""

    version = HiddenField()
    rows = Rows(FormField(MoneyRow), min_entries=0, max_entries=MOST_ROWS, label=_l("Row"))
