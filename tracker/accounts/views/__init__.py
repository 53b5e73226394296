"""Pages of getting in and of one's own account; inviting others."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__)

from tracker.accounts.views import (  # noqa: E402 - the modules need the blueprint
    account,
    codes,
    consent,
    factor,
    invited,
    joining,
    passwords,
    people,
    secrecy,
    signing,
    taking,
    workshops,
)

__all__ = [
    "account",
    "accounts",
    "codes",
    "consent",
    "factor",
    "invited",
    "joining",
    "passwords",
    "people",
    "secrecy",
    "signing",
    "taking",
    "workshops",
]
