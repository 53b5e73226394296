"""What every page shares: headers, error pages, tokens, addresses of static files, safe redirects."""

import hashlib
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, request, url_for
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup

from tracker.core.i18n import current_locale
from tracker.core.requests import FormRequest, IdConverter
from tracker.core.web.answers import done, error_page, is_partial, page, safe_path, signed_out_row
from tracker.core.web.failures import ANSWERS

__all__ = [
    "csrf",
    "csrf_field",
    "done",
    "error_page",
    "init_web",
    "is_partial",
    "page",
    "safe_path",
    "signed_out_row",
    "static_url",
]

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

csrf = CSRFProtect()


def init_web(app: Flask) -> None:
    """Wire headers, error pages, form tokens, compression, ids in addresses and the globals of templates."""
    secure = app.config["TRACKER_ENV"] == "production"
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure and app.config["PUBLIC_URL"].startswith("https://"),
        PERMANENT_SESSION_LIFETIME=30 * 24 * 3600,
        MAX_CONTENT_LENGTH=45 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=500,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        TRUSTED_HOSTS=_trusted_hosts(app) if secure else None,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_STREAMS=False,
    )
    app.request_class = FormRequest
    app.url_map.converters["id"] = IdConverter
    csrf.init_app(app)
    Compress(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(csrf_field=csrf_field, static_url=static_url)
    app.context_processor(lambda: {"locale_tag": current_locale().replace("_", "-")})
    app.after_request(_headers)
    for kind, answer in ANSWERS:
        app.register_error_handler(kind, answer)


def csrf_field() -> Markup:
    """The hidden input with the form token."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def static_url(path: str) -> str:
    """Address of a static file with a hash of its content, so that browsers may keep it for ever."""
    return url_for("static", filename=path, v=_content_hash(path))


@lru_cache(maxsize=64)
def _content_hash(path: str) -> str:
    return hashlib.sha256((Path(__file__).parents[2] / "static" / path).read_bytes()).hexdigest()[:10]


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["X-Frame-Options"] = "DENY"
    headers["Permissions-Policy"] = "geolocation=(), microphone=(), payment=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint == "static":
        if "v" in request.args and response.status_code == 200:
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        headers.setdefault("Cache-Control", "no-store")
        headers.add("Vary", "Cookie, Accept-Language, HX-Request")
    return response


def _trusted_hosts(app: Flask) -> list[str]:
    host = urlsplit(app.config["PUBLIC_URL"]).netloc
    return [host, host.partition(":")[0], "127.0.0.1", "localhost"]
