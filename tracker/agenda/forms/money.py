"""The shape of what is typed about the money of a commitment."""

from wtforms import BooleanField, FormField, HiddenField

from tracker.core.forms import AmountField, Form, Part, Rows, WholeField, line
from tracker.core.i18n import _l

#: Rows of one commitment.
MOST_ROWS = 40


class MoneyRow(Part):
    """Money of one fiscal year from one source."""

    fiscal_year = WholeField(_l("Fiscal year"))
    source = line(_l("Source"), 200)
    currency = line(_l("Currency"), 3)
    assigned = AmountField(_l("Assigned budget"))
    current = AmountField(_l("Current budget"))
    executed = AmountField(_l("Executed"))
    paid = AmountField(_l("Paid"))
    gone = BooleanField(_l("Take this row away"))

    def is_blank(self) -> bool:
        """Whether nothing is typed into it: the currency stands there from the start."""
        texts = (self.fiscal_year, self.source, self.assigned, self.current, self.executed, self.paid)
        return not any(field.data not in (None, "") or field.errors for field in texts)


class MoneyForm(Form):
    """Money of a commitment, a row for each year and source."""

    version = HiddenField()
    rows = Rows(FormField(MoneyRow), min_entries=0, max_entries=MOST_ROWS, label=_l("Row"))
