"""Pages that look different where there is nothing yet: who sees them, and their address."""

from typing import Any

from tests.walk.examples import EXAMPLES
from tests.walk.world import World

#: Who belongs to the municipality with nothing in it.
NEWCOMERS = ("coordinator of C", "authority of C")
EMPTY = (
    *[(endpoint, who) for endpoint in ("follow_up.home", "agenda.listing", "plan.show") for who in NEWCOMERS],
    ("monitoring.quality", "coordinator of C"),
    ("follow_up.home", "other partner"),
    ("follow_up.print_page", "coordinator of C"),
    ("plan.edit", "coordinator of C"),
    ("agenda.new", "coordinator of C"),
    ("notices.inbox", "coordinator of C"),
    ("follow_up.checks", "coordinator of C"),
    ("follow_up.dry_run", "coordinator of C"),
    ("follow_up.nobody", "coordinator of C"),
    ("notices.mails", "coordinator of C"),
    ("notices.mails", "authority of C"),
    ("notices.waiting", "coordinator of C"),
)


def ids_of(endpoint: str, world: World) -> dict[str, Any]:
    """Values of the address, in the municipality with nothing in it."""
    return {"place": world.empty.code} if EXAMPLES[endpoint].has_place else {}
