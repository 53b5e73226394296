"""What makes the click of a form that click."""

import hashlib


def click_key(form_id: str, user_id: int | None) -> str:
    """The key of one person's click: a form's id in somebody else's hands is another click."""
    return hashlib.sha256(f"{user_id}|{form_id}".encode()).hexdigest()
