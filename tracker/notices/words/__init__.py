"""Promises in words, for pages and mails alike."""

from tracker.notices.words.clocks import (
    behind_words,
    blocked_words,
    follow_words,
    silent_words,
    undated_words,
)
from tracker.notices.words.dates import (
    ago_words,
    due_words,
    late_words,
    moved_near_words,
    period_words,
    slippage_words,
    soon_words,
)
from tracker.notices.words.voices import VERDICT_WORDS, spoken_words

__all__ = [
    "VERDICT_WORDS",
    "ago_words",
    "behind_words",
    "blocked_words",
    "due_words",
    "follow_words",
    "late_words",
    "moved_near_words",
    "period_words",
    "silent_words",
    "slippage_words",
    "soon_words",
    "spoken_words",
    "undated_words",
]
