"""The plan: its period and goal, lines and the matrix of actions."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.audit.operations import remember_submission
from tracker.audit.queries import result_of_submission
from tracker.core.db import db
from tracker.core.errors import EditConflict, Refused
from tracker.core.forms import options, version_of
from tracker.core.i18n import _
from tracker.core.web import done, page
from tracker.frameworks.rules import goal_by_code
from tracker.permissions import WRITERS
from tracker.plan.forms import ActionForm, LineForm, PlanForm
from tracker.plan.operations import add_action, add_line, create_plan, edit_plan
from tracker.plan.queries import actions_of, lines_of, plan_of
from tracker.territory.queries import hold
from tracker.territory.rules import Place

plan = Blueprint("plan", __name__)


@plan.get("/<place:place>/plan")
def show(place: Place) -> str:
    """The plan at a glance."""
    found = plan_of(place.id)
    goal = goal_by_code(found.goal_code) if found else None
    return render_template(
        "plan/show.html",
        place=place,
        plan=found,
        goal=goal,
        parent=goal_by_code(goal.parent) if goal else None,
        lines=lines_of(place.id),
        actions=actions_of(place.id),
        may_write=bool(g.visitor.roles_at(place) & WRITERS),
    )


@plan.get("/<place:place>/plan/edit")
def edit(place: Place) -> Response:
    """The form: a new plan, or the one there is."""
    found = plan_of(place.id)
    return _plan_page(place, PlanForm(obj=found))


@plan.post("/<place:place>/plan/edit")
def save(place: Place) -> Response:
    """Open a plan or save corrections of it."""
    form = PlanForm()
    form.offer()
    if not form.validate_on_submit():
        return _plan_page(place, form, 422)
    act = act_here(place.zone)
    typed: dict[str, Any] = {
        "from_on": form.from_on.data,
        "until_on": form.until_on.data,
        "goal_code": form.goal_code.data,
        "workshop": form.workshop.data,
    }
    url = url_for("plan.show", place=place)
    try:
        hold(place.id)
        if result_of_submission(form.click(), act.user_id):
            return redirect(url, 303)
        found = plan_of(place.id)
        if found is None:
            create_plan(act, place, form.title.data, **typed)
            remember_submission(form.click(), act, url)
        else:
            edit_plan(act, place, found.id, version_of(form.version.data), form.title.data, **typed)
        db.session.commit()
    except EditConflict as conflict:
        db.session.rollback()
        found = plan_of(place.id)
        form.refuse(conflict)
        form.version.data = str(found.version) if found else ""
        return _plan_page(place, form, 409, theirs=found)
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return _plan_page(place, form, 422)
    return done(_("Saved."), url)


@plan.get("/<place:place>/plan/lines/new")
def new_line(place: Place) -> Response:
    """An empty form."""
    if plan_of(place.id) is None:
        return redirect(url_for("plan.edit", place=place), 303)
    return page("plan/line.html", place=place, form=LineForm())


@plan.post("/<place:place>/plan/lines")
def create_line(place: Place) -> Response:
    """Add a line."""
    form = LineForm()
    if not form.validate_on_submit():
        return page("plan/line.html", 422, place=place, form=form)

    def write(act: Act) -> None:
        found = plan_of(place.id)
        if found is None:
            raise Refused(_("Write the plan down first."))
        add_line(act, place, found.id, form.title.data, code=form.code.data)

    return _add(place, form, "plan/line.html", write, _("Line added."))


@plan.get("/<place:place>/plan/actions/new")
def new_action(place: Place) -> Response:
    """An empty form."""
    if not lines_of(place.id):
        return redirect(url_for("plan.new_line", place=place), 303)
    return _action_page(place, ActionForm())


@plan.post("/<place:place>/plan/actions")
def create_action(place: Place) -> Response:
    """Add a row to the matrix."""
    form = ActionForm()
    _offer_lines(place, form)
    if not form.validate_on_submit():
        return _action_page(place, form, 422)

    def write(act: Act) -> None:
        add_action(act, place, int(form.line_id.data), form.title.data, code=form.code.data)

    return _add(place, form, "plan/action.html", write, _("Action added."))


def _add(place: Place, form: Any, template: str, write: Callable[[Act], None], message: str) -> Response:
    """Take a creating form in once; a second click only redirects."""
    db.session.rollback()
    act = act_here(place.zone)
    url = url_for("plan.show", place=place)
    try:
        hold(place.id)
        if result_of_submission(form.click(), act.user_id):
            return redirect(url, 303)
        write(act)
        remember_submission(form.click(), act, url)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused)
        return page(template, 422, place=place, form=form)
    return done(message, url)


def _plan_page(place: Place, form: PlanForm, status: int = 200, **more: Any) -> Response:
    form.offer()
    return page("plan/form.html", status, place=place, form=form, **more)


def _action_page(place: Place, form: ActionForm, status: int = 200) -> Response:
    _offer_lines(place, form)
    return page("plan/action.html", status, place=place, form=form)


def _offer_lines(place: Place, form: ActionForm) -> None:
    form.line_id.choices = options(
        (str(line.id), f"{line.code} {line.title}".strip()) for line in lines_of(place.id)
    )
