"""A job runs under one lease at a time, and nothing that loses it can write."""

import threading
import time

import pytest

from repscope.core.jobs import Job, Leases
from repscope.core.jobs.leases import MAX_FAILURES
from tests.core.conftest import CATALOGUE, DATASET, EMBEDDING, Bench


def claim(bench: Bench, worker: str = "w") -> Job:
    job = bench.claim(worker)
    assert job is not None
    return job


def test_racing_hosts_share_the_jobs(bench: Bench) -> None:
    for count in range(1, 41):
        bench.submit(DATASET | {"params": {"count": count}})
    claimed: list[str] = []

    def host(name: str) -> None:
        while job := bench.claim(name):
            claimed.append(job.id)

    threads = [threading.Thread(target=host, args=(f"w{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 40


def test_a_host_takes_only_what_it_can_make(bench: Bench) -> None:
    bench.submit(DATASET)
    methods = [m.key for m in CATALOGUE]
    assert bench.leases.claim("w", ["train"], methods) is None
    assert bench.leases.claim("w", ["compute"], ["dataset/toy@2"]) is None
    assert bench.leases.claim("w", ["compute", "train"], methods) is not None


def test_who_asks_often_hears_of_every_new_job(bench: Bench) -> None:
    here, there = bench.leases, Leases(bench.database, bench.artifacts)

    def answers(queue: str = "compute") -> set[bool]:
        return {leases.any_queued([queue]) for leases in (here, there, here, there)}

    for count in (1, 2, 3):
        assert answers() == {False}
        bench.submit(DATASET | {"params": {"count": count}})
        assert answers() == {True}
        assert answers("train") == {False}
        claim(bench)
        assert answers() == {False}


def test_an_expired_lease_goes_back_and_its_holder_is_locked_out(bench: Bench) -> None:
    brief = Leases(bench.database, bench.artifacts, seconds=0.01)
    bench.submit(DATASET)
    lost = brief.claim("old", ["compute"], [m.key for m in CATALOGUE])
    assert lost is not None
    time.sleep(0.02)
    assert bench.leases.reconcile() == 1
    found = claim(bench, "new")
    assert (found.id, found.attempts, found.failures) == (lost.id, 2, 0)
    assert bench.leases.look(lost) == "lost"
    assert bench.leases.renew(lost) == "lost"
    assert bench.leases.progress(lost, 0.5) == "lost"
    assert bench.leases.event(lost, "log", {}) == "lost"
    assert not bench.leases.finish(lost)
    assert not bench.leases.fail(lost, "no")
    assert not bench.leases.release(lost, "no", counts=True)
    bench.make(found)
    assert bench.leases.finish(found)


def test_an_expired_lease_whose_artifact_is_there_is_done(bench: Bench) -> None:
    brief = Leases(bench.database, bench.artifacts, seconds=0.01)
    root = bench.submit(EMBEDDING)
    job = brief.claim("w", ["compute"], [m.key for m in CATALOGUE])
    assert job is not None
    bench.make(job)  # and then its host died
    time.sleep(0.02)
    bench.leases.reconcile()
    assert bench.jobs.get(job.id).state == "done"
    assert bench.jobs.get(root.id).state == "queued"


def test_a_renewed_lease_holds(bench: Bench) -> None:
    brief = Leases(bench.database, bench.artifacts, seconds=0.05)
    bench.submit(DATASET)
    job = brief.claim("w", ["compute"], [m.key for m in CATALOGUE])
    assert job is not None
    bench.leases.renew(job)
    time.sleep(0.06)
    assert bench.leases.reconcile() == 0


def test_three_deaths_without_a_checkpoint_fail_the_job(bench: Bench) -> None:
    submitted = bench.submit(DATASET)
    for _ in range(MAX_FAILURES):
        bench.leases.release(claim(bench), "its process was ended by SIGSEGV", counts=True)
    job = bench.jobs.get(submitted.id)
    assert job.state == "failed"
    assert job.error is not None
    assert "SIGSEGV" in job.error["message"]
    assert bench.submit(DATASET).failures == 0


def test_a_checkpoint_starts_the_count_again(bench: Bench) -> None:
    submitted = bench.submit(DATASET)
    for _ in range(3 * MAX_FAILURES):
        job = claim(bench)
        bench.leases.event(job, "checkpoint", {"step": 1})
        bench.leases.release(job, "killed", counts=True)
    assert bench.jobs.get(submitted.id).state == "queued"


def test_a_host_that_goes_says_nothing_about_its_job(bench: Bench) -> None:
    submitted = bench.submit(DATASET)
    for _ in range(3 * MAX_FAILURES):
        claim(bench, "gone")
        assert bench.leases.release_worker("other") == 0
        assert bench.leases.release_worker("gone") == 1
    claim(bench)
    assert bench.leases.release_all() == 1
    assert bench.jobs.get(submitted.id).state == "queued"


def test_cancelling_a_running_job_reaches_its_host(bench: Bench) -> None:
    submitted = bench.submit(DATASET)
    job = claim(bench)
    assert bench.jobs.cancel(submitted.id, "ada").state == "running"
    assert bench.leases.look(job) == "cancel"
    assert bench.leases.progress(job, 0.2) == "cancel"
    assert bench.leases.cancelled(job)
    assert bench.jobs.get(submitted.id).state == "cancelled"


def test_wanted_again_while_stopping_goes_back_to_the_queue(bench: Bench) -> None:
    submitted = bench.submit(DATASET)
    job = claim(bench)
    bench.jobs.cancel(submitted.id, "ada")
    bench.submit(DATASET, owner="grace")
    bench.leases.cancelled(job)
    assert bench.work() == ["dataset"]


def test_a_cancelled_job_whose_host_dies_ends_cancelled(bench: Bench) -> None:
    submitted = bench.submit(DATASET)
    claim(bench, "gone")
    bench.jobs.cancel(submitted.id, "ada")
    bench.leases.release_worker("gone")
    assert bench.jobs.get(submitted.id).state == "cancelled"


def test_an_artifact_published_beside_another_settles_its_job(bench: Bench) -> None:
    root = bench.submit(EMBEDDING)
    (dataset,) = (job for job in bench.jobs.recent() if job.kind == "dataset")
    bench.make(dataset)
    bench.leases.settle(dataset.id)
    assert bench.jobs.get(dataset.id).state == "done"
    assert bench.jobs.get(root.id).state == "queued"
    bench.leases.settle("0" * 32)  # nobody asked for it: nothing to do


@pytest.mark.parametrize("fraction", [None, 0.0, 0.5])
def test_progress_is_seen(bench: Bench, fraction: float | None) -> None:
    bench.submit(DATASET)
    job = claim(bench)
    before = bench.jobs.get(job.id)
    assert bench.leases.progress(job, fraction, "halfway", 3.0, {"loss": 0.1}) == "go"
    after = bench.jobs.get(job.id)
    assert (after.progress, after.message, after.remaining) == (fraction, "halfway", 3.0)
    assert after.metrics == {"loss": 0.1}
    assert after.revision > before.revision
