"""Health: is anything broken that nobody noticed? Each figure leads to its rows, each trouble says what to do."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, g, render_template, url_for

from tracker.core.disk import Space
from tracker.core.i18n import _, format_day, format_instant, format_number, ngettext
from tracker.core.now import utc_now, zone
from tracker.follow_up.queries.journal import places_failing
from tracker.follow_up.queries.nobody import count_nobody
from tracker.monitoring.health import Queue, ZoneCheck, beats, disks, failed_since, queue, zone_checks
from tracker.monitoring.presenting import (
    DISK_WORDS,
    Trouble,
    age_words,
    disk_trouble,
    ended_words,
    figure,
    size_words,
    tick_state_words,
    tick_words,
)
from tracker.monitoring.rules import Beat, disk_state, queue_is_old, tick_state
from tracker.monitoring.views import monitoring
from tracker.notices.queries.held import held_in
from tracker.territory.rules import Scope

#: Failures are counted so far back.
RECENT = timedelta(days=7)


@monitoring.get("/health")
def health() -> str:
    """The whole page."""
    now, scope, seconds = utc_now(), g.visitor.scope, current_app.config["TICK_SECONDS"]
    waits, ticks, zones, space = queue(now), beats(), zone_checks(now), disks()
    states = {name: tick_state(beat, now, seconds) for name, beat in ticks.items()}
    counts = _counts(scope, now)
    troubles = [
        *_tick_troubles(states, ticks, now),
        *_mail_troubles(waits, counts, now),
        *_check_troubles(zones, counts),
        *[found for name, own in space.items() if (found := disk_trouble(name, own))],
    ]
    return render_template(
        "monitoring/health.html",
        troubles=sorted(troubles, key=lambda each: each.tone != "late"),
        broken=sum(each.tone == "late" for each in troubles),
        figures=_figures(waits, counts, now),
        ticks=[_tick_line(name, states[name], beat, now) for name, beat in ticks.items()],
        zones=[_zone_line(each) for each in zones],
        disks=[_disk_line(name, own) for name, own in space.items()],
    )


def _counts(scope: Scope, now: datetime) -> dict[str, int]:
    return {
        "failed": failed_since(now - RECENT),
        "held": len(held_in(scope, now)),
        "nobody": count_nobody(scope),
        "failing": len(places_failing(scope, now - RECENT)),
    }


def _figures(waits: Queue, counts: Mapping[str, int], now: datetime) -> list[dict[str, Any]]:
    """Counts that lead to the rows they count."""
    open_ = waits.waiting + waits.put_off
    put_off = ngettext("%(num)s put off by the mail server", "%(num)s put off by the mail server", waits.put_off)
    failed, held, nobody, failing = (counts[name] for name in ("failed", "held", "nobody", "failing"))
    return [
        figure(
            open_,
            ngettext("mail waiting", "mails waiting", open_),
            url_for("notices.mails", state="waiting"),
            "late" if queue_is_old(waits.oldest, now) else "plain",
            put_off if waits.put_off else None,
        ),
        figure(
            failed,
            ngettext("mail not delivered", "mails not delivered", failed),
            url_for("notices.mails", state="failed"),
            "late",
            _("in the last 7 days"),
        ),
        figure(
            held,
            ngettext("municipality whose mails are held", "municipalities whose mails are held", held),
            url_for("notices.mails"),
            "soon",
        ),
        figure(
            nobody,
            ngettext("thing nobody can be told", "things nobody can be told", nobody),
            url_for("follow_up.nobody"),
            "soon",
        ),
        figure(
            failing,
            ngettext("municipality whose check fails", "municipalities whose check fails", failing),
            url_for("follow_up.checks", show="places", failed=1),
            "late",
        ),
    ]


def _tick_troubles(states: Mapping[str, str], ticks: Mapping[str, Beat], now: datetime) -> Iterator[Trouble]:
    """Where every tick stands still the scheduler does: that is one trouble, not five."""
    still = [name for name, state in states.items() if state in ("never", "stopped")]
    ended = [beat.ended_at for beat in ticks.values() if beat.ended_at]
    if len(still) == len(states) and states:
        since = _("it last ran %(ago)s", ago=ended_words(now - max(ended))) if ended else _("it never ran")
        yield Trouble(
            "late",
            _(
                "Nothing runs by itself: %(since)s, so nothing is checked and no mail leaves. "
                "Start the service, or a worker (flask worker).",
                since=since,
            ),
        )
        still = []
    for name in still:
        yield Trouble("late", _("%(tick)s: does not run any more. Start the service again.", tick=tick_words(name)))
    for name, state in states.items():
        if state == "failing":
            words = tick_state_words(state, ticks[name])[1]
            yield Trouble(
                "late",
                _("%(tick)s: %(words)s. The log holds the whole error.", tick=tick_words(name), words=words),
            )


def _mail_troubles(waits: Queue, counts: Mapping[str, int], now: datetime) -> Iterator[Trouble]:
    if waits.oldest is not None and queue_is_old(waits.oldest, now):
        yield Trouble(
            "late",
            _(
                "The oldest mail has waited %(age)s beyond its time. Look whether the mail server answers; "
                "nothing is lost, it all leaves as soon as it does.",
                age=age_words(now - waits.oldest),
            ),
            url_for("notices.mails", state="waiting"),
            _("See the mails"),
        )
    if counts["failed"]:
        text = ngettext(
            "%(num)s mail of the last 7 days could not be delivered. Read what the mail server said, correct the "
            "address, and send it again.",
            "%(num)s mails of the last 7 days could not be delivered. Read what the mail server said, correct the "
            "addresses, and send them again.",
            counts["failed"],
        )
        yield Trouble("soon", text, url_for("notices.mails", state="failed"), _("See the mails"))
    if counts["held"]:
        text = ngettext(
            "The mails of %(num)s municipality are held until somebody says yes or no.",
            "The mails of %(num)s municipalities are held until somebody says yes or no.",
            counts["held"],
        )
        yield Trouble("soon", text, url_for("notices.mails"), _("Look"))


def _check_troubles(zones: Sequence[ZoneCheck], counts: Mapping[str, int]) -> Iterator[Trouble]:
    if counts["failing"]:
        text = ngettext(
            "The check of %(num)s municipality fails at every try; nobody there is told anything. The log holds "
            "the whole error.",
            "The check of %(num)s municipalities fails at every try; nobody there is told anything. The log holds "
            "the whole error.",
            counts["failing"],
        )
        yield Trouble("late", text, url_for("follow_up.checks", show="places", failed=1), _("See which"))
    for each in zones:
        if not each.is_known:
            text = ngettext(
                "The time zone %(zone)s of %(num)s municipality is not known here, so it is never checked. "
                "Bring in the registry with the right one.",
                "The time zone %(zone)s of %(num)s municipalities is not known here, so they are never checked. "
                "Bring in the registry with the right one.",
                each.municipalities,
                zone=each.name,
            )
            yield Trouble("late", text)
    if counts["nobody"]:
        text = ngettext(
            "Of %(num)s thing nobody can be told: no address, and no coordinator.",
            "Of %(num)s things nobody can be told: no address, and no coordinator.",
            counts["nobody"],
        )
        yield Trouble("soon", text, url_for("follow_up.nobody"), _("See what mends it"))


def _tick_line(name: str, state: str, beat: Beat, now: datetime) -> dict[str, Any]:
    tone, words = tick_state_words(state, beat)
    return {
        "name": tick_words(name),
        "tone": tone,
        "words": words,
        "age": ended_words(now - beat.ended_at) if beat.ended_at else None,
        "exact": _("%(when)s (UTC)", when=format_instant(beat.ended_at, zone("UTC"))) if beat.ended_at else None,
        "iso": beat.ended_at.isoformat() if beat.ended_at else None,
    }


def _zone_line(each: ZoneCheck) -> dict[str, Any]:
    if not each.is_known:
        tone, words = "late", _("this time zone is not known")
    elif each.waiting:
        words = ngettext(
            "%(num)s municipality waits for today's check",
            "%(num)s municipalities wait for today's check",
            each.waiting,
        )
        tone = "soon"
    else:
        tone, words = "done", _("every check that has come was made")
    return {
        "name": each.name,
        "municipalities": format_number(each.municipalities),
        "checked_on": format_day(each.checked_on) or None,
        "tone": tone,
        "words": words,
    }


def _disk_line(name: str, space: Space | None) -> dict[str, Any]:
    tone = {"well": "done", "low": "soon"}.get(disk_state(space), "late")
    if space is None:
        return {"name": str(DISK_WORDS[name]), "tone": tone, "words": _("does not answer")}
    words = _("%(free)s free of %(total)s", free=size_words(space.free), total=size_words(space.total))
    return {"name": str(DISK_WORDS[name]), "tone": tone, "words": words}
