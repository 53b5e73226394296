"""The figures of follow-up at each level: read, tried before they are saved, saved, told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, g, request, url_for
from werkzeug.wrappers import Response

from tracker.audit.acting import act_here
from tracker.audit.fields import FIELDS
from tracker.audit.queries import newest_of
from tracker.core.db import db
from tracker.core.errors import EditConflict
from tracker.core.forms import version_of
from tracker.core.i18n import _, format_day, label, ngettext
from tracker.core.now import utc_now
from tracker.core.web import done, page
from tracker.follow_up.forms.policy import PolicyForm
from tracker.follow_up.policies.trial import Trial, try_policy
from tracker.follow_up.presenting import ladder_words
from tracker.follow_up.views import follow_up
from tracker.permissions import WRITERS
from tracker.territory.policies.calendar import shown
from tracker.territory.policies.changing import set_policy, setting_of
from tracker.territory.queries import countries
from tracker.territory.rules import Place, Policy, policy_with, read_policy_value

#: Figures that are typed as text: those of dates and mails, and those of the other clocks, out of sight at first.
_DATES = ("soon_days", "remind_days", "late_days", "repeat_days", "quiet_days", "digest_hour")
_SILENCE = ("silence_days", "silence_before_due_days", "silence_least_days")
_CLOCKS = (*_SILENCE, "behind_points", "behind_share", "behind_days", "blocked_repeat_days", "undated_repeat_days")
_TEXTS = (*_DATES, *_CLOCKS)
#: Changes told on the page.
_NEWEST = 20


@dataclass(frozen=True)
class Level:
    """Whose figures: `*`, a country code or a municipality code; what it is called, and where its page is."""

    key: str
    name: str
    url: str
    save_url: str
    back: tuple[str, str]
    #: Levels from which figures come where this one sets none, widest first.
    above: tuple[str, ...]
    place: Place | None = None


@follow_up.get("/policy")
def policy() -> Response:
    """The figures of the installation."""
    return _shown(_installation())


@follow_up.post("/policy")
def save_policy() -> Response:
    """Try or save them."""
    return _taken(_installation())


@follow_up.get("/policy/<country:code>")
def country_policy(code: str) -> Response:
    """The figures of a country."""
    return _shown(_country(code))


@follow_up.post("/policy/<country:code>")
def save_country_policy(code: str) -> Response:
    """Try or save them."""
    return _taken(_country(code))


@follow_up.get("/<place:place>/policy")
def place_policy(place: Place) -> Response:
    """The figures of a municipality."""
    return _shown(_municipality(place))


@follow_up.post("/<place:place>/policy")
def save_place_policy(place: Place) -> Response:
    """Try or save them."""
    return _taken(_municipality(place))


def _installation() -> Level:
    url = url_for(".policy")
    back = url_for("monitoring.places"), _("Municipalities")
    return Level("*", _("the whole installation"), url, url_for(".save_policy"), back, ())


def _country(code: str) -> Level:
    country = next((one for one in countries() if one.code == code.upper()), None)
    if country is None:
        abort(404)
    url, save = url_for(".country_policy", code=country.code), url_for(".save_country_policy", code=country.code)
    return Level(
        country.code, label(country.name), url, save, (url_for(".policy"), _("Figures of follow-up")), ("*",)
    )


def _municipality(place: Place) -> Level:
    url, save = url_for(".place_policy", place=place), url_for(".save_place_policy", place=place)
    back = url_for("agenda.listing", place=place), _("Agenda")
    return Level(place.code, place.name, url, save, back, ("*", place.country_code), place)


def _shown(level: Level) -> Response:
    setting = setting_of(level.key)
    form = PolicyForm(data=_typed_before(setting.figures if setting else {}, setting.version if setting else 0))
    return _page(level, form)


def _taken(level: Level) -> Response:
    form = PolicyForm()
    if not form.validate_on_submit():
        return _page(level, form, 422)
    figures, seen = _figures(form), version_of(form.seen.data)
    zone = level.place.zone if level.place else "UTC"
    db.session.rollback()
    if request.form.get("as") != "save":
        trial = try_policy(act_here(zone), level.key, figures, utc_now())
        return _page(level, form, trial=trial)
    try:
        set_policy(act_here(zone), level.key, figures, seen)
        db.session.commit()
    except EditConflict as conflict:
        db.session.rollback()
        setting = setting_of(level.key)
        form.refuse(conflict)
        form.seen.data = str(setting.version if setting else 0)
        return _page(level, form, 409)
    return done(_("Saved. Dates are reckoned anew within some minutes."), level.url)


def _figures(form: PolicyForm) -> dict[str, Any]:
    """What the form sets, None for what it gives back to the level above."""
    found: dict[str, Any] = {}
    for name in _TEXTS:
        text = (getattr(form, name).data or "").replace(" ", "")
        found[name] = read_policy_value(name, text) if text else None
    days = sorted({int(day) for day in form.working_days.data or [] if day in tuple("0123456")})
    found["working_days"] = days or None
    found["holidays_off"] = {"yes": True, "no": False}.get(form.holidays_off.data or "")
    lines = [text for text in (form.days_off.data or "").splitlines() if text.strip()]
    found["days_off"] = [day for text in lines for day in read_policy_value("days_off", text)] or None
    return found


def _typed_before(figures: dict[str, Any], version: int) -> dict[str, Any]:
    def text(name: str) -> str:
        value = figures.get(name)
        if value is None:
            return ""
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    known: dict[str, Any] = {name: text(name) for name in _TEXTS}
    holidays = figures.get("holidays_off")
    return known | {
        "seen": str(version),
        "working_days": [str(day) for day in figures.get("working_days", [])],
        "holidays_off": "" if holidays is None else "yes" if holidays else "no",
        "days_off": "\n".join(shown(day) for day in figures.get("days_off", [])),
    }


def _page(level: Level, form: PolicyForm, status: int = 200, trial: Trial | None = None) -> Response:
    above = Policy()
    for key in level.above:
        setting = setting_of(key)
        above = policy_with(above, setting.figures if setting else {})
    own = setting_of(level.key)
    present = policy_with(above, own.figures if own else {})
    may_write = level.place is None or bool(g.visitor.roles_at(level.place) & WRITERS)
    return page(
        "follow_up/policy.html",
        status,
        level=level,
        form=form,
        place=level.place,
        clocks=_CLOCKS,
        dates=_DATES,
        clocks_open=any(form[name].data or form[name].errors for name in _CLOCKS),
        above=_words(above),
        present=_words(present),
        ladder=ladder_words(present),
        hour=f"{present.digest_hour:02d}:00",
        days_off=[shown(day) for day in present.days_off],
        may_write=may_write,
        trial=_trial_words(trial) if trial else None,
        changes=_changes(level),
        countries=_countries() if level.key == "*" else [],
    )


def _words(figures: Policy) -> dict[str, str]:
    """Each figure as people type it."""
    return {
        **{name: _text(getattr(figures, name)) for name in _TEXTS},
        "working_days": ", ".join(_short_days()[day] for day in figures.working_days),
        "holidays_off": _("no mails") if figures.holidays_off else _("mails leave as on other days"),
    }


def _text(value: Any) -> str:
    return (", ".join(map(str, value)) or _("none")) if isinstance(value, tuple) else str(value)


def _trial_words(trial: Trial) -> dict[str, Any]:
    """What would change, in sentences."""
    told = trial.estimate(trial.people[1])
    people = ngettext(
        "%(num)s person would be told of something tomorrow",
        "%(num)s people would be told of something tomorrow",
        told,
    )
    return {
        "places": trial.places,
        "is_whole": trial.is_whole,
        "looked_at": trial.looked_at,
        "rows": [
            (_("Late commitments"), *trial.late),
            (_("Due soon"), *trial.soon),
            (_("Without news"), *trial.silent),
            (_("Too slow for the time gone"), *trial.behind),
            (_("People told of something tomorrow"), *trial.people),
            (_("Notices tomorrow"), *trial.told),
        ],
        "people": people if trial.is_whole else _("about %(words)s in all", words=people),
        "held": trial.held[:10],
    }


def _changes(level: Level) -> Sequence[tuple[str, str, str]]:
    """(day, who, what) of the newest changes of these figures."""
    found = []
    for line in newest_of(f"policy:{level.key}", "set_policy", _NEWEST):
        what = "; ".join(
            f"{FIELDS.get(name, name)}: {_told(name, old)} → {_told(name, new)}"
            for name, (old, new) in line.changes.items()
        )
        found.append((format_day(line.told.day), line.name or _("somebody"), what))
    return found


def _told(name: str, value: Any) -> str:
    """A figure as the trail holds it, in words."""
    if value is None:
        return _("as above")
    if name == "holidays_off":
        return _("no mails") if value else _("mails leave as on other days")
    parts = [part for part in str(value).split(", ") if part]
    if name == "working_days":
        return ", ".join(_short_days()[int(day)] for day in parts)
    return ", ".join(shown(day) for day in parts) if name == "days_off" else str(value)


def _short_days() -> tuple[str, ...]:
    return _("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")


def _countries() -> list[tuple[str, str]]:
    return sorted(((one.code, label(one.name)) for one in countries()), key=lambda pair: pair[1])
