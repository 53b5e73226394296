"""What stands on a printed slip that lets somebody in."""

from flask import current_app

from tracker.accounts.factors import in_groups
from tracker.accounts.models import Invitation
from tracker.accounts.queries.invitations import code_of
from tracker.core.i18n import format_day
from tracker.core.now import local_day


def slip_of(invitation: Invitation, zone: str) -> dict[str, str]:
    """Whose slip it is, the code in groups, and its last local day in words."""
    return {
        "name": invitation.name,
        "code": in_groups(code_of(invitation), 4),
        "until": format_day(local_day(invitation.expires_at, zone)),
    }


def join_url() -> str:
    """Where the code is typed, as short as people copy it from paper."""
    site = str(current_app.config["PUBLIC_URL"]).rstrip("/").partition("://")[2]
    return f"{site}/join"
