"""One suite, two ways to run: embedded, and on servers with Celery, Redis and PostgreSQL."""

import statistics
from collections.abc import Iterator

import pytest

from tests.conformance.deployments import Deployment, embedded, servers
from tests.servers import Postgres, Redis, redis_server

RECOVERED = "recovered: "
WAYS = [
    pytest.param("on_one_machine", id="embedded"),
    pytest.param("on_servers", id="celery", marks=[pytest.mark.redis, pytest.mark.postgres]),
]


class Recoveries:
    """Seconds from a fault until the job ran again, kept as properties of the test."""

    def __init__(self, properties: list[tuple[str, object]]) -> None:
        self._properties = properties

    def add(self, what: str, seconds: float) -> None:
        self._properties.append((f"{RECOVERED}{what}", seconds))


@pytest.fixture
def recoveries(request: pytest.FixtureRequest) -> Recoveries:
    return Recoveries(request.node.user_properties)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how long it took, for machines differ; the reports come from all processes of a run."""
    recovered: dict[str, list[float]] = {}
    for report in terminalreporter.getreports("passed"):
        for name, seconds in report.user_properties:
            if name.startswith(RECOVERED):
                recovered.setdefault(name.removeprefix(RECOVERED), []).append(seconds)
    if recovered:
        terminalreporter.section("recovery")
    for what, each in recovered.items():
        terminalreporter.write_line(
            f"{what}: {len(each)} times, back after {statistics.median(each):.1f} s (median), "
            f"{max(each):.1f} s at most"
        )


@pytest.fixture(scope="package")
def redis() -> Iterator[Redis]:
    with redis_server() as server:
        yield server


@pytest.fixture(scope="package")
def on_one_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A server with two workers of its own."""
    # Outside pytest's long folder names: a Unix socket's path has 104 bytes at most.
    with embedded(tmp_path_factory.mktemp("d")) as deployment:
        yield deployment


@pytest.fixture(scope="package")
def on_servers(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres, redis: Redis
) -> Iterator[Deployment]:
    """Server and two Celery workers."""
    with servers(tmp_path_factory.mktemp("s"), postgres, redis) as deployment:
        yield deployment


@pytest.fixture(params=WAYS)
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """Server and two workers, either way; all tests share them, for most of the time is starts."""
    deployment: Deployment = request.getfixturevalue(request.param)
    return deployment
