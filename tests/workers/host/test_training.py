"""Training beside other work: it gives way, and goes on from where it was stopped."""

import os
from pathlib import Path

from tests.workers.host.conftest import HostBench


def begins(hosts: HostBench, name: str) -> list[tuple[int, int, str]]:
    """At which step, niceness and number of threads each attempt at a training began."""
    file = hosts.settings.data / "trace"
    words = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
    found = [each[0].split("-") for each in words if each[1] == name]
    return [(int(step), int(nice), threads) for begin, step, nice, threads in found]


def test_a_host_for_training_rests_gives_way_and_resumes(hosts: HostBench) -> None:
    hosts.start("worker", "--queues", "compute")
    train = hosts.start("train", "--queues", "train", "--beside", rests=True)
    hosts.wait(lambda: {w.id: w.state for w in hosts.workers.alive(within=60)}["train"] == "ready")
    assert hosts.runner("train") is None
    job = hosts.submit("long", kind="encoder", seconds=200)
    hosts.wait(lambda: begins(hosts, "long") != [])
    free = max(1, len(os.sched_getaffinity(0)) - 1) if hasattr(os, "sched_getaffinity") else None
    step, nice, threads = begins(hosts, "long")[0]
    assert (step, nice) == (0, min(19, os.nice(0) + 10))
    assert free is None or int(threads) == free
    runner = hosts.runner("train")
    assert runner is not None
    session = Path(f"/proc/{runner.pid}/autogroup")
    # Where the kernel shares time among sessions first, the niceness has to be the session's.
    assert not session.exists() or f"nice {nice}" in session.read_text()
    # What others ask for does not wait for it.
    assert hosts.ended(hosts.submit("map")).state == "done"
    assert hosts.jobs.get(job.id).state == "running"

    checkpoint = hosts.settings.work / job.id / "step"
    hosts.wait(lambda: checkpoint.exists() and int(checkpoint.read_text()) >= 1)
    hosts.jobs.cancel(job.id, "ada")
    stopped = hosts.ended(job)
    assert stopped.state == "cancelled"
    step = int(checkpoint.read_text())
    train.terminate()
    train.wait(20)
    hosts.start("train", "--queues", "train", "--beside", rests=True)
    again = hosts.submit("long", kind="encoder", seconds=200)
    assert again.id == job.id
    hosts.wait(lambda: len(begins(hosts, "long")) == 2)
    assert begins(hosts, "long")[1][0] == step
    hosts.jobs.cancel(job.id, "ada")
    assert hosts.ended(job).state == "cancelled"
