"""What every test shares: its surroundings, the plugins of the run, and servers."""

import gc
import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from repscope.workers.runner.priority import stay_nice
from tests import order
from tests.completeness import Completeness
from tests.servers import Postgres, postgres_server

#: Of a parallel run; a little less than a training's, so that it is seen to take its own.
NICENESS = 18

# A test that wants it turns it on; all others would share the cores with a compiler.
os.environ.setdefault("REPSCOPE_WARM_UP", "false")
# Read when torch loads, which a test may do before it loads Repscope (see `workers/encoders`).
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
# In a parallel run each process has its share of the processors.
if at_once := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):
    share = (os.cpu_count() or 1) // int(at_once)
    for name in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, str(max(1, share)))
    # A training gives way to everything: it shall not wait for the tests of all other files.
    os.nice(max(0, NICENESS - os.nice(0)))
    stay_nice()
# Looking for garbage among millions of objects of libraries would take a tenth of the time.
gc.set_threshold(50_000, 20, 50)
# A shell that runs the tests in the background ignores Ctrl-C, and so would all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples each time, however long they take: a busy machine is no failure.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    everything = os.environ.get("REPSCOPE_TEST_ALL", "") not in ("", "0")
    config.pluginmanager.register(Completeness(everything=everything), "completeness")
    config.pluginmanager.register(order, "order")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests; each takes a database of its own."""
    with postgres_server() as server:
        yield server
