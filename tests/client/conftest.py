"""A real server with real workers, and a client of it."""

from collections.abc import Iterator

import pytest

from repscope.client import Client
from tools.app import App, running_app


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("client") / "data") as app:
        yield app


@pytest.fixture
def repscope(app: App) -> Client:
    return Client(app.url)
