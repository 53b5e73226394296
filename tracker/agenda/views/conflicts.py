"""What tells that somebody else changed a milestone."""

import hashlib
from typing import Any

from tracker.agenda.models import Milestone


def typed_of(milestone: Milestone) -> dict[str, Any]:
    """What a person typed about a milestone, by the names of its form."""
    return {name: getattr(milestone, name) for name in ("title", "due_on", "due_precision", "weight")}


def mark_of(milestone: Milestone) -> str:
    """A short text that changes whenever what was typed about a milestone does; travels in its form."""
    return hashlib.sha256(repr(typed_of(milestone)).encode()).hexdigest()[:16]
