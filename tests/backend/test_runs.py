"""The list of trainings, brought together from what each left: artifacts and jobs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from repscope.core.artifacts import Artifact
from repscope.core.catalogue import Input, Method
from repscope.core.recipes import Recipe
from tests.backend.conftest import Bench, open_bench
from tests.backend.recipes import DIGITS

STEPS = 100
OBJECTIVE = Method(
    kind="encoder",
    method="guessing",
    version=1,
    title="Guessing",
    summary="Guess.",
    params={
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "epochs": {"type": "integer", "default": 5},
            "stop_at": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
        },
    },
    inputs=[Input(name="dataset", kind="dataset")],
    output="encoder",
    queue="train",
    seeded=True,
)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A server that knows an objective, as one whose worker has a plugin does."""
    for bench in open_bench(tmp_path / "data"):
        bench.services.workers.publish_catalogue("trainer", [OBJECTIVE])
        bench.services._catalogue_stamp = -1.0
        yield bench


def recipe(**params: Any) -> dict[str, Any]:
    inputs = {"dataset": DIGITS}
    return {"kind": "encoder", "method": "guessing", "inputs": inputs, "params": params}


def leave(bench: Bench, knn: list[float], **params: Any) -> Artifact:
    """Leave what a run publishes at one step: the accuracies of all snapshots up to it."""
    resolved = bench.services.resolve(Recipe.model_validate(recipe(**params)))
    step = params.get("stop_at", STEPS)
    run = {
        "step": step,
        "steps": STEPS,
        "epoch": step / 20,
        "seconds": 12.0,
        "device": "cpu",
        "snapshots": [{"id": "", "step": i, "knn": value} for i, value in enumerate(knn)],
    }
    staging = bench.artifacts.stage(resolved.id)
    return staging.publish(resolved.recipe, meta={"run": run}, metrics={"loss": 0.5})


def runs(bench: Bench) -> list[dict[str, Any]]:
    answer = bench.client.get("/api/runs")
    assert answer.status_code == 200, answer.text
    listed: list[dict[str, Any]] = answer.json()["runs"]
    return listed


def test_nothing_was_trained(bench: Bench) -> None:
    bench.make(DIGITS)
    assert runs(bench) == []


def test_snapshots_are_one_run_with_its_end(bench: Bench) -> None:
    early = leave(bench, [0.4], stop_at=0)
    later = leave(bench, [0.4, 0.9], stop_at=40)
    end = leave(bench, [0.4, 0.9, 0.8])
    (run,) = runs(bench)
    assert run["id"] == run["artifact"] == end.id
    assert run["snapshots"] == [early.id, later.id, end.id]
    assert run["recipe"]["params"] == {"epochs": 5, "stop_at": None}
    assert (run["state"], run["knn"], run["step"], run["steps"]) == ("done", 0.9, STEPS, STEPS)
    assert (run["title"], run["dataset_title"], run["device"]) == ("Guessing", "digits", "cpu")


def test_other_settings_are_another_run(bench: Bench) -> None:
    leave(bench, [0.4], stop_at=0)
    leave(bench, [0.5], epochs=9)
    assert sorted(run["state"] for run in runs(bench)) == ["done", "snapshots"]


def test_a_run_has_the_name_of_its_furthest_snapshot(bench: Bench) -> None:
    end = leave(bench, [])
    bench.client.patch(f"/api/artifacts/{end.id}", json={"title": "My run", "note": "good"})
    (run,) = runs(bench)
    assert (run["title"], run["note"], run["knn"]) == ("My run", "good", None)


def test_a_run_under_way_is_its_job(bench: Bench) -> None:
    job = bench.client.post("/api/jobs", json=recipe()).json()
    (run,) = runs(bench)
    assert (run["id"], run["state"], run["artifact"]) == (job["id"], "waiting", None)
    snapshot = leave(bench, [0.4], stop_at=7)
    (run,) = runs(bench)
    assert (run["state"], run["artifact"], run["step"]) == ("waiting", snapshot.id, 7)
    bench.client.post(f"/api/jobs/{job['id']}/cancel")
    (run,) = runs(bench)
    assert run["state"] == "paused"


def test_a_snapshot_that_is_asked_for_alone_is_no_run_under_way(bench: Bench) -> None:
    bench.client.post("/api/jobs", json=recipe(stop_at=7))
    assert runs(bench) == []


def test_the_dataset_is_called_as_it_calls_itself(bench: Bench) -> None:
    bench.make(DIGITS)
    leave(bench, [])
    (run,) = runs(bench)
    assert run["dataset_title"] == "Handwritten digits"


def test_a_run_that_failed_before_its_first_snapshot_is_listed(bench: Bench) -> None:
    bench.make(DIGITS)
    bench.client.post("/api/jobs", json=recipe())
    job = bench.leases.claim("test", ["train"], [OBJECTIVE.key])
    assert job is not None
    assert bench.leases.fail(job, "These images are all alike.")
    (run,) = runs(bench)
    assert (run["id"], run["state"], run["artifact"]) == (job.id, "failed", None)
