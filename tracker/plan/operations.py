"""Writes of plans, lines and actions."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select

from tracker.audit.models import Act
from tracker.audit.operations import record
from tracker.core.db import db
from tracker.core.errors import EditConflict, NotHere, Refused
from tracker.core.i18n import _, _l, in_language
from tracker.frameworks.rules import goal_by_code
from tracker.plan.models import Action, Line, Plan
from tracker.plan.queries import actions_of, lines_of
from tracker.territory.queries import hold
from tracker.territory.rules import Place, name_key

TITLE_LENGTH = 300
CODE_LENGTH = 40


def create_plan(
    act: Act,
    place: Place,
    title: str,
    *,
    from_on: date | None = None,
    until_on: date | None = None,
    goal_code: str | None = None,
    workshop: str = "",
) -> Plan:
    """Open a plan for a period; `goal_code` is of the catalogue, `workshop` where it was drawn up."""
    hold(place.id)
    wrong = _wrong_title(title)
    if from_on and until_on and until_on < from_on:
        wrong["until_on"] = _l("The plan ends before it begins.")
    if goal_code and goal_by_code(goal_code) is None:
        wrong["goal_code"] = _l("Choose a goal of the list.")
    if wrong:
        raise Refused(fields=wrong)
    plan = Plan(
        municipality_id=place.id,
        title=title.strip(),
        from_on=from_on,
        until_on=until_on,
        goal_code=goal_code or None,
        workshop=workshop.strip(),
    )
    db.session.add(plan)
    db.session.flush()
    changes = {
        "title": (None, plan.title),
        "from_on": (None, from_on),
        "until_on": (None, until_on),
        "goal": (None, plan.goal_code),
    }
    record(act, "create", place.id, f"plan:{plan.id}", changes)
    return plan


def add_line(act: Act, place: Place, plan_id: int, title: str, *, code: str = "") -> Line:
    """Add a strategic line to a plan of this very municipality, else NotHere."""
    hold(place.id)
    plan = db.session.scalar(select(Plan).where(Plan.municipality_id == place.id, Plan.id == plan_id))
    if plan is None:
        raise NotHere(plan_id)
    _check(title, code)
    line = Line(municipality_id=place.id, plan_id=plan.id, code=code.strip(), title=title.strip())
    db.session.add(line)
    db.session.flush()
    record(act, "create", place.id, f"line:{line.id}", _named(line))
    return line


def add_action(
    act: Act, place: Place, line_id: int, title: str, *, code: str = "", description: str = ""
) -> Action:
    """Add a row to the matrix of a line of this very municipality, else NotHere."""
    hold(place.id)
    line = db.session.scalar(select(Line).where(Line.municipality_id == place.id, Line.id == line_id))
    if line is None:
        raise NotHere(line_id)
    _check(title, code)
    action = Action(
        municipality_id=place.id,
        line_id=line.id,
        code=code.strip(),
        title=title.strip(),
        description=description.strip(),
    )
    db.session.add(action)
    db.session.flush()
    record(act, "create", place.id, f"action:{action.id}", _named(action))
    return action


def find_or_create_action(
    act: Act, place: Place, line_title: str, action_title: str, plan_title: str = "Plan"
) -> int:
    """The id of the action so called, by code or title, made where there is none; see the plural."""
    pair = (line_title, action_title)
    return find_or_create_actions(act, place, [pair], plan_title)[pair]


def find_or_create_actions(
    act: Act, place: Place, pairs: Sequence[tuple[str, str]], plan_title: str
) -> dict[tuple[str, str], int]:
    """Ids of actions by (line, action) as named, by code or title; one of the two may be empty, not both.

    A line alone stands for an action of the same name under it. What is missing is made: a line in the first
    plan (called `plan_title` where there is none yet), an action without a line under a line of its own.
    """
    hold(place.id)
    line_ids: dict[str, int] = {}
    for line in reversed(lines_of(place.id)):
        line_ids |= dict.fromkeys(_keys(line), line.id)
    ids: dict[tuple[int | None, str], int] = {}
    for action in reversed(actions_of(place.id)):
        ids |= {(under, key): action.id for key in _keys(action) for under in (action.line_id, None)}

    def found(line: str, action: str) -> int | None:
        under = line_ids.get(name_key(line), 0) if line else None
        return ids.get((under, name_key(action or line)))

    missing = [pair for pair in dict.fromkeys(pairs) if found(*pair) is None]
    if missing:
        with in_language(place.languages[0], place.country_code):
            unassigned = _("Without a line")
        titles = {name_key(line or unassigned): line or unassigned for line, _action in reversed(missing)}
        titles = {key: title for key, title in titles.items() if key not in line_ids}
        line_ids |= _make_lines(act, place, titles, plan_title)
        made = _make_actions(
            act,
            place,
            {(line_ids[name_key(ln or unassigned)], name_key(ac or ln)): ac or ln for ln, ac in reversed(missing)},
        )
        for (line_id, key), action_id in made.items():
            ids |= {(line_id, key): action_id, (None, key): ids.get((None, key), action_id)}
    return {pair: known for pair in pairs if (known := found(*pair)) is not None}


def _make_lines(act: Act, place: Place, titles: Mapping[str, str], plan_title: str) -> dict[str, int]:
    if not titles:
        return {}
    first = db.session.scalar(select(func.min(Plan.id)).where(Plan.municipality_id == place.id))
    plan_id = first or create_plan(act, place, plan_title[:TITLE_LENGTH]).id
    made = {key: Line(municipality_id=place.id, plan_id=plan_id, title=title) for key, title in titles.items()}
    db.session.add_all(made.values())
    db.session.flush()
    for line in made.values():
        record(act, "create", place.id, f"line:{line.id}", _named(line))
    return {key: line.id for key, line in made.items()}


def _make_actions(act: Act, place: Place, titles: Mapping[tuple[int, str], str]) -> dict[tuple[int, str], int]:
    made = {at: Action(municipality_id=place.id, line_id=at[0], title=title) for at, title in titles.items()}
    db.session.add_all(made.values())
    db.session.flush()
    for action in made.values():
        record(act, "create", place.id, f"action:{action.id}", _named(action))
    return {at: action.id for at, action in made.items()}


def _keys(row: Line | Action) -> set[str]:
    return {name_key(text) for text in (row.code, row.title) if text}


def _named(row: Line | Action) -> dict[str, tuple[object, object]]:
    return {"title": (None, row.title), "code": (None, row.code or None)}


def _check(title: str, code: str) -> None:
    wrong = _wrong_title(title)
    if len(code.strip()) > CODE_LENGTH:
        wrong["code"] = _l("At most %(count)s characters.", count=CODE_LENGTH)
    if wrong:
        raise Refused(fields=wrong)


def _wrong_title(title: str) -> dict[str, object]:
    if not title.strip():
        return {"title": _l("Write a title.")}
    if len(title.strip()) > TITLE_LENGTH:
        return {"title": _l("At most %(count)s characters.", count=TITLE_LENGTH)}
    return {}


def edit_plan(
    act: Act,
    place: Place,
    plan_id: int,
    version: int,
    title: str,
    *,
    from_on: date | None = None,
    until_on: date | None = None,
    goal_code: str | None = None,
    workshop: str = "",
) -> Plan:
    """Correct a plan; raises EditConflict when somebody saved after `version`."""
    hold(place.id)
    plan = db.session.scalar(select(Plan).where(Plan.municipality_id == place.id, Plan.id == plan_id))
    if plan is None:
        raise NotHere(plan_id)
    if plan.version != version:
        raise EditConflict(_l("Somebody else changed this plan while you were writing."))
    wrong = _wrong_title(title)
    if from_on and until_on and until_on < from_on:
        wrong["until_on"] = _l("The plan ends before it begins.")
    if wrong:
        raise Refused(fields=wrong)
    changes = {
        "title": (plan.title, title.strip()),
        "from_on": (plan.from_on, from_on),
        "until_on": (plan.until_on, until_on),
        "goal": (plan.goal_code, goal_code or None),
        "workshop": (plan.workshop, workshop.strip()),
    }
    plan.title, plan.from_on, plan.until_on = title.strip(), from_on, until_on
    plan.goal_code, plan.workshop, plan.version = goal_code or None, workshop.strip(), plan.version + 1
    record(act, "edit", place.id, f"plan:{plan.id}", changes)
    return plan
