"""A sheet arrives, and what came in before."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.audit.acting import act_here
from tracker.audit.operations import remember_submission
from tracker.audit.queries import result_of_submission
from tracker.core.db import db
from tracker.core.errors import Busy, Refused
from tracker.core.i18n import _, format_day, format_instant
from tracker.core.now import local_day, zone
from tracker.core.storage import shown_name
from tracker.core.web import done, page
from tracker.exchange.bringing import files
from tracker.exchange.bringing.drafting import begin_run, known_again, likely_sheets, runs_at, sheets_in
from tracker.exchange.bringing.run_words import STATE_WORDS, counts_in_words
from tracker.exchange.forms import UploadForm
from tracker.exchange.views import exchange
from tracker.exchange.views.steps import uploads
from tracker.territory.queries import hold
from tracker.territory.rules import Place


@exchange.get("/<place:place>/agenda/import")
def bring_in(place: Place) -> Response:
    """Where a workbook is chosen."""
    return _page(place, UploadForm())


@exchange.post("/<place:place>/agenda/import")
def upload(place: Place) -> Response:
    """Take a workbook, or rows pasted from one; nothing of it is in the agenda yet."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _page(place, form, 422)
    db.session.rollback()
    act = act_here(place.zone)
    try:
        name, content, is_file = _sent(form)
        at = "file" if is_file else "pasted"
        sheets = sheets_in(content, name, at)
        likely = likely_sheets(content, name, sheets)
        ours = known_again(content, name, likely, place, at)
        hold(place.id)
        if earlier := result_of_submission(form.click(), act.user_id):
            return redirect(earlier, 303)
        kept, sheet = files.keep(uploads(), content), ours[0] if ours else None
        run, known = begin_run(act, place, name, kept, sheets, likely, content, sheet)
        step = "preview" if known else "sheet" if len(sheets) > 1 or not likely else "columns"
        url = url_for(f"exchange.{step}", place=place, run_id=run.id)
        remember_submission(form.click(), act, url)
        db.session.commit()
    except OSError as error:
        raise Busy("the file could not be written") from error
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _page(place, form, 422)
    if ours:
        left = format_instant(ours[1].at, zone(place.zone))
        return done(_("This workbook left from here on %(day)s and is known again.", day=left), url)
    if known:
        return done(_("This form is known: it is read as the last one was."), url)
    return redirect(url, 303)


def _sent(form: UploadForm) -> tuple[str, bytes, bool]:
    """Name and bytes of what was sent, and whether it was a file."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return shown_name(file.filename), file.stream.read(), True
    text = str(form.pasted.data or "")
    if not text:
        words = _("Choose a file, or paste the rows of your sheet below.")
        raise Refused(fields={"file": words, "pasted": words})
    return _("pasted rows") + ".csv", text.encode("utf-8", "replace"), False


def _page(place: Place, form: UploadForm, status: int = 200) -> Response:
    runs = [
        {
            "id": run.id,
            "file_name": run.file_name,
            "state": run.state,
            "is_open": run.is_open,
            "state_words": STATE_WORDS[run.state],
            "by": run.by,
            "day": format_day(local_day(run.created_at, place.zone)),
            "at": format_instant(run.created_at, zone(place.zone)),
            "counts": counts_in_words(run.result),
        }
        for run in runs_at(place.id)
    ]
    return page(
        "exchange/upload.html", status, place=place, form=form, runs=runs, largest=files.LARGEST // 1024 // 1024
    )
