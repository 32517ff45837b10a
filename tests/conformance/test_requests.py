"""Asking, cancelling and following are the same however Repscope runs."""

import urllib.error
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conformance.deployments import Deployment

ADA, GRACE = "a" * 32, "b" * 32


def cancel(deployment: Deployment, job: str, owner: str = "") -> str:
    return str(deployment.call(f"/jobs/{job}/cancel", {}, owner)["state"])


def test_thirty_equal_wishes_are_one_computation(deployment: Deployment) -> None:
    with ThreadPoolExecutor(30) as pool:
        ids = set(pool.map(lambda n: deployment.submit("same", f"{n:032x}"), range(30)))
    assert len(ids) == 1
    assert deployment.ended(ids.pop())["state"] == "done"
    assert deployment.trace("same") == ["begin", "end"]


def test_cancelling_a_waiting_job_and_the_input_that_it_waits_for(deployment: Deployment) -> None:
    blockers = [deployment.submit(f"block{n}", seconds=30.0) for n in range(2)]
    for number in range(2):
        deployment.begun(f"block{number}")
    job = deployment.submit("upper", kind="embedding")
    (below,) = deployment.job(job)["inputs"]
    assert deployment.job(job)["state"] == "waiting"
    assert deployment.job(below)["state"] == "queued"
    assert cancel(deployment, job) == "cancelled"
    assert deployment.job(below)["state"] == "cancelled"
    for blocker in blockers:
        cancel(deployment, blocker)
        assert deployment.ended(blocker)["state"] == "cancelled"
    assert deployment.trace("upper") == deployment.trace("upper-in") == []


@pytest.mark.parametrize("listens", [True, False])
def test_cancelling_a_running_job(deployment: Deployment, listens: bool) -> None:
    name = f"running-{listens}"
    job = deployment.submit(name, seconds=60.0, listens=listens)
    deployment.begun(name)
    cancel(deployment, job)
    assert deployment.ended(job)["state"] == "cancelled"
    assert deployment.trace(name) == ["begin"]
    # The worker is there for the next one.
    assert deployment.ended(deployment.submit(f"{name}-next"))["state"] == "done"


def test_cancelling_what_is_done_is_refused(deployment: Deployment) -> None:
    job = deployment.submit("done")
    deployment.ended(job)
    with pytest.raises(urllib.error.HTTPError) as refused:
        cancel(deployment, job)
    with refused.value as answer:
        assert answer.code == 409


def test_two_want_it_and_one_cancels(deployment: Deployment) -> None:
    job = deployment.submit("shared", ADA, seconds=1.5)
    assert deployment.submit("shared", GRACE, seconds=1.5) == job
    deployment.begun("shared")
    assert cancel(deployment, job, ADA) == "running"
    assert deployment.ended(job)["state"] == "done"
    assert deployment.trace("shared") == ["begin", "end"]


def test_a_failing_input_fails_what_needs_it(deployment: Deployment) -> None:
    recipe = {
        "kind": "embedding",
        "method": "slow_toy",
        "params": {"name": "above"},
        "inputs": {
            "dataset": {
                "kind": "dataset",
                "method": "slow_toy",
                "params": {"name": "below", "ending": "refusal"},
            }
        },
    }
    job = deployment.call("/jobs", recipe)["id"]
    failed = deployment.ended(job)
    assert failed["state"] == "failed"
    assert "A toy cannot do that" in failed["error"]["message"]
    assert deployment.trace("above") == []


def test_a_method_that_kills_its_runner_fails_after_three_attempts(deployment: Deployment) -> None:
    job = deployment.ended(deployment.submit("deadly", seconds=0.0, ending="death"))
    assert job["state"] == "failed"
    assert deployment.trace("deadly") == ["begin"] * 3


def test_a_stream_resumes_where_it_broke(deployment: Deployment) -> None:
    job = deployment.submit("told", seconds=1.0)
    first, position = deployment.events(job, most=3)
    rest, _ = deployment.events(job, position)
    numbers = [row["number"] for row in first + rest]
    assert len(first) == 3
    assert numbers == sorted(set(numbers))
    assert rest[-1]["data"] == {"state": "done", "error": None}
    whole, _ = deployment.events(job)
    # What only tells of passing layouts is forgotten when the job has ended.
    kept = [row["number"] for row in first + rest if row["type"] != "intermediate"]
    assert [row["number"] for row in whole] == kept


def test_two_hosts_share_what_is_queued(deployment: Deployment) -> None:
    deployment.ready()
    jobs = {f"race{n}": deployment.submit(f"race{n}", seconds=0.05) for n in range(40)}
    for name, job in jobs.items():
        assert deployment.ended(job)["state"] == "done"
        assert deployment.trace(name) == ["begin", "end"]
