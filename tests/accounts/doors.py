"""Standing at the door: people with a password, their mails, their phone."""

import email
import email.policy
import re
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pyotp
from flask import Flask

from tests.support.pages import Client
from tracker.core.now import utc_now
from tracker.post.delivery import deliver_waiting

NEW = "ocho gallinas verdes"
#: What a sign-in leads to, and what stands in its way.
IN, WRONG, TOO_MANY = 303, 422, 429


def browser(app: Flask) -> Client:
    """Another browser, that remembers nothing."""
    client = app.test_client()
    assert isinstance(client, Client)
    return client


def is_in(client: Client) -> bool:
    """Whether this browser is signed in."""
    return client.get("/account").status_code == 200


def copy_of(client: Client, app: Flask) -> Client:
    """A browser with a copy of this one's cookie."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    other = browser(app)
    other.set_cookie("session", cookie.value)
    return other


def mails(folder: Path) -> list[str]:
    """Deliver what waits; address, subject and text of all mails so far, oldest first."""
    deliver_waiting(utc_now)
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    read = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]
    return [f"To: {mail['To']}\nSubject: {mail['Subject']}\n\n{_plain(mail)}" for mail in read]


def _plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: str, path: str) -> str:
    """The address behind a path such as `/password/` in a mail."""
    found = re.search(rf"{path}[A-Za-z0-9_-]{{43}}", mail)
    assert found, f"no {path} in the mail"
    return found[0]


def code_at(secret: str, at: datetime | None = None) -> str:
    """What a phone with this secret shows."""
    return pyotp.TOTP(secret).at(at or utc_now())


def secret_on(page: str) -> str:
    """The secret that a set-up page shows as text."""
    found = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', page)
    assert found
    return found[1].replace(" ", "")
