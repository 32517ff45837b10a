"""A host sees every job to an end, whatever its runner does."""

import os
import signal
import sys
from typing import Any

import numpy as np
import psutil
import pytest

from repscope.core.recipes import Recipe
from repscope.core.resolve import resolve
from tests.amounts import KILLS
from tests.workers.host.conftest import HostBench


def test_a_job_is_made_with_progress_and_remaining_time(host: HostBench) -> None:
    job = host.submit("progress", seconds=2.5)
    host.wait(lambda: host.jobs.get(job.id).remaining is not None)
    running = host.jobs.get(job.id)
    assert running.progress is not None
    assert 0.0 < running.progress < 1.0
    assert running.remaining is not None
    assert 0.0 < running.remaining < 2.5
    assert host.ended(job).state == "done"
    assert host.artifacts.open(job.id).array("images").shape == (3, 2, 2, 1)
    assert not (host.settings.work / job.id).exists()


def test_errors_are_told_apart(host: HostBench) -> None:
    refused = host.ended(host.submit("a", ending="refusal"))
    assert refused.error == {
        "message": "A toy cannot do that; ask for something else.",
        "detail": None,
    }
    broken = host.ended(host.submit("b", ending="error"))
    assert broken.error is not None
    assert "the toy broke" in broken.error["message"]
    assert "Traceback" in broken.error["detail"]
    assert host.ended(host.submit("c")).state == "done"
    assert not any((host.settings.store / ".staging").iterdir())


def test_a_method_that_kills_its_runner_fails_after_three_attempts(host: HostBench) -> None:
    job = host.ended(host.submit("death", ending="death"))
    assert (job.state, job.attempts) == ("failed", 3)
    assert job.error is not None
    assert "SIGSEGV" in job.error["message"]
    assert host.ended(host.submit("after-death")).state == "done"


def test_cancelling_keeps_a_runner_that_listens(host: HostBench) -> None:
    runner = host.ready()
    job = host.submit("cancelled", seconds=60)
    host.began(job)
    host.jobs.cancel(job.id, "ada")
    assert host.ended(job, seconds=3).state == "cancelled"
    assert host.runner() == runner
    assert not host.artifacts.exists(job.id)


def test_cancelling_replaces_a_runner_that_does_not_listen(host: HostBench) -> None:
    runner = host.ready()
    job = host.submit("deaf", seconds=60, listens=False)
    host.began(job)
    host.jobs.cancel(job.id, "ada")
    assert host.ended(job, seconds=10).state == "cancelled"
    assert host.ended(host.submit("after-deaf")).state == "done"
    assert host.runner() != runner


def test_wanted_again_spares_a_runner_that_does_not_listen(host: HostBench) -> None:
    runner = host.ready()
    job = host.submit("wanted", seconds=4, listens=False)
    host.began(job)
    host.jobs.cancel(job.id, "ada")
    host.submit("wanted", seconds=4, listens=False)
    assert host.ended(job).state == "done"
    assert host.runner() == runner
    assert host.trace("wanted") == ["begin", "end"]


def test_finishing_early_publishes_what_there_is(host: HostBench) -> None:
    job = host.submit("early", seconds=60)
    host.began(job)
    host.jobs.finish_early(job.id, "ada")
    ended = host.ended(job, seconds=10)
    assert ended.state == "cancelled"
    assert ended.result is not None
    early = host.artifacts.open(ended.result)
    assert early.recipe["params"] == job.recipe["params"] | {"stop_at": 7}
    assert (early.array("images") == 1).all()
    assert not host.artifacts.exists(job.id)


def test_finishing_early_goes_on_for_others(host: HostBench) -> None:
    job = host.submit("shared", seconds=3)
    host.jobs.submit(resolve(Recipe(**job.recipe), host.workers.catalogue(), dict().get), "grace")
    host.began(job)
    host.jobs.finish_early(job.id, "ada")
    ended = host.ended(job)
    assert ended.state == "done"
    assert ended.result is not None


def test_intermediate_layouts_are_shown_and_forgotten(host: HostBench) -> None:
    job = host.submit("frames", seconds=2)
    host.wait(lambda: len(_frames(host, job.id)) >= 3)
    frames = _frames(host, job.id)
    assert [frame["frame"] for frame in frames] == list(range(1, len(frames) + 1))
    newest = host.settings.work / job.id / f"intermediate.{frames[-1]['slot']}.npy"
    assert np.load(newest).shape == (3, 2)
    host.ended(job)
    assert _frames(host, job.id) == []


def _frames(hosts: HostBench, job_id: str) -> list[dict[str, Any]]:
    rows = hosts.jobs.events_after({job_id: 0})
    return [row.data for row in rows if row.type == "intermediate"]


@pytest.mark.slow
def test_engines_are_compiled_when_nothing_goes_on(
    hosts: HostBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPSCOPE_WARM_UP", "true")
    host = hosts.start_impatient()

    def compiler() -> list[psutil.Process]:
        children = psutil.Process(host.pid).children()
        return [each for each in children if any("warm_up" in word for word in each.cmdline())]

    hosts.wait(lambda: compiler() and (hosts.settings.run / "warm-up" / "lock").exists())
    (process,) = compiler()
    assert process.nice() == 19
    assert hosts.ended(hosts.submit()).state == "done"
    host.send_signal(signal.SIGINT)
    host.wait(10)
    process.wait(5)


def test_ctrl_c_gives_the_job_back_and_leaves_nothing(hosts: HostBench) -> None:
    host = hosts.start()
    job = hosts.submit(seconds=60)
    hosts.began(job)
    family = psutil.Process(host.pid).children(recursive=True)
    host.send_signal(signal.SIGINT)
    assert host.wait(10) == 0
    assert psutil.wait_procs(family, timeout=2)[1] == []
    assert hosts.jobs.get(job.id).state == "queued"
    assert hosts.workers.alive(within=60) == []


@pytest.mark.parametrize(
    "holds",
    [
        False,
        pytest.param(
            True,
            marks=pytest.mark.skipif(
                sys.platform != "linux", reason="only Linux ends a process with its parent"
            ),
        ),
    ],
)
def test_a_runner_ends_with_its_host(hosts: HostBench, holds: bool) -> None:
    host = hosts.start()
    job = hosts.submit(seconds=60, listens=False, holds=holds)
    hosts.began(job)
    runner = hosts.runner()
    assert runner is not None
    host.kill()
    host.wait()
    runner.wait(2)


def test_a_second_host_of_the_name_takes_over_at_once(
    hosts: HostBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPSCOPE_LEASE_SECONDS", "3600")  # nobody could wait for its end
    host = hosts.start()
    job = hosts.submit(seconds=1)
    hosts.began(job)
    host.kill()
    host.wait()
    hosts.start()
    assert hosts.ended(job).state == "done"
    assert hosts.trace("toy") == ["begin", "begin", "end"]


@pytest.mark.timeout(120 * KILLS)
def test_killed_runners_lose_no_job_and_repeat_none(hosts: HostBench) -> None:
    hosts.start()
    jobs = [hosts.submit(f"job{i}", seconds=0.3) for i in range(3 * KILLS)]
    kills = 0
    for job in jobs:
        hosts.began(job)
        # There is none where the kill before came late, after its job, and hit this one.
        if (runner := hosts.runner()) is not None:
            os.killpg(runner.pid, signal.SIGKILL)
            kills += 1
        assert hosts.ended(job).state == "done"
    # Killed at work, or just before what it had made was published, a job begins once more.
    traces = [hosts.trace(job.recipe["params"]["name"]) for job in jobs]
    assert all(trace[-1] == "end" for trace in traces)
    assert len(jobs) < sum(trace.count("begin") for trace in traces) <= len(jobs) + kills


def test_two_hosts_share_the_work(hosts: HostBench) -> None:
    hosts.start("one")
    hosts.start("two")
    jobs = [hosts.submit(f"job{i}", "embedding", seconds=0.1) for i in range(12)]
    assert {hosts.ended(job).state for job in jobs} == {"done"}
    assert {hosts.jobs.get(job.id).worker for job in jobs} == {"one", "two"}
    assert all(hosts.trace(f"job{i}") == ["begin", "end"] for i in range(12))
    assert hosts.trace("toy") == ["begin", "end"]


def test_a_broken_plugin_is_named_and_stops_nothing(hosts: HostBench) -> None:
    (hosts.settings.plugins / "broken.py").write_text("import nothing_of_this_name\n")
    hosts.start()
    assert hosts.ended(hosts.submit()).state == "done"
