"""Answers to what no page stands behind: unknown hosts, weak secrets, places to go next."""

from pathlib import Path

import pytest

from tests.support.apps import new_app, settings_for
from tracker.core.web import safe_path


def test_in_production_an_unknown_host_is_told_so_and_nothing_more(tmp_path: Path) -> None:
    settings = settings_for(
        f"sqlite:///{tmp_path / 'none.db'}",
        tmp_path,
        TRACKER_ENV="production",
        PUBLIC_URL="https://compromiso.example.org",
        SECRET_KEY="s" * 40,
    )
    client = new_app(settings).test_client()

    answer = client.get("/sign-in", headers={"Host": "evil.example.net"})

    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/sign-in", headers={"Host": "compromiso.example.org"}).status_code == 200


@pytest.mark.parametrize("secret", ["", "short"])
def test_production_refuses_to_start_with_a_weak_secret(tmp_path: Path, secret: str) -> None:
    settings = settings_for("sqlite://", tmp_path, TRACKER_ENV="production", SECRET_KEY=secret)
    with pytest.raises(SystemExit, match="SECRET_KEY"):
        new_app(settings)


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/mx-15033/agenda?q=a", "/mx-15033/agenda?q=a"),
        (None, "/"),
        ("", "/"),
        ("//evil.example.net", "/"),
        ("/\\evil.example.net", "/"),
        ("https://evil.example.net/", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("/a\\b", "/"),
    ],
)
def test_the_way_on_stays_on_this_site(wanted: str | None, goes_to: str) -> None:
    assert safe_path(wanted, "/") == goes_to
