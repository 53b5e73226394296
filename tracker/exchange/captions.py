"""The columns of our own sheets: canonical names, and the captions that people write instead."""

from functools import lru_cache

from tracker.exchange.wording import headings
from tracker.territory.rules import name_key

#: Field → captions in Spanish, Portuguese, French; any case, with or without accents.
AGENDA: dict[str, tuple[str, ...]] = {
    "code": ("código", "clave", "codigo do compromisso", "code de l'engagement"),
    "title": ("título", "compromiso", "título del compromiso", "compromisso", "titre", "engagement"),
    "description": ("descripción", "descrição", "détails"),
    "unit": (
        "dependencia",
        "dependencia responsable",
        "unidad",
        "unidad responsable",
        "secretaria",
        "secretaria responsável",
        "unidade",
        "unidade responsável",
        "service",
        "service responsable",
    ),
    "unit_email": (
        "correo de la dependencia",
        "correo de la unidad",
        "e-mail da secretaria",
        "e-mail da unidade",
        "courriel du service",
    ),
    "co_units": (
        "corresponsables",
        "dependencias corresponsables",
        "corresponsáveis",
        "secretarias corresponsáveis",
        "co-responsables",
        "services co-responsables",
    ),
    "responsible": (
        "responsable",
        "persona responsable",
        "responsável",
        "pessoa responsável",
        "personne responsable",
    ),
    "responsible_email": ("correo del responsable", "e-mail do responsável", "courriel du responsable"),
    "partner": ("socio", "parceiro", "partenaire"),
    "line": ("línea", "línea estratégica", "linha", "linha estratégica", "ligne", "ligne stratégique"),
    "action": ("acción", "ação"),
    "start_on": ("inicio", "fecha de inicio", "início", "data de início", "début", "date de début", "start"),
    "due_on": (
        "plazo",
        "fecha límite",
        "fecha de término",
        "fecha fin",
        "vencimiento",
        "prazo",
        "data limite",
        "vencimento",
        "échéance",
        "date limite",
        "due date",
    ),
    "due_precision": (
        "precisión",
        "precisión del plazo",
        "precisão",
        "precisão do prazo",
        "précision",
        "précision de l'échéance",
    ),
    "completed_on": (
        "fecha de cumplimiento",
        "cumplido el",
        "terminado el",
        "concluído em",
        "data de conclusão",
        "achevé le",
        "date d'achèvement",
    ),
    "progress": (
        "avance",
        "% de avance",
        "progreso",
        "avanço",
        "% de avanço",
        "progresso",
        "avancement",
        "% d'avancement",
    ),
    "quantity": ("cantidad", "quantidade", "quantité"),
    "measure": ("medida", "unidad de medida", "unidade de medida", "mesure", "unité de mesure"),
    "delivered": ("entregado", "entregue", "livré"),
    "state": ("estado", "situação", "état", "status"),
    "outcome": ("resultado", "résultat"),
    "closing_note": ("nota de cierre", "nota de encerramento", "note de clôture"),
    "milestone_of": ("hito de", "etapa de", "jalon de"),
    "weight": ("peso", "ponderación", "ponderação", "poids", "pondération"),
    "budget": ("presupuesto", "orçamento"),
    "currency": ("moneda", "moeda", "devise", "monnaie"),
    "fiscal_year": ("ejercicio fiscal", "exercício financeiro", "exercice fiscal"),
    "budget_current": (
        "presupuesto actualizado",
        "orçamento atualizado",
        "dotação atual",
        "budget actualisé",
    ),
    "budget_executed": ("devengado", "monto devengado", "valor liquidado", "montant liquidé"),
    "budget_paid": ("monto pagado", "valor pago", "montant payé"),
    "source_of_funds": (
        "fuente",
        "fuente de financiamiento",
        "fonte",
        "fonte de recursos",
        "source de financement",
    ),
    "verification": (
        "verificación",
        "medio de verificación",
        "verificação",
        "meio de verificação",
        "vérification",
        "moyen de vérification",
    ),
    "public": ("público",),
}

REGISTRY: dict[str, tuple[str, ...]] = {
    "country": ("país", "pays"),
    "code": ("código", "código oficial", "code officiel"),
    "name": ("nombre", "municipio", "nome", "município", "nom"),
    "admin1_code": ("código de estado", "código do estado", "code de l'état"),
    "admin1_name": ("estado", "departamento", "région", "state"),
    "lat": ("latitud", "latitude"),
    "lon": ("longitud", "longitude", "lng"),
    "population": ("población", "população"),
    "timezone": ("zona horaria", "fuso horário", "fuseau horaire"),
    "kind": ("tipo", "type"),
    "valid_from": ("vigente desde", "vigente a partir de", "valable dès"),
    "valid_until": ("vigente hasta", "vigente até", "valable jusqu'au"),
    "replaced_by": ("reemplazado por", "substituído por", "remplacé par"),
}


def field_called(caption: str, fields: str) -> str | None:
    """The field of the `agenda` or the `registry` that a caption stands for, or None."""
    return _by_key(fields).get(name_key(caption))


@lru_cache(maxsize=2)
def _by_key(fields: str) -> dict[str, str]:
    table = AGENDA if fields == "agenda" else REGISTRY
    found = {name_key(caption): field for field, names in table.items() for caption in (field, *names)}
    if fields == "agenda":
        found |= {name_key(caption): field for field in AGENDA for caption in headings(field)}
    return found
