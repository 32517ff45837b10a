"""A real training is killed at random moments and ends as if nothing had happened."""

import random
import time
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from repscope.core.jobs import Job
from repscope.core.recipes import Recipe
from repscope.core.resolve import resolve
from tests.amounts import KILLS
from tests.workers.host.conftest import HostBench

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200 + 60 * KILLS)]
PATIENCE = 300.0
#: 1,617 rows of the digits are trained on, in batches of 128: 12 updates an epoch.
EPOCHS = 4 + KILLS
STEPS = 12 * EPOCHS


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small a network gains nothing by more."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def submit(hosts: HostBench, **params: Any) -> Job:
    settings = {"epochs": EPOCHS, "batch_size": 128, "patch_size": 8, "snapshots": 3, **params}
    recipe = {
        "kind": "encoder",
        "method": "mae",
        "inputs": {"dataset": {"kind": "dataset", "method": "digits"}},
        "params": settings,
    }
    resolved = resolve(Recipe.model_validate(recipe), hosts.workers.catalogue(), hosts.jobs.recipe)
    return hosts.jobs.submit(resolved, "ada")


def checkpoints(hosts: HostBench, job: Job) -> int:
    """How often the training was kept."""
    return sum(row.type == "checkpoint" for row in hosts.jobs.events_after({job.id: 0}))


def begun(hosts: HostBench, job: Job, attempt: int) -> float:
    """Wait until an attempt got further than the one before; returns when it was.

    One killed before that counts as a failure, and a few of them in a row end the job.
    """
    hosts.wait(lambda: hosts.jobs.get(job.id).attempts == attempt, PATIENCE)
    before = checkpoints(hosts, job)
    hosts.wait(lambda: checkpoints(hosts, job) > before, PATIENCE)
    return time.monotonic()


def nearly_done(hosts: HostBench, job: Job) -> bool:
    return (hosts.jobs.get(job.id).progress or 0.0) > 0.8


def weights(hosts: HostBench, artifact_id: str) -> dict[str, torch.Tensor]:
    return load_file(hosts.artifacts.open(artifact_id).file("weights.safetensors"))


def test_killed_at_random_moments_it_ends_with_the_same_weights(hosts: HostBench) -> None:
    hosts.start()
    undisturbed = submit(hosts, stop_at=STEPS)  # the same training under another name
    began = begun(hosts, undisturbed, 1)
    assert hosts.ended(undisturbed, PATIENCE).state == "done"
    seconds = time.monotonic() - began

    chance = random.Random(0)
    job = submit(hosts)
    for attempt in range(1, KILLS + 1):
        moment = begun(hosts, job, attempt) + chance.uniform(0.0, 0.8 * seconds / KILLS)
        # It may be quicker than the first was.
        hosts.wait(lambda end=moment: time.monotonic() > end or nearly_done(hosts, job), PATIENCE)
        runner = hosts.runner()
        assert runner is not None
        assert hosts.jobs.get(job.id).state == "running"
        runner.kill()
    ended = hosts.ended(job, PATIENCE)
    assert ended.state == "done", ended.error
    assert ended.attempts == KILLS + 1

    expected, found = (hosts.artifacts.open(each.id).meta["run"] for each in (undisturbed, job))
    assert found["step"] == expected["step"] == found["steps"] == STEPS
    assert [line["step"] for line in found["snapshots"]] == found["planned"]
    assert all(hosts.artifacts.exists(line["id"]) for line in found["snapshots"])
    one, two = weights(hosts, undisturbed.id), weights(hosts, job.id)
    assert one.keys() == two.keys()
    assert all(torch.equal(one[name], two[name]) for name in one)
