"""One suite, two ways to run: embedded, and on servers with Celery, Redis and PostgreSQL."""

import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.deployments import Deployment, embedded, servers
from tests.servers import Postgres, Redis, redis_server

WAYS = ["embedded", pytest.param("celery", marks=[pytest.mark.redis, pytest.mark.postgres])]


class Recoveries:
    """Seconds from a fault until the job ran again; printed, for machines differ."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    def add(self, what: str, seconds: float) -> None:
        self.seconds.setdefault(what, []).append(seconds)

    def lines(self) -> list[str]:
        return [
            f"{what}: {len(each)} times, back after {statistics.median(each):.1f} s (median), "
            f"{max(each):.1f} s at most"
            for what, each in self.seconds.items()
        ]


RECOVERIES = Recoveries()


@pytest.fixture(scope="session")
def recoveries() -> Recoveries:
    return RECOVERIES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if RECOVERIES.seconds:
        terminalreporter.section("recovery")
        for line in RECOVERIES.lines():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    with redis_server() as server:
        yield server


@pytest.fixture(scope="module", params=WAYS)
def deployment(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """Server and two workers, either way."""
    # Outside pytest's long folder names: a Unix socket's path has 104 bytes at most.
    folder: Path = tmp_path_factory.mktemp("d")
    if request.param == "embedded":
        with embedded(folder) as deployment:
            yield deployment
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        with servers(folder, postgres, request.getfixturevalue("redis")) as deployment:
            yield deployment


@pytest.fixture(scope="module")
def on_servers(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres, redis: Redis
) -> Iterator[Deployment]:
    """Server and two Celery workers."""
    with servers(tmp_path_factory.mktemp("s"), postgres, redis) as deployment:
        yield deployment
