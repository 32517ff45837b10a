"""A real server that all tests of this folder share."""

from collections.abc import Iterator

import pytest

from tests.backend.recipes import MAP
from tools.app import App, running_app


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A real server with real workers, in which the map of the digits is made."""
    # Outside pytest's long folder names: a Unix socket's path has 104 bytes at most.
    with running_app(tmp_path_factory.mktemp("s") / "data") as app:
        assert app.finish(MAP)["state"] == "done"
        yield app
