"""What captions say: beyond those that are understood without a mapping, words that people use more loosely."""

from functools import lru_cache

from tracker.exchange.captions import AGENDA, field_called
from tracker.territory.rules import name_key

#: A caption that is known to the letter; one that is loosely so; words somewhere in it.
EXACT, LOOSE, WORDS = 100, 90, 55

#: Field → whole captions, without accents.
_LOOSE: dict[str, str] = {
    "code": (
        "no|num|numero|nro|n|id|item|cod|cod actividad|codigo actividad|cod compromiso|codigo meta"
        "|cod meta|folio|ref|clave|clasificacion bp|consecutivo|numero meta"
    ),
    "title": (
        "meta|metas|producto|productos|actividad|actividades|nombre actividad|nombre de la actividad"
        "|tarea|tareas|compromisos|nombre del compromiso|iniciativa|entregable|que|que se hara|titulo"
        "|que vamos a hacer"
        "|descripcion de la meta|descripcion del compromiso|descripcion de la actividad|atividade"
        "|atividades|acao prevista|meta desc|descricao da meta|descricao do projeto"
        "|descricao do compromisso|o que|entrega|iniciativas|activite|activites|livrable"
        "|action prevue|task|activity|deliverable|commitment|proyecto|obra|projeto|projet"
    ),
    "description": "detalle|detalles|desc|alcance|descripcion detallada|detalhe|detalhamento|descriptif",
    "unit": (
        "secretaria responsable|organismo|organismo responsable|org responsable|area|area responsable"
        "|area 1|area1|direccion|direccion responsable|departamento responsable|ente|entidad"
        "|entidad responsable|centro gestor|nombre centro gestor|unidad ejecutora|ejecutor|lidera"
        "|lider|quien|orgao|orgao responsavel|setor|setor responsavel|direction|direction responsable"
        "|departement|department|office|lead|secretarias|dependencias|responsables"
    ),
    "co_units": (
        "corresponsable|area 2|area 3|area 4|area2|area3|area4|apoyo|apoyan|areas de apoyo"
        "|dependencias de apoyo|coordina con|entidades de apoyo|otras dependencias|participan"
        "|corresponsavel|secretarias envolvidas|apoio|en appui|services associes"
    ),
    "responsible": (
        "nombre del responsable|encargado|encargada|persona|funcionario|nombre responsable|contacto"
        "|pessoa|contato|interlocuteur|owner"
    ),
    "unit_email": "correo|correo electronico|correo de contacto|email|e mail|mail|correo institucional|courriel",
    "responsible_email": "correo responsable|email responsable|correo del encargado|e mail responsavel",
    "partner": "socios|aliado|aliados|cooperante|cooperantes|organizaciones|parceiros|partenaires|partners",
    "line": (
        "eje|ejes|eje estrategico|programa|dimension|componente|pilar|categoria|objetivo estrategico"
        "|eixo|axe|line|lineamiento|programme|area tematica|tema"
    ),
    "action": "estrategia|subprograma|nombre proyecto|nombre del proyecto|nombre bp|proyecto de inversion",
    "start_on": (
        "fecha inicio|desde|comienzo|data inicio|data inicial|fecha inicial|inicio previsto|debut prevu|from"
    ),
    "due_on": (
        "fin|final|fecha final|fecha termino|fecha de terminacion|termino|fecha de entrega"
        "|fecha entrega|hasta|fecha de compromiso|fecha programada|fecha prevista|finalizacion"
        "|fecha de finalizacion|fecha de fin|cumplimiento|fecha cumplimiento|cuando|prazo final"
        "|data final|data de termino|data prevista|termino previsto|fin prevue|date de fin|deadline"
        "|end|fecha|data|date|ano|vigencia|periodo|trimestre|due"
    ),
    "completed_on": (
        "fecha real|fecha de cierre|fecha real de cumplimiento|fecha de ejecucion|data real|date reelle"
    ),
    "progress": (
        "porcentaje|porcentaje de avance|avance porcentaje|avance fisico|ejecucion fisica"
        "|de ejecucion fisica|porcentaje completado|porcentaje de cumplimiento|de cumplimiento"
        "|avance actual|andamento|percentual|execucao|percentual de execucao|concluido|progress|taux"
        "|taux d avancement|andamento do projeto|andamento da meta"
    ),
    "quantity": "cantidad programada|meta numerica|meta fisica|programado|cantidad meta|quantidade prevista",
    "measure": "unidad medida|u m|um|unidade|unite",
    "delivered": "cantidad ejecutada|ejecutado|entregados|realizado|executado|cantidad entregada",
    "state": (
        "estatus|situacion|estado actual|semaforo|situacion actual|status da meta|status do projeto"
        "|estado del compromiso|estado de avance|estado de cumplimiento|statut|condicion"
    ),
    "budget": (
        "monto|costo|inversion|presupuesto asignado|presupuesto definitivo|presupuesto modificado"
        "|valor|recursos|orcamento previsto|custo|montant|cout|budget|presupuesto estimado"
        "|costo estimado"
    ),
    "source_of_funds": "fuente de recursos|fuente de los recursos|origen de los recursos|financiamiento",
    "verification": (
        "medios de verificacion|evidencia|evidencias|indicador|indicador de producto|comprovacao"
        "|preuve|cumplimiento label"
    ),
}

#: Words in a longer caption, each with what it is worth; the best one that fits counts for a field.
_WORDS: dict[str, str] = {
    "title": (
        "meta de producto 30|actividad 12|actividades 12|compromiso 15|descripcion 5|producto 8"
        "|descricao da meta 25|descricao do projeto 25|descricao 8|nombre 5|meta 6"
        "|nombre actividad 25"
    ),
    "code": "codigo 10|cod 10|clasificacion 8|numero 8",
    "unit": (
        "organismo responsable 20|secretaria 12|dependencia 15|responsable 8|organismo 8"
        "|centro gestor 12|entidad 8|orgao 10|unidad 5"
    ),
    "co_units": "corresponsable 25|corresponsables 25|apoyo 10",
    "line": "linea 12|eje 12|dimension 12|nivel 1 10|nivel 2 12|programa 8",
    "action": "proyecto 6|nombre bp 20|accion 8",
    "start_on": "inicio 25|inicial 10|debut 20|desde 15",
    "due_on": (
        "fin 18|final 12|finali zacion 28|finalizacion 28|termino 25|entrega 12|limite 25|prazo 25"
        "|echeance 25|plazo 25|vencimiento 25|conclusao 15|cumplimiento 8|fecha 5"
    ),
    "completed_on": "fecha real 25|cierre 10",
    "progress": ("avance 18|ejecucion fisica 25|andamento 18|avancement 25|completado 18|progreso 20|execucao 12"),
    "state": "estado 15|status 20|situacao 20",
    "budget": (
        "presupuesto definitivo 25|presupuesto modificado 25|presupuesto 12|orcamento 12|monto 15"
        "|costo 12|inversion 8"
    ),
    "verification": "indicador de producto 12|verificacion 25|evidencia 20|indicador 3",
    "description": "detalle 12",
}

#: Words that turn a caption away from a field.
_AGAINST: dict[str, str] = {
    "title": (
        "explicacion valor cod codigo ponderacion resultado indicador peso correo fecha ejecucion"
        " avance andamento presupuesto estado status responsable plan total definida orcamento"
        " justificacion"
    ),
    "code": "nombre explicacion descripcion postal",
    "unit": "cod codigo correo medida nombre responsable peso valor explicacion subdireccion",
    "line": "cod codigo valor",
    "action": (
        "cod codigo valor avance ponderacion explicacion peso indicador status presupuesto andamento descricao meta"
    ),
    "start_on": "presupuesto indicador etapa fase",
    "due_on": (
        "presupuesto indicador fuente financiera valor ejecucion plan explicacion financiacion reporte corte"
    ),
    "progress": (
        "explicacion ponderacion peso presupuestal pagos presupuesto qualitativo total cualitativo"
        " justificacion descripcion"
    ),
    "state": "civil departamento",
    "budget": "ejecutado ejecucion pagos pagado obligado porcentaje inicial executado devengado",
    "verification": "valor resultado medio ambiente",
    "quantity": "explicacion",
    "description": "meta",
}


@lru_cache(maxsize=2_000)
def caption_scores(caption: str) -> dict[str, int]:
    """Field → how much a caption speaks for it, 0-100."""
    key = name_key(caption)
    if not key:
        return {}
    scores: dict[str, int] = {}
    known = field_called(caption, "agenda")
    if known is not None:
        scores[known] = EXACT
    for field in AGENDA:
        if key in _loose(field):
            scores.setdefault(field, LOOSE)
        elif field not in scores and (worth := _worth(field, key)):
            scores[field] = worth
    return scores


@lru_cache(maxsize=64)
def _loose(field: str) -> frozenset[str]:
    return frozenset(_LOOSE.get(field, "").split("|"))


@lru_cache(maxsize=64)
def _phrases(field: str) -> tuple[tuple[str, int], ...]:
    found = (entry.rpartition(" ") for entry in _WORDS.get(field, "").split("|") if entry)
    return tuple((phrase, int(worth)) for phrase, _, worth in found)


def _worth(field: str, key: str) -> int:
    """What the words in a longer caption are worth, less for what turns it away and for length."""
    padded = f" {key} "
    hints = [worth for phrase, worth in _phrases(field) if f" {phrase} " in padded]
    if not hints:
        return 0
    words = key.split()
    against = sum(word in _AGAINST.get(field, "").split() for word in words)
    return max(0, WORDS - 15 + max(hints) - 25 * against - min(len(words), 15))
