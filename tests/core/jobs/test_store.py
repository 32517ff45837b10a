"""Asking, looking, taking the wish back."""

import threading

import pytest

from repscope.core.errors import Conflict, NotFound
from repscope.core.recipes import Recipe
from repscope.core.resolve import resolve
from tests.core.conftest import CATALOGUE, DATASET, EMBEDDING, PROJECTION, Bench


def test_submitting_expands_into_one_job_per_missing_artifact(bench: Bench) -> None:
    root = bench.submit(PROJECTION)
    assert (root.kind, root.state, root.position) == ("projection", "waiting", None)
    jobs = {job.kind: job for job in bench.jobs.recent()}
    assert {kind: job.state for kind, job in jobs.items()} == {
        "dataset": "queued",
        "embedding": "waiting",
        "neighbors": "waiting",
        "projection": "waiting",
    }
    assert jobs["projection"].inputs == [jobs["neighbors"].id]
    assert bench.work() == ["dataset", "embedding", "neighbors", "projection"]
    assert bench.jobs.get(root.id).state == "done"


def test_thirty_at_once_are_one_computation(bench: Bench) -> None:
    resolved = resolve(Recipe.model_validate(PROJECTION), CATALOGUE, bench.jobs.recipe)
    threads = [
        threading.Thread(target=bench.jobs.submit, args=(resolved, f"student-{i}"))
        for i in range(30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(bench.work()) == 4
    assert all(job.attempts == 1 for job in bench.jobs.recent())


def test_what_is_there_is_done_at_once(bench: Bench) -> None:
    bench.submit(DATASET)
    bench.work()
    again = bench.submit(DATASET, owner="grace")
    assert (again.state, again.attempts) == ("done", 1)
    assert bench.claim() is None


def test_an_artifact_without_a_job_gets_one_that_is_done(bench: Bench) -> None:
    resolved = resolve(Recipe.model_validate(EMBEDDING), CATALOGUE, bench.jobs.recipe)
    staging = bench.artifacts.stage(resolved.id)
    staging.publish(resolved.recipe)
    job = bench.jobs.submit(resolved, "ada")
    assert job.state == "done"
    # What it was made from is not made again.
    assert [j.kind for j in bench.jobs.recent()] == ["embedding"]


def test_a_deleted_artifact_is_made_again(bench: Bench) -> None:
    job = bench.submit(DATASET)
    bench.work()
    bench.artifacts.delete(job.id)
    assert bench.submit(DATASET).state == "queued"
    assert bench.work() == ["dataset"]


def test_cancelling_stops_what_nobody_wants(bench: Bench) -> None:
    root = bench.submit(PROJECTION)
    bench.jobs.cancel(root.id, "ada")
    assert {job.state for job in bench.jobs.recent()} == {"cancelled"}
    assert bench.claim() is None


def test_cancelling_an_input_cancels_what_needs_it(bench: Bench) -> None:
    root = bench.submit(PROJECTION)
    (dataset,) = (job for job in bench.jobs.recent() if job.kind == "dataset")
    bench.jobs.cancel(dataset.id, "ada")
    assert bench.jobs.get(root.id).state == "cancelled"


def test_an_input_given_up_alone_goes_on_for_what_needs_it(bench: Bench) -> None:
    dataset = bench.submit(DATASET)
    root = bench.submit(PROJECTION)
    assert bench.jobs.cancel(dataset.id, "ada", alone=True).state == "queued"
    assert bench.jobs.get(root.id).state == "waiting"
    bench.jobs.cancel(root.id, "ada", alone=True)
    assert {job.state for job in bench.jobs.recent()} == {"cancelled"}


def test_two_want_it_and_one_cancels(bench: Bench) -> None:
    root = bench.submit(PROJECTION, owner="ada")
    bench.submit(PROJECTION, owner="grace")
    assert bench.jobs.cancel(root.id, "ada").state == "waiting"
    assert bench.jobs.recent(owner="ada") == []
    assert len(bench.work()) == 4


def test_an_input_stays_while_another_result_needs_it(bench: Bench) -> None:
    projection = bench.submit(PROJECTION)
    embedding = bench.submit(EMBEDDING)
    bench.jobs.cancel(projection.id, "ada")
    assert bench.jobs.get(embedding.id).state == "waiting"
    assert bench.work() == ["dataset", "embedding"]


def test_a_stranger_cannot_stop_my_job(bench: Bench) -> None:
    job = bench.submit(DATASET, owner="ada")
    assert bench.jobs.cancel(job.id, "mallory").state == "queued"


def test_cancelling_what_ended_or_never_was(bench: Bench) -> None:
    job = bench.submit(DATASET)
    bench.work()
    with pytest.raises(Conflict, match="done already"):
        bench.jobs.cancel(job.id, "ada")
    with pytest.raises(NotFound):
        bench.jobs.cancel("0" * 32, "ada")


def test_a_failed_input_fails_what_needs_it_and_a_retry_makes_both(bench: Bench) -> None:
    root = bench.submit(EMBEDDING)
    dataset = bench.claim()
    assert dataset is not None
    bench.leases.fail(dataset, "The disk is gone.", "Traceback ...")
    job = bench.jobs.get(root.id)
    assert job.state == "failed"
    assert job.error is not None
    assert "The disk is gone." in job.error["message"]
    again = bench.submit(EMBEDDING)
    assert (again.state, again.error) == ("waiting", None)
    assert bench.work() == ["dataset", "embedding"]


def test_retry_is_for_what_failed(bench: Bench) -> None:
    job = bench.submit(DATASET)
    resolved = resolve(Recipe.model_validate(DATASET), CATALOGUE, bench.jobs.recipe)
    with pytest.raises(Conflict, match="nothing to retry"):
        bench.jobs.retry(job.id, "ada", resolved)
    bench.jobs.cancel(job.id, "ada")
    assert bench.jobs.retry(job.id, "ada", resolved).state == "queued"


def test_owners_alternate(bench: Bench) -> None:
    for count in range(1, 5):
        bench.submit(DATASET | {"params": {"count": count}}, owner="greedy")
    bench.submit(DATASET | {"params": {"count": 100}}, owner="modest")
    order = []
    while job := bench.claim():
        order.append(job.recipe["params"]["count"])
        bench.make(job)
        bench.leases.finish(job)
    assert order == [1, 100, 2, 3, 4]


def test_the_place_in_the_queue(bench: Bench) -> None:
    jobs = [bench.submit(DATASET | {"params": {"count": n}}) for n in (1, 2, 3)]
    assert [job.position for job in jobs] == [1, 2, 3]
    assert bench.jobs.queued() == 3
    bench.claim()
    assert bench.jobs.get(jobs[2].id).position == 2


def test_history_is_numbered_and_resumes(bench: Bench) -> None:
    job = bench.submit(DATASET)
    claimed = bench.claim()
    assert claimed is not None
    bench.leases.event(claimed, "metric", {"loss": 1.5})
    bench.make(claimed)
    bench.leases.finish(claimed)
    rows = bench.jobs.events_after({job.id: 0})
    assert [row.number for row in rows] == [1, 2, 3, 4]
    said = [row.data.get("state", row.type) for row in rows]
    assert said == ["queued", "running", "metric", "done"]
    assert bench.jobs.events_after({job.id: 3}) == rows[3:]
    assert bench.jobs.events_after({}) == []
