"""Redis killed and wiped, PostgreSQL restarted and killed: jobs end once all the same."""

import os
import random
import time

import pytest

from tests.conformance.conftest import Recoveries
from tests.conformance.deployments import Deployment
from tests.servers import Postgres, Redis

#: Of each kind; `make endurance` asks for more.
OUTAGES = int(os.environ.get("REPSCOPE_TEST_KILLS", "10"))

pytestmark = [pytest.mark.redis, pytest.mark.postgres, pytest.mark.timeout(60 * OUTAGES)]


def test_a_broker_that_is_wiped_loses_no_job(
    on_servers: Deployment, redis: Redis, recoveries: Recoveries
) -> None:
    for number in range(OUTAGES):
        name = f"wiped{number}"
        redis.kill()
        job = on_servers.submit(name, seconds=0.1)
        redis.wipe()
        submitted = time.monotonic()
        assert on_servers.ended(job)["state"] == "done"
        recoveries.add("Redis wiped", time.monotonic() - submitted)
        assert on_servers.trace(name) == ["begin", "end"]


@pytest.mark.parametrize("how", ["restart", "kill"])
def test_a_database_that_goes_away_loses_no_job(
    on_servers: Deployment, postgres: Postgres, how: str, recoveries: Recoveries
) -> None:
    for number in range(OUTAGES):
        name = f"{how}{number}"
        job = on_servers.submit(name)
        on_servers.begun(name)
        if how == "restart":
            postgres.restart()
        else:
            postgres.kill()
            postgres.start()
        back = time.monotonic()
        assert on_servers.ended(job)["state"] == "done"
        recoveries.add(f"PostgreSQL, {how}", time.monotonic() - back)
        # Its lease may have run out meanwhile; then it ran again, after the first had ended.
        assert on_servers.trace(name) in (["begin", "end"], ["begin", "end"] * 2)


def test_a_storm(on_servers: Deployment, redis: Redis) -> None:
    """Workers die and Redis forgets, again and again, while jobs keep coming."""
    chance = random.Random(0)
    jobs: dict[str, str] = {}
    for number in range(3 * OUTAGES):
        for name in (f"storm{number}", f"gale{number}"):
            jobs[name] = on_servers.submit(name, seconds=chance.uniform(0.05, 0.6))
        time.sleep(chance.uniform(0.1, 1.5))
        redis.wipe()
        on_servers.kill_worker(chance.choice(["worker-1", "worker-2"]))
    for name, job in jobs.items():
        assert on_servers.ended(job)["state"] == "done", name
        rows, _ = on_servers.events(job)
        assert [row["data"]["state"] for row in rows if row["type"] == "state"].count("done") == 1
        # An attempt that came to its end may have died before it could publish.
        assert on_servers.trace(name)[-1] == "end"
