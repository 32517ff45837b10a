"""Real servers with real workers, and a client."""

from collections.abc import Iterator

import pytest

from repscope.client import Client
from tools.app import App, running_app

TOKEN = "a-token-of-the-tests"


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("client") / "data") as app:
        yield app


@pytest.fixture
def repscope(app: App) -> Client:
    return Client(app.url)


@pytest.fixture(scope="package")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A server that demands a token, and takes uploads of 1 MiB at most."""
    environment = {"REPSCOPE_TOKEN": TOKEN, "REPSCOPE_MAX_UPLOAD": "1 MiB"}
    with running_app(tmp_path_factory.mktemp("guarded") / "data", environment=environment) as app:
        yield app
