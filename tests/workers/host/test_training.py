"""Training beside other work: it gives way, and goes on from where it was stopped."""

import os
from pathlib import Path

import psutil
import pytest

from tests.workers.host.conftest import HostBench

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


def begins(hosts: HostBench, name: str) -> list[tuple[int, int, str]]:
    """At which step, niceness and number of threads each attempt at a training began."""
    file = hosts.settings.data / "trace"
    words = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
    found = [each[0].split("-") for each in words if each[1] == name]
    return [(int(step), int(nice), threads) for begin, step, nice, threads in found]


def test_the_hosts_of_a_server_share_the_machine(
    hosts: HostBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in THREADS:
        monkeypatch.delenv(name, raising=False)
    process = hosts.start_embedded()
    live = hosts.runner("live")
    assert live is not None
    half = str(max(1, len(psutil.Process().cpu_affinity()) // 2))
    found = live.environ()
    assert {name: found.get(name) for name in THREADS} == dict.fromkeys(THREADS, half)

    assert hosts.runner("train") is None
    job = hosts.submit("long", kind="encoder", seconds=200)
    hosts.wait(lambda: begins(hosts, "long") != [])
    free = max(1, len(os.sched_getaffinity(0)) - 1) if hasattr(os, "sched_getaffinity") else None
    step, nice, threads = begins(hosts, "long")[0]
    assert (step, nice) == (0, 19)
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
    assert process.stdin is not None
    process.stdin.close()  # the server is gone
    assert process.wait(20) == 0
    hosts.start_embedded()
    again = hosts.submit("long", kind="encoder", seconds=200)
    assert again.id == job.id
    hosts.wait(lambda: len(begins(hosts, "long")) == 2)
    assert begins(hosts, "long")[1][0] == step
    hosts.jobs.cancel(job.id, "ada")
    assert hosts.ended(job).state == "cancelled"
