"""What profiles found where an aim is missed, and what would come next: by hand, shown while it is missed."""

FINDINGS: dict[str, str] = {
    "My agenda": "Writing 40 to 50 rows with words and bars costs more than the nine queries. Next: rows written "
    "without macros that call macros, texts of a row looked up once a list.",
    "agenda list": "As My agenda: 50 rows of words, bars and dates.",
    "empty page": "On PostgreSQL three round trips for session, person and count; the bare view has none. "
    "Next: one statement for the three.",
    "commitment page": "Fourteen statements; the history's words are the largest part of the template.",
}
