"""The real app over a real store and job table; the worker is the test itself, or a real one."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from repscope.backend.app import create_app
from repscope.backend.listener import listen
from repscope.backend.server import Server
from repscope.backend.services import Services
from repscope.core.artifacts import Artifact
from repscope.core.jobs import Database, Leases
from repscope.core.settings import Settings
from repscope.workers.reporting import Silent
from repscope.workers.runner.making import Maker
from tests.backend.recipes import ATLAS, DIGITS, GRAPH, MAP

URL = "http://127.0.0.1:8000"


class Bench:
    """The app with its client, and what lies below it."""

    def __init__(self, settings: Settings, app: FastAPI, client: httpx2.Client) -> None:
        self.settings = settings
        self.client = client
        self.services: Services = app.state.services
        self.artifacts = self.services.artifacts
        self.leases = Leases(Database(settings.database), self.artifacts)
        self._maker = Maker(settings, self.services.catalogue(), "cpu", lambda _: None)

    def work(self) -> list[str]:
        """Make everything that is queued, here and now; returns the kinds in order."""
        made = []
        methods = [method.key for method in self.services.catalogue()]
        while job := self.leases.claim("test", ["compute", "train"], methods):
            self._maker.make(job.recipe, Silent())
            assert self.leases.finish(job)
            made.append(job.kind)
        return made

    def make(self, recipe: dict[str, Any]) -> Artifact:
        """Ask for a recipe over HTTP, make it, and open what came of it."""
        answer = self.client.post("/api/jobs", json=recipe)
        assert answer.status_code in {200, 202}, answer.text
        self.work()
        return self.artifacts.open(answer.json()["id"])

    def files(self) -> list[str]:
        """All files of the store."""
        return sorted(str(p) for p in self.settings.store.rglob("*") if p.is_file())


def open_bench(folder: Path) -> Iterator[Bench]:
    settings = Settings(data=folder)
    app = create_app(settings)
    with TestClient(app, base_url=URL) as client:
        yield Bench(settings, app, client)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A fresh data folder."""
    yield from open_bench(tmp_path / "data")


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Bench]:
    """A fresh data folder behind a real HTTP server, for what streams."""
    settings = Settings(data=tmp_path / "data")
    app = create_app(settings)
    with listen("127.0.0.1", 0) as listener:
        server = Server(app, settings, lambda: None, threading.Event())
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.005)
        port = listener.getsockname()[1]
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            yield Bench(settings, app, client)
            server.should_exit = True
            thread.join(10)
        assert not thread.is_alive()


@pytest.fixture(scope="package")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A data folder in which digits, their map, graph and atlas are made; only to be read."""
    for bench in open_bench(tmp_path_factory.mktemp("finished") / "data"):
        for recipe in (DIGITS, MAP, GRAPH, ATLAS):
            bench.make(recipe)
        yield bench
