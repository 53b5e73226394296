"""Secrets that travel in links, cookies and on paper: only hashes are kept, or what is sealed with the site's key.

A link's token is derived from its row's nonce and the site's key: a mail that is tried again carries the same link,
and who reads the database alone can make none.
"""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

#: No signs that look like others on paper: I, L, O, 0, 1.
CODE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def hashed(text: str) -> str:
    """SHA-256 in hex: how tokens and addresses are kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def new_nonce() -> str:
    """128 random bits in hex, from which a row's link is derived."""
    return secrets.token_hex(16)


def link_token(purpose: str, nonce: str) -> str:
    """The token of a link, 43 signs: the same each time for the same purpose and nonce."""
    return base64.urlsafe_b64encode(_mac(purpose, nonce)).decode().rstrip("=")


def paper_code(purpose: str, nonce: str, length: int) -> str:
    """A code to be typed from paper, of `length` signs of CODE_SIGNS: the same each time for the same nonce."""
    number, signs = int.from_bytes(_mac(purpose, nonce), "big"), []
    for _ in range(length):
        number, rest = divmod(number, len(CODE_SIGNS))
        signs.append(CODE_SIGNS[rest])
    return "".join(signs)


def keyed_hash(purpose: str, text: str) -> str:
    """Hash of a code short enough to be tried out by whoever holds the database but not the site's key."""
    return _mac(purpose, text).hex()


def seal(purpose: str, text: str) -> str:
    """Encrypt a text that has to be read again, such as the secret of a second factor."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str, seconds: int | None = None) -> str | None:
    """The text again; None when it was altered, sealed with another key, or longer than `seconds` ago."""
    try:
        return _fernet(purpose).decrypt(sealed.encode(), ttl=seconds).decode()
    except (InvalidToken, UnicodeError):
        return None


def _mac(purpose: str, text: str) -> bytes:
    return hmac.digest(_key(purpose), text.encode(), "sha256")


def _key(purpose: str) -> bytes:
    """A key of its own for each purpose."""
    return hmac.digest(str(current_app.config["SECRET_KEY"]).encode(), f"compromiso {purpose}".encode(), "sha256")


def _fernet(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(f"sealed {purpose}")))
