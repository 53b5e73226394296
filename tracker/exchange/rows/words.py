"""Words for stages and endings as sheets write them; a closed list, since a stage is never guessed from prose."""

from collections.abc import Mapping

from tracker.territory.rules import name_key

_STAGES = {
    "not_started": ("not started", "no iniciado", "sin iniciar", "não iniciado", "non commencé"),
    "in_progress": ("in progress", "en curso", "en proceso", "em andamento", "en cours"),
    "completed": ("completado", "terminado", "cumplido", "concluído", "cumprido", "terminé", "achevé"),
    "cancelled": ("cancelado", "anulado", "annulé"),
}
_OUTCOMES = {
    "fulfilled": ("cumplido", "cumprido", "tenu"),
    "in_part": ("in part", "cumplido en parte", "cumprido em parte", "tenu en partie"),
    "not_fulfilled": ("not fulfilled", "no cumplido", "não cumprido", "non tenu"),
}


def stage_words(own: Mapping[str, str]) -> dict[str, str]:
    """Name key of a word → stage; `own` words (of a mapping) come first."""
    return _by_key(_STAGES) | {name_key(word): stage for word, stage in own.items()}


def outcome_words() -> dict[str, str]:
    """Name key of a word → outcome."""
    return _by_key(_OUTCOMES)


def _by_key(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {name_key(word): code for code, names in words.items() for word in (code, *names)}
