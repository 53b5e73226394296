"""Words that people use for states and for kinds of rows: offered, and read only once a person said so."""

from functools import lru_cache

from tracker.exchange.words import stage_words
from tracker.territory.rules import name_key

_STAGES = {
    "not_started": (
        "pendiente|no iniciada|sin iniciar|sin inicio|por iniciar|por hacer|programado|programada"
        "|planificado|no ha iniciado|sin avance|nao iniciada|a iniciar|pendente|planejado|planejada"
        "|prevista|previsto|a faire|en attente|planifie|to do|planned|pending"
    ),
    "in_progress": (
        "en ejecucion|en marcha|en desarrollo|en avance|avanzando|iniciado|iniciada|en tramite"
        "|en gestion|en licitacion|en obra|en construccion|parcial|em execucao|em curso|em processo"
        "|em obras|iniciada|em licitacao|en execution|en realisation|ongoing|started|activo|activa"
        "|vigente"
    ),
    "completed": (
        "cumplida|cumplidos|completada|completo|completa|finalizado|finalizada|ejecutado|ejecutada"
        "|entregado|entregada|realizado|realizada|terminada|concluido|concluida|logrado|lograda|hecho"
        "|superada|superado|culminado|culminada|cerrado|cerrada|entregue|finalizada|realizada|executado"
        "|executada|acheve|achevee|termine|terminee|fait|realise|done|complete|fulfilled|finished"
    ),
    "cancelled": (
        "cancelada|anulada|descartado|descartada|eliminado|eliminada|desistido|sin efecto|suprimido"
        "|suprimida|abandonado|abandonada|annulee|abandonne|dropped|canceled"
    ),
}
_KINDS = {
    "line": (
        "linea|linea estrategica|eje|eje estrategico|programa|dimension|componente|pilar|objetivo"
        "|objetivo estrategico|linha|eixo|axe|ligne|line|l"
    ),
    "action": "accion|proyecto|estrategia|subprograma|acao|projeto|projet|action|project|pr",
    "commitment": (
        "compromiso|meta|producto|actividad|compromisso|produto|atividade|engagement|produit|activite|commitment"
    ),
    "milestone": "hito|subactividad|tarea|etapa|paso|entregable|marco|jalon|etape|milestone|step|task",
    "skip": "total|subtotal|totales|total general|suma|promedio|soma|media|somme|indicador|i|d|p",
}
#: Letters that stand for a kind only where they come together.
_LETTERS = {"l", "pr", "i", "d", "p"}
_KIND_CAPTIONS = "tipo|clase|nivel|tipo de fila|tipo de registro|type|classe|jerarquia|niveau|kind|level"
#: Captions over a column that tells what each row is.
KIND_CAPTIONS = frozenset(_KIND_CAPTIONS.split("|"))


def stage_hint(word: str) -> str | None:
    """The stage that a word of a sheet likely means; also by how it begins ("Em andamento com …")."""
    key = name_key(word)
    closed, loose = stage_words({}), _loose_stages()
    if key in closed or key in loose:
        return closed.get(key) or loose[key]
    words = key.split()
    for length in range(len(words) - 1, 1, -1):
        begun = " ".join(words[:length])
        if begun in closed or begun in loose:
            return closed.get(begun) or loose[begun]
    return None


def kind_hint(word: str) -> str | None:
    """The kind of row that a word likely means; numbers behind it do not count ("Meta 3")."""
    key = name_key(word)
    return _kinds().get(key) or _kinds().get(key.rstrip(" 0123456789."))


def are_letters(words: set[str]) -> bool:
    """Whether these are the letters of a plan's tree, and not letters by chance."""
    return len({name_key(word) for word in words} & _LETTERS) >= 3


def is_letter(word: str) -> bool:
    """Whether a word is one of those letters."""
    return name_key(word) in _LETTERS


@lru_cache(maxsize=1)
def _loose_stages() -> dict[str, str]:
    return {word: stage for stage, words in _STAGES.items() for word in words.split("|")}


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    return {word: kind for kind, words in _KINDS.items() for word in words.split("|")}
