"""How a sheet is filled in: a short page beside the empty one."""

from collections.abc import Iterator

from tracker.core.i18n import _
from tracker.exchange.wording import heading


def guide(locale: str) -> Iterator[tuple[str, str]]:
    """(caption or nothing, what to know) in the present language, which is `locale`."""
    yield "", _("One row for each commitment. Only the title is needed; everything else can follow later.")
    yield "", _("The example row is left out when the sheet is brought in. Write below it, or over it.")
    yield "", _("Columns may change places or be taken out. The captions have to stay.")
    for fields, text in (
        (("code",), _("Leave it empty for the next free one, C-001. It never changes afterwards.")),
        (
            ("title", "description"),
            _("What is promised, in at most 300 characters; whatever else there is to say about it."),
        ),
        (
            ("unit", "unit_email"),
            _("The office that leads. A new one needs its mail address once, so that it can be reminded."),
        ),
        (("co_units", "partner"), _("Who else takes part; several are separated by a semicolon.")),
        (("responsible", "responsible_email"), _("A person of the unit that leads.")),
        (("line", "action"), _("Where it hangs in the plan; what the plan does not have yet is added to it.")),
        (
            ("start_on", "due_on"),
            _("Days: as dates of the sheet, or written like 31/12/2026 or 2026-12-31."),
        ),
        (
            ("due_precision",),
            _("How exact the due date is: for “within that quarter” give its last day and choose the quarter."),
        ),
        (
            ("state", "completed_on", "outcome"),
            _("Where it stands; when it is done, since which day and how it ended."),
        ),
        (("progress",), _("Percent from 0 to 100.")),
        (
            ("quantity", "measure", "delivered"),
            _("12, wells, 5 so far: progress is then reckoned from the two figures."),
        ),
        (
            ("milestone_of", "weight"),
            _("For a dated step: the code of its commitment, and how much it weighs among the steps."),
        ),
        (
            ("budget", "currency", "source_of_funds"),
            _("Money assigned, in whole units of the currency of three letters."),
        ),
        (
            ("fiscal_year", "budget_current", "budget_executed", "budget_paid"),
            _("The year of that money, and of it what is in force now, executed and paid; empty is not known."),
        ),
        (("verification",), _("What will show that it is done.")),
        (("public",), _("Whether everybody may read it once the plan is open to the public.")),
    ):
        yield " · ".join(heading(field, locale) for field in fields), text
