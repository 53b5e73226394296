"""A list of municipalities brought into the registry: all of it or nothing."""

from typing import Any

from flask import request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from tracker.audit.acting import act_here
from tracker.core.db import db
from tracker.core.i18n import _, format_number
from tracker.core.web import done, page
from tracker.exchange.forms.registry import RegistryForm
from tracker.exchange.mapping import MappingError, RegistryMapping, read_registry_mapping
from tracker.exchange.registry import import_registry
from tracker.exchange.registry.result import RegistryResult
from tracker.exchange.registry.telling import country_lines
from tracker.exchange.views import exchange

#: Faults that are named; the rest is counted.
_NAMED = 50
#: How rows are called that came in no file.
PASTED = "pasted.csv"


@exchange.get("/municipalities/import")
def registry() -> Response:
    """An empty form."""
    return _page(RegistryForm())


@exchange.post("/municipalities/import")
def bring_registry() -> Response:
    """Bring the list in, or only look."""
    form = RegistryForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    chosen = request.files.get("file")
    content, name = _content(chosen, form.pasted.data or "")
    if not content:
        form.file.errors = form.pasted.errors = [_("Choose a file, or paste rows below.")]
        return _page(form, 422)
    try:
        mapping = _mapping(request.files.get("mapping"))
    except (MappingError, UnicodeDecodeError) as error:
        reasons = error.reasons if isinstance(error, MappingError) else [_("This is no text.")]
        form.mapping.errors = [str(reason) for reason in reasons][:_NAMED]
        return _page(form, 422)
    db.session.rollback()
    result = import_registry(act_here("UTC"), content, name, mapping)
    if not (result.errors or form.only_look.data):
        db.session.commit()
        said = _(
            "It came in: %(new)s new, %(changed)s changed, %(same)s as before.",
            new=format_number(result.created),
            changed=format_number(result.updated),
            same=format_number(result.unchanged),
        )
        return done(said, url_for("monitoring.places", show="all"))
    db.session.rollback()
    if result.errors:
        given = form.pasted if name == PASTED else form.file
        given.errors = [_("Nothing came in; what is wrong stands above.")]
        return _page(form, 422, result)
    return _page(form, 200, result)


def _content(chosen: FileStorage | None, pasted: str) -> tuple[bytes, str]:
    if chosen is not None and chosen.filename:
        return chosen.stream.read(), chosen.filename
    return pasted.encode(), PASTED


def _mapping(chosen: FileStorage | None) -> RegistryMapping:
    if chosen is None or not chosen.filename:
        return RegistryMapping()
    return read_registry_mapping(chosen.stream.read().decode("utf-8-sig"))


def _page(form: RegistryForm, status: int = 200, result: RegistryResult | None = None) -> Response:
    more: dict[str, Any] = {}
    if result is not None:
        more = {
            "result": result,
            "lines": country_lines(result),
            "notices": [str(notice) for notice in result.notices],
            "faults": [fault.to_json() for fault in result.errors[:_NAMED]],
            "rest": max(0, len(result.errors) - _NAMED),
        }
    return page("exchange/registry.html", status, form=form, **more)
