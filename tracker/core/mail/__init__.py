"""Mail: writing a letter, handing it to a server or a folder, and what the answer means."""

from tracker.core.mail.letters import ADDRESS, Letter, Rendered, build, is_address
from tracker.core.mail.sending import (
    FolderTransport,
    InDoubt,
    NotDeliverable,
    SmtpTransport,
    Transport,
    TryLater,
    open_transport,
)

__all__ = [
    "ADDRESS",
    "FolderTransport",
    "InDoubt",
    "Letter",
    "NotDeliverable",
    "Rendered",
    "SmtpTransport",
    "Transport",
    "TryLater",
    "build",
    "is_address",
    "open_transport",
]
