"""Secrets that travel in links and cookies: only their hash is ever kept."""

import hashlib


def hashed(text: str) -> str:
    """SHA-256 in hex: how tokens and addresses are kept."""
    return hashlib.sha256(text.encode()).hexdigest()
