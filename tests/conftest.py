"""What every test shares: its surroundings, the order of the run, and servers."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.completeness import Completeness
from tests.servers import Postgres, postgres_server

# A test that wants it turns it on; all others would share the cores with a compiler.
os.environ.setdefault("REPSCOPE_WARM_UP", "false")
# Read when torch loads, which a test may do before it loads Repscope (see `workers/encoders`).
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
# In a parallel run each process has its share of the processors.
if at_once := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):
    share = (os.cpu_count() or 1) // int(at_once)
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, share)))
# A shell that runs the tests in the background ignores Ctrl-C, and so would all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples each time, however long they take: a busy machine is no failure.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

#: Folders whose tests start whole servers or kill workers: not for the check before every commit.
#: In a parallel run the longest go first, so that no process is left alone with them at the end.
SLOW = ("conformance", "e2e", "workers/host", "wheel")
HERE = Path(__file__).parent


def rank(item: pytest.Item) -> int:
    """Place of a test's folder among the slow ones; behind them if it is not slow."""
    found = (n for n, folder in enumerate(SLOW) if item.path.is_relative_to(HERE / folder))
    return next(found, len(SLOW))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if rank(item) < len(SLOW):
            item.add_marker(pytest.mark.slow)
    items.sort(key=rank)


def pytest_configure(config: pytest.Config) -> None:
    everything = os.environ.get("REPSCOPE_TEST_ALL", "") not in ("", "0")
    config.pluginmanager.register(Completeness(everything=everything), "completeness")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests; each takes a database of its own."""
    with postgres_server() as server:
        yield server
