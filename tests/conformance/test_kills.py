"""Kill -9 of any process while a job runs: it ends done, once, and no two attempts ran at once."""

import time

import pytest

from tests.amounts import KILLS
from tests.conformance.conftest import Recoveries
from tests.conformance.deployments import Deployment


@pytest.mark.parametrize("victim", ["runner", "host", "tree", "server"])
@pytest.mark.timeout(60 * KILLS)
def test_a_kill_loses_no_job(deployment: Deployment, victim: str, recoveries: Recoveries) -> None:
    way = "celery" if "worker-1" in deployment.names else "embedded"
    for number in range(KILLS):
        name = f"{victim}{number}"
        deployment.ready()
        job = deployment.submit(name, seconds=1.0)
        deployment.begun(name)
        deployment.kill(victim, job)
        killed = time.monotonic()
        # On servers the workers go on while the API is away.
        if victim != "server" or way == "embedded":
            deployment.goes_on(name)
            recoveries.add(f"{way}, {victim} killed", time.monotonic() - killed)
        assert deployment.ended(job)["state"] == "done"
        # It began again as often as it had to, and ended once.
        *begun, end = deployment.trace(name)
        assert set(begun) == {"begin"}
        assert end == "end"
