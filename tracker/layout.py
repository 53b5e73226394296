"""What the frame of every signed-in page shows: where one is, who one is, where one can go."""

from typing import Any

from flask import current_app, g, request, url_for

from tracker.accounts.rules import Visitor
from tracker.accounts.words import ROLE_WORDS
from tracker.core.i18n import _, format_day
from tracker.notices.queries import unsent_count
from tracker.permissions import ADMINISTRATORS, INVITERS, MAIL_READERS, OVERSEERS, PERMISSIONS, WATCHERS
from tracker.territory.queries import places_by_id, places_with_codes
from tracker.territory.rules import Place

#: Pages of the room `notices` that are about mails, not about what concerns the visitor.
MAIL_PAGES = {"notices.mails", "notices.mail", "notices.waiting", "notices.decline"}
#: Pages of the room `notices` that are about the visitor's own account.
ADDRESS_PAGES = {"notices.new_address", "notices.address_refused"}
#: Pages of the room `accounts` that are about others.
PEOPLE_PAGES = {
    "follow_up.hand_over_form",
    "follow_up.hand_over_post",
    "accounts.people",
    "accounts.everybody",
    "accounts.slips",
    "accounts.slips_here",
    "accounts.others_factor",
}
#: Pages about workshops and the registry: they belong to the municipalities.
REGISTRY_PAGES = {
    "agenda.partners",
    "agenda.partner",
    "agenda.create_partner",
    "agenda.save_partner",
    "exchange.registry",
    "exchange.bring_registry",
    "follow_up.policy",
    "follow_up.save_policy",
    "follow_up.country_policy",
    "follow_up.save_country_policy",
    "follow_up.letter_form",
    "follow_up.letter_post",
    "monitoring.places",
    "accounts.workshops",
    "accounts.workshop",
    "accounts.new_workshop",
    "accounts.create_workshop",
    "accounts.edit_workshop_form",
    "accounts.save_workshop",
    "accounts.came",
    "accounts.save_came",
    "accounts.start_form",
    "accounts.start",
    "accounts.workshop_slips",
    "agenda.municipality",
    "agenda.new_municipality",
    "agenda.create_municipality",
    "agenda.edit_municipality",
    "agenda.save_municipality",
    "agenda.save_members",
    "agenda.closing",
    "agenda.close_one",
    "agenda.merging",
    "agenda.merge_one",
    "agenda.division",
    "agenda.divide",
}
#: Pages of the room `follow_up` that are about My agenda, and about checks; the rest is about one commitment.
MY_PAGES = {"follow_up.home", "follow_up.print_page"}
#: Pages of one municipality that belong to My agenda.
OWN_PAGES = {"follow_up.asked", "follow_up.steady_form"}
CHECK_PAGES = {
    "follow_up.ownerless",
    "follow_up.checks",
    "follow_up.check",
    "follow_up.dry_run",
    "follow_up.nobody",
    "follow_up.give_mailbox",
}
NOT_OF_AGENDA = MY_PAGES | OWN_PAGES | CHECK_PAGES | REGISTRY_PAGES | PEOPLE_PAGES
SEARCH_PAGES = {"monitoring.search", "monitoring.search_here"}
#: Pages of the room `monitoring` that tell what happened in one municipality, and how well promises are kept.
HISTORY_PAGES = {"monitoring.history", "monitoring.commitment_history", "monitoring.milestone_history"}
HISTORY_PAGES |= {"monitoring.unit_history", "monitoring.quality"}


def layout_context() -> dict[str, Any]:
    """Names that layouts/base.html expects; nothing for people who are not signed in."""
    visitor: Visitor | None = g.get("visitor")
    if visitor is None:
        return {"is_demo": current_app.config.get("DEMO", False)}
    place: Place | None = g.get("place")
    roles = visitor.roles_at(place)
    role = next((words for name, words in ROLE_WORDS.items() if name in roles), None)
    return {
        "is_demo": current_app.config.get("DEMO", False),
        "place_name": place.name if place else None,
        "closed": _closed_words(visitor, place) if place and place.is_closed else None,
        "other_places": _other_places(visitor, place),
        "place_role": role if place else None,
        "person_name": visitor.name,
        "account_url": url_for("accounts.account"),
        "nav_items": _nav(visitor, place),
    }


def _closed_words(visitor: Visitor, place: Place) -> tuple[str, list[tuple[str, str | None]]]:
    """Since when a municipality is closed, and what took its place: names with their address where it is seen."""
    successors = places_with_codes((place.replaced_by or "").split())
    links = [
        (one.name, url_for("agenda.listing", place=one) if visitor.scope.covers(one) else None)
        for one in successors
    ]
    return _("%(place)s closed on %(day)s.", place=place.name, day=format_day(place.closed_on)), links


def _other_places(visitor: Visitor, place: Place | None) -> list[tuple[str, str]]:
    """(name, address) of the visitor's other municipalities: the page there that is most like this one."""
    held = (role.municipality_id for role in visitor.roles if role.name != "monitor")
    ids = sorted({municipality_id for municipality_id in held if municipality_id})
    if visitor.first or len(ids) < 2:
        return []
    others = [other for other in places_by_id(ids).values() if place is None or other.id != place.id]
    return [(other.name, _same_page(visitor, other)) for other in sorted(others, key=lambda other: other.name)]


def _same_page(visitor: Visitor, other: Place) -> str:
    """Where this page is at another municipality; the agenda where it has none such for the visitor."""
    endpoint = request.endpoint or ""
    if endpoint in MY_PAGES:
        return url_for(endpoint, place=other.code)
    line = PERMISSIONS.get(endpoint)
    is_alike = set(request.view_args or {}) == {"place"} and request.method == "GET"
    if is_alike and line is not None and visitor.roles_at(other) & line.roles:
        return url_for(endpoint, place=other)
    if endpoint.startswith("plan.") and visitor.roles_at(other) & PERMISSIONS["plan.show"].roles:
        return url_for("plan.show", place=other)
    return url_for("agenda.listing", place=other)


def _nav(visitor: Visitor, place: Place | None) -> list[dict[str, Any]]:
    if visitor.first:
        return []
    endpoint = request.endpoint or ""
    roles = visitor.roles_at(None)
    items: list[dict[str, Any]] = []

    def add(text: str, url: str, current: bool, count: int = 0) -> None:
        items.append({"label": text, "url": url, "current": current, "count": count})

    if any(role.municipality_id or role.partner_id for role in visitor.roles):
        add(
            _("My agenda"),
            url_for("follow_up.home", place=place.code if place else None),
            endpoint in MY_PAGES | OWN_PAGES,
        )
    if roles & OVERSEERS:
        add(_("Municipalities"), url_for("monitoring.places"), endpoint in REGISTRY_PAGES)
    if place is not None:
        add(
            _("Agenda"),
            url_for("agenda.listing", place=place),
            (endpoint.startswith("agenda.") and endpoint not in REGISTRY_PAGES)
            or endpoint in HISTORY_PAGES
            or (endpoint.startswith("follow_up.") and endpoint not in NOT_OF_AGENDA),
        )
        if visitor.roles_at(place) - {"partner"}:
            add(
                _("Plan"),
                url_for("plan.show", place=place),
                endpoint.startswith("plan.") or endpoint == "monitoring.plan_history",
            )
    at_mail = endpoint in MAIL_PAGES
    at_notices = endpoint.startswith("notices.") and endpoint not in MAIL_PAGES | ADDRESS_PAGES
    add(_("Notices"), url_for("notices.inbox"), at_notices, unsent_count(visitor.email))
    if roles & MAIL_READERS:
        add(_("Mail"), url_for("notices.mails"), at_mail)
    if place is not None and visitor.roles_at(place) & INVITERS:
        add(_("People"), url_for("accounts.people", place=place), endpoint in PEOPLE_PAGES)
    elif roles & ADMINISTRATORS:
        add(_("People"), url_for("accounts.everybody"), endpoint in PEOPLE_PAGES)
    if roles & WATCHERS:
        add(_("Checks"), url_for("follow_up.checks"), endpoint in CHECK_PAGES)
    if roles & OVERSEERS and visitor.scope.is_whole:
        add(_("Health"), url_for("monitoring.health"), endpoint == "monitoring.health")
    here = url_for("monitoring.search_here", place=place) if place else url_for("monitoring.search")
    add(_("Search"), here, endpoint in SEARCH_PAGES)
    return items
