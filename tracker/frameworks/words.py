"""Goals in words."""

from tracker.core.i18n import _l, label
from tracker.frameworks.rules import Goal

FRAMEWORK_WORDS = {"sdg": _l("SDG"), "mdg": _l("MDG")}


def goal_words(goal: Goal) -> str:
    """A goal or target as people say it, with its label: "SDG 6 · Water and sanitation for all"."""
    return f"{FRAMEWORK_WORDS[goal.framework]} {goal.number} · {label(goal.label)}"
