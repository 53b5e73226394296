"""Pages of what people are told: the inbox, mails on their way, what somebody does without."""

from flask import Blueprint

notices = Blueprint("notices", __name__)

from tracker.notices.views import address, inbox, mails, mass, reminders  # noqa: E402 - the modules need the blueprint

__all__ = ["address", "inbox", "mails", "mass", "notices", "reminders"]
