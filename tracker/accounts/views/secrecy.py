"""Pages whose address is a secret: told to no other site, kept by no cache, found by no search."""

from flask import Response, request

from tracker.accounts.views import accounts

#: Endpoints whose address holds the token of a link.
SECRET = frozenset(
    {
        "accounts.reset",
        "accounts.reset_post",
        "accounts.join_by_link",
        "accounts.join_post",
        "accounts.accept_by_link",
    }
)


@accounts.after_request
def keep_secret(answer: Response) -> Response:
    """Say so to browsers, caches and searches."""
    if request.endpoint in SECRET:
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        answer.headers["Cache-Control"] = "no-store"
    return answer
