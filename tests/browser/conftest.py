"""The walk's world on a real server, one for each file."""

from collections.abc import Iterator

import pytest

from tests.walk.site import Site, site_in


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with the world in its database."""
    with site_in(tmp_path_factory.mktemp("site")) as site:
        yield site
