"""What the pages of checks share: whom they are open to, where the visitor stands, how lists go on."""

from flask import g, request

from tracker.accounts.rules import Visitor, scope_of
from tracker.permissions import WATCHERS
from tracker.territory.queries import places_by_id
from tracker.territory.rules import Scope


def watched_scope() -> Scope:
    """What the visitor may see of checks: by the roles that look after whole agendas, not by any other."""
    visitor: Visitor = g.visitor
    return scope_of(tuple(role for role in visitor.roles if role.name in WATCHERS))


def stand_at_own_place() -> None:
    """Let the frame of the page name the visitor's own municipality, where it is one."""
    visitor: Visitor = g.visitor
    own = {role.municipality_id for role in visitor.roles if role.municipality_id}
    if len(own) == 1:
        g.place = places_by_id(sorted(own)).get(*own)
        g.country_code = g.place.country_code if g.place else None


def typed(name: str) -> str:
    """A word typed into a filter: its printable signs, 100 at most."""
    return "".join(sign for sign in request.args.get(name, "")[:100] if sign.isprintable()).strip()


def number(name: str) -> int | None:
    """The id in a parameter of the address; None where it is none."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 16 else None
