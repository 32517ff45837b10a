"""Redis killed and wiped, PostgreSQL restarted and killed: jobs end once all the same."""

import json
import random
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from repscope.core import frames
from tests.amounts import KILLS
from tests.conformance.conftest import Recoveries
from tests.conformance.deployments import Deployment, wait
from tests.servers import Postgres, Redis

pytestmark = [pytest.mark.redis, pytest.mark.postgres, pytest.mark.timeout(60 * KILLS)]


def test_a_broker_that_is_wiped_loses_no_job(
    on_servers: Deployment, redis: Redis, recoveries: Recoveries
) -> None:
    for number in range(KILLS):
        name = f"wiped{number}"
        redis.kill()
        job = on_servers.submit(name, seconds=0.1)
        redis.wipe()
        submitted = time.monotonic()
        assert on_servers.ended(job)["state"] == "done"
        recoveries.add("Redis wiped", time.monotonic() - submitted)
        assert on_servers.trace(name) == ["begin", "end"]


def test_a_live_call_says_that_the_broker_is_away(on_servers: Deployment, redis: Redis) -> None:
    digits = {"kind": "dataset", "method": "digits"}
    embedding = {
        "kind": "embedding",
        "method": "embed",
        "inputs": {"dataset": digits, "encoder": {"kind": "encoder", "method": "pixels"}},
    }
    on_servers.ended(on_servers.call("/jobs", embedding)["id"])
    url = f"http://127.0.0.1:{on_servers.port}/api/live/neighbors"
    body = json.dumps({"inputs": {"embedding": embedding}, "params": {"row": 0}}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})

    def neighbors() -> list[int]:
        with urllib.request.urlopen(request, timeout=60) as answer:
            arrays, _ = frames.decode(answer.read())
        found: list[int] = arrays["indices"].tolist()
        return found

    before = neighbors()
    redis.kill()
    with pytest.raises(urllib.error.HTTPError) as refused:
        neighbors()
    with refused.value as answer:
        assert answer.code == 503
        assert "broker (Redis) does not answer" in json.load(answer)["error"]["message"]
    redis.start()
    wait(lambda: _answers(neighbors))
    assert neighbors() == before


def _answers(call: Callable[[], Any]) -> bool:
    try:
        return bool(call())
    except urllib.error.HTTPError as error:
        error.close()
        return False


@pytest.mark.parametrize("how", ["restart", "kill"])
def test_a_database_that_goes_away_loses_no_job(
    on_servers: Deployment, postgres: Postgres, how: str, recoveries: Recoveries
) -> None:
    for number in range(KILLS):
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
    for number in range(3 * KILLS):
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
