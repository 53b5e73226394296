"""Codes of the second factor: making a secret, its picture, and what a typed code is worth."""

import secrets
from datetime import datetime

import pyotp
import segno
from markupsafe import Markup

from tracker.core.tokens import CODE_SIGNS, keyed_hash, seal, unseal

#: Name of the key that secrets are sealed with.
PURPOSE = "second factor"
RECOVERY = "recovery code"
RECOVERY_CODES, RECOVERY_SIGNS = 10, 10
#: A code counts for its step of 30 seconds, and one before and after, as clocks differ.
STEP_SECONDS, STEPS_AROUND = 30, 1


def new_secret() -> str:
    """A new secret, 160 random bits in base32."""
    return pyotp.random_base32(32)


def sealed(secret: str) -> str:
    """The secret as the database keeps it."""
    return seal(PURPOSE, secret)


def opened(sealed_secret: str) -> str | None:
    """The secret again; None when the site's key is another by now."""
    return unseal(PURPOSE, sealed_secret)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step whose code this is, of those that count now; None where it is none."""
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return None
    present = int(now.timestamp()) // STEP_SECONDS
    made = pyotp.TOTP(secret, interval=STEP_SECONDS)
    for step in range(present - STEPS_AROUND, present + STEPS_AROUND + 1):
        if secrets.compare_digest(made.generate_otp(step), code):
            return step
    return None


def picture(secret: str, email: str) -> Markup:
    """The QR code that an authenticator reads, as SVG without style of its own."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Compromiso")
    drawn = segno.make(uri, error="m").svg_inline(scale=4, border=3, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn)


def in_groups(text: str, size: int) -> str:
    """Signs in groups, easier to read and to type."""
    return " ".join(text[at : at + size] for at in range(0, len(text), size))


def new_recovery_codes() -> list[str]:
    """Ten codes for paper."""
    return ["".join(secrets.choice(CODE_SIGNS) for _ in range(RECOVERY_SIGNS)) for _ in range(RECOVERY_CODES)]


def recovery_hash(user_id: int, code: str) -> str:
    """What is kept of one."""
    return keyed_hash(RECOVERY, f"{user_id} {plain_code(code)}")


def plain_code(typed: str) -> str:
    """A code as it was meant: capitals, without the spaces and dashes that people add."""
    return "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())
