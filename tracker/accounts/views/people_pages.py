"""What the pages of people show, in a municipality or beyond one."""

from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from tracker.accounts.forms.people import InviteForm
from tracker.accounts.queries.invitations import invitations_at
from tracker.accounts.queries.people import fates_of, people_at, whereabouts
from tracker.accounts.rules import LOCAL, ROLES, gives_at
from tracker.accounts.slips import join_url, slip_of
from tracker.accounts.words import LANGUAGES, ROLE_WORDS
from tracker.audit.acting import act_here
from tracker.audit.models import Act
from tracker.core.db import begin_write
from tracker.core.forms import no_choice, options
from tracker.core.i18n import _, current_locale, format_day, label
from tracker.core.now import local_day, utc_now
from tracker.core.paging import asked_page, pager
from tracker.core.web import page
from tracker.territory.queries import countries, hold, unit_names_of
from tracker.territory.rules import Place

PAGE = 100
LOCAL_ROLES = frozenset(LOCAL)


@dataclass(frozen=True)
class At:
    """A municipality's people, or those without one: addresses and words that differ."""

    place: Place | None

    @property
    def id(self) -> int | None:
        """Of the municipality."""
        return self.place.id if self.place else None

    @property
    def gives(self) -> frozenset[str]:
        """Roles that the visitor may give here."""
        return gives_at(g.visitor, self.place)

    @property
    def ends(self) -> frozenset[str]:
        """Roles that the visitor may take away here: who oversees invites and leaves the rest to others."""
        roles = g.visitor.roles_at(self.place)
        return self.gives if roles & {"administrator", "coordinator"} else frozenset()

    def url(self, here: str, anywhere: str, **ids: Any) -> str:
        """The address of one of two endpoints that do the same."""
        if self.place is not None:
            return url_for(f".{here}", place=self.place, **ids)
        return url_for(f".{anywhere}", **ids)

    @property
    def home(self) -> str:
        """The page of all of them."""
        return self.url("people", "everybody")

    def act(self) -> Act:
        """The visitor's act, on the local day."""
        return act_here(self.place.zone if self.place else "UTC")

    def hold(self) -> None:
        """Begin to write."""
        if self.place is not None:
            hold(self.place.id)
        else:
            begin_write()


def form_at(at: At) -> InviteForm:
    """The form with what can be chosen here."""
    form = InviteForm()
    given = [role for role in ROLES if role in at.gives]
    form.role.choices = options([(role, ROLE_WORDS[role]) for role in given])
    names = unit_names_of(at.id) if at.id and "officer" in given else []
    form.unit.choices = options([no_choice(), *[(str(unit_id), name) for unit_id, name in names]])
    known = [(c.code, label(c.name)) for c in countries()] if "monitor" in given else []
    whole = no_choice(_("the whole region"))
    form.country.choices = options([whole, *sorted(known, key=lambda pair: pair[1])])
    form.language.choices = options(LANGUAGES)
    if request.method == "GET":
        form.role.data = given[0] if given else None
        form.how.data, form.language.data = "mail", current_locale()
    return form


def people_page(at: At, status: int = 200, form: InviteForm | None = None) -> Response:
    nth = asked_page()
    shown = frozenset(LOCAL) if at.place is not None else frozenset(ROLES) - frozenset(LOCAL)
    if at.place is not None and not at.ends:
        shown = at.gives
    held = people_at(at.id, shown, (nth - 1) * PAGE, PAGE)
    invitations, now = invitations_at(at.id, at.gives), utc_now()
    places, fates = (whereabouts(invitations), fates_of(invitations)) if invitations else ({}, {})
    lines = [
        {
            "id": row.id,
            "name": row.name,
            "email": row.email,
            "role": ROLE_WORDS[row.role],
            "where": places[row.id],
            "by": row.by_name,
            "on_paper": row.on_paper,
            "until": format_day(local_day(row.expires_at, at.place.zone if at.place else "UTC")),
            "is_over": row.expires_at <= now,
            "failed": fates.get(row.id),
        }
        for row in invitations
    ]
    return page(
        "accounts/people.html",
        status,
        at=at,
        form=form or form_at(at),
        held=held[:PAGE],
        invitations=lines,
        role_words=ROLE_WORDS,
        ends=at.ends,
        letter_url=_letter_url(at),
        hands_over=at.ends & LOCAL_ROLES if at.place is not None else frozenset(),
        own_id=g.visitor.user_id if at.place is not None else 0,
        may_take_factor="administrator" in g.visitor.roles_at(None),
        has_slips=any(line["on_paper"] and not line["is_over"] for line in lines),
        pager=pager(nth, len(held) > PAGE, lambda number: at.url("people", "everybody", page=number)),
    )


def _letter_url(at: At) -> str | None:
    """Where who looks after the municipality hands its coordination over."""
    if at.place is None or at.place.is_closed or not g.visitor.scope.looks_after(at.place):
        return None
    return url_for("follow_up.letter_form", municipality_id=at.place.id)


def slips_page(at: At) -> Response:
    now = utc_now()
    open_slips = [row for row in invitations_at(at.id, at.gives) if row.on_paper and row.expires_at > now]
    places = whereabouts(open_slips) if open_slips else {}
    lines = [
        {
            **slip_of(row, at.place.zone if at.place else "UTC"),
            "role": ROLE_WORDS[row.role],
            "where": places[row.id],
        }
        for row in open_slips
    ]
    back = at.home, _("People")
    return page("accounts/slips.html", back=back, slips=lines, join_url=join_url())
