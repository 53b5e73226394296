"""What sheets say to people in the four languages: captions, and the words of closed lists.

Data, not texts of the interface: what leaves in one language has to be understood whatever the language of whoever
brings it back.
"""

from collections.abc import Mapping
from functools import lru_cache

from tracker.core.i18n import LOCALES
from tracker.core.sheets import OutCell

#: Field → caption, in the order of LOCALES: Spanish, English, Portuguese, French.
_HEADINGS: dict[str, tuple[str, str, str, str]] = {
    "code": ("Código", "Code", "Código", "Code"),
    "title": ("Compromiso", "Commitment", "Compromisso", "Engagement"),
    "description": ("Descripción", "Description", "Descrição", "Description"),
    "unit": ("Dependencia", "Unit", "Secretaria", "Service"),
    "unit_email": (
        "Correo de la dependencia",
        "E-mail of the unit",
        "E-mail da secretaria",
        "Courriel du service",
    ),
    "co_units": ("Corresponsables", "Co-responsibles", "Corresponsáveis", "Co-responsables"),
    "responsible": ("Persona responsable", "Person responsible", "Pessoa responsável", "Personne responsable"),
    "responsible_email": (
        "Correo del responsable",
        "E-mail of the person",
        "E-mail do responsável",
        "Courriel du responsable",
    ),
    "partner": ("Socio", "Partner", "Parceiro", "Partenaire"),
    "line": ("Línea estratégica", "Strategic line", "Linha estratégica", "Ligne stratégique"),
    "action": ("Acción", "Action", "Ação", "Action"),
    "start_on": ("Inicio", "Start", "Início", "Début"),
    "due_on": ("Plazo", "Due date", "Prazo", "Échéance"),
    "due_precision": (
        "Precisión del plazo",
        "Precision of the date",
        "Precisão do prazo",
        "Précision de l'échéance",
    ),
    "completed_on": ("Fecha de cumplimiento", "Done on", "Data de conclusão", "Date d'achèvement"),
    "progress": ("% de avance", "% of progress", "% de avanço", "% d'avancement"),
    "quantity": ("Cantidad", "Quantity", "Quantidade", "Quantité"),
    "measure": ("Unidad de medida", "What is counted", "Unidade de medida", "Unité de mesure"),
    "delivered": ("Entregado", "Delivered so far", "Entregue", "Livré"),
    "state": ("Estado", "State", "Situação", "État"),
    "outcome": ("Resultado", "How it ended", "Resultado", "Résultat"),
    "closing_note": ("Nota de cierre", "Closing note", "Nota de encerramento", "Note de clôture"),
    "milestone_of": ("Hito de", "Milestone of", "Etapa de", "Jalon de"),
    "weight": ("Ponderación", "Weight", "Ponderação", "Pondération"),
    "budget": ("Presupuesto", "Budget", "Orçamento", "Budget"),
    "currency": ("Moneda", "Currency", "Moeda", "Devise"),
    "fiscal_year": ("Año fiscal", "Fiscal year", "Ano do orçamento", "Exercice budgétaire"),
    "budget_current": ("Presupuesto vigente", "Current budget", "Dotação atualizada", "Crédits actualisés"),
    "budget_executed": ("Presupuesto devengado", "Budget executed", "Orçamento liquidado", "Dépenses liquidées"),
    "budget_paid": ("Presupuesto pagado", "Budget paid", "Orçamento pago", "Dépenses payées"),
    "source_of_funds": (
        "Fuente de financiamiento",
        "Source of funds",
        "Fonte de recursos",
        "Source de financement",
    ),
    "verification": (
        "Medio de verificación",
        "Means of verification",
        "Meio de verificação",
        "Moyen de vérification",
    ),
    "public": ("Público", "Public", "Público", "Public"),
}

#: Field → value → word, in the order of LOCALES.
_CHOICES: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "state": {
        "not_started": ("sin iniciar", "not started", "não iniciado", "non commencé"),
        "in_progress": ("en curso", "in progress", "em andamento", "en cours"),
        "completed": ("cumplido", "completed", "concluído", "achevé"),
        "cancelled": ("cancelado", "cancelled", "cancelado", "annulé"),
    },
    "outcome": {
        "fulfilled": ("cumplido", "fulfilled", "cumprido", "tenu"),
        "in_part": ("cumplido en parte", "fulfilled in part", "cumprido em parte", "tenu en partie"),
        "not_fulfilled": ("no cumplido", "not fulfilled", "não cumprido", "non tenu"),
    },
    "due_precision": {
        "day": ("día", "day", "dia", "jour"),
        "month": ("mes", "month", "mês", "mois"),
        "quarter": ("trimestre", "quarter", "trimestre", "trimestre"),
        "half": ("semestre", "half-year", "semestre", "semestre"),
        "year": ("año", "year", "ano", "année"),
    },
    "public": {"yes": ("sí", "yes", "sim", "oui"), "no": ("no", "no", "não", "non")},
}

#: Fields whose cells hold one word of a closed list.
CHOSEN = tuple(_CHOICES)


def heading(field: str, locale: str | None) -> str:
    """What stands above a column; without a language the field's own name."""
    return field if locale is None else _HEADINGS[field][LOCALES.index(locale)]


def headings(field: str) -> tuple[str, ...]:
    """The captions of a field in every language."""
    return _HEADINGS[field]


def choices(field: str, locale: str | None) -> dict[str, str]:
    """Value → word of a closed list; without a language the values themselves."""
    words = _CHOICES[field]
    if locale is None:
        return {value: value for value in words}
    return {value: word[LOCALES.index(locale)] for value, word in words.items()}


def in_words(cells: Mapping[str, OutCell], locale: str | None) -> Mapping[str, OutCell]:
    """A row's cells by field, with the words of a language for the values of closed lists."""
    if locale is None:
        return cells
    words = _words_in(locale)
    return {**cells, **{field: words[field].get(str(cells[field])) for field in CHOSEN if cells.get(field)}}


@lru_cache(maxsize=len(LOCALES))
def _words_in(locale: str) -> dict[str, dict[str, str]]:
    return {field: choices(field, locale) for field in CHOSEN}


def spoken(field: str) -> dict[str, tuple[str, ...]]:
    """Value → its words in every language."""
    return dict(_CHOICES[field])
