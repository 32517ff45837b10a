"""Runs: the artifacts and jobs of one training, brought together.

A snapshot is the recipe of its run with `stop_at`, so what belongs together is told by the recipe
alone, whoever asked for it.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, Field

from repscope.backend.models import RecipeObject
from repscope.backend.services import Services
from repscope.core.jobs import Job
from repscope.core.library import Entry, Naming
from repscope.core.recipes import normalized_id

#: Jobs looked through for runs that have nothing to show yet.
_MOST_JOBS = 500
#: Seconds for which a run that failed before its first snapshot is listed.
_FAILURES_SHOWN = 7 * 86400.0

RunState = Literal["waiting", "queued", "running", "paused", "failed", "early", "done", "snapshots"]


class Run(BaseModel):
    """One training, as far as it has come."""

    id: str = Field(description="id that the artifact of the whole run has, or will have")
    recipe: RecipeObject
    title: str = Field(description="what people call it; its objective's title until then")
    note: str = Field(description="what somebody noted of it")
    state: RunState = Field(
        description="early: finished before its end; snapshots: only these were made"
    )
    dataset: str = Field(description="id of the dataset that it trains on")
    dataset_title: str
    artifact: str | None = Field(
        description="id of the furthest snapshot, whose title and note are the run's"
    )
    snapshots: list[str] = Field(description="ids of all artifacts that there are of it")
    step: int | None = Field(description="of the furthest snapshot")
    steps: int | None = Field(description="of the whole run")
    epoch: float | None = Field(description="of the furthest snapshot")
    knn: float | None = Field(description="best accuracy of nearest neighbors on held-out rows")
    loss: float | None = Field(description="at the furthest snapshot")
    seconds: float | None = Field(description="how long it trained")
    device: str
    created: float = Field(description="unix seconds; when its furthest snapshot, or job, came")


class RunList(BaseModel):
    """Runs, newest first."""

    runs: list[Run]


def list_runs(services: Services) -> list[Run]:
    """Bring together what there is of each run, newest first."""
    objectives = {
        (method.kind, method.method): method.title
        for method in services.catalogue()
        if method.kind == "encoder" and method.queue == "train"
    }
    entries = list(services.index)
    snapshots: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if (entry.manifest.kind, entry.manifest.method) in objectives:
            snapshots[normalized_id(whole(entry.manifest.recipe))].append(entry)
    jobs = _jobs(services, snapshots, objectives)
    by_id = {entry.id: entry for entry in entries}
    runs = []
    for run_id in snapshots.keys() | jobs.keys():
        made, job = snapshots.get(run_id, []), jobs.get(run_id)
        recipe = whole(made[0].manifest.recipe) if made else (job.recipe if job else {})
        title = objectives[recipe["kind"], recipe["method"]]
        runs.append(_run(services, run_id, recipe, title, made, job, by_id))
    return sorted(runs, key=lambda run: (-run.created, run.id))


def whole(recipe: dict[str, Any]) -> dict[str, Any]:
    """Return the recipe of the run to its end that a normalized recipe belongs to."""
    return {**recipe, "params": {**recipe["params"], "stop_at": None}}


def _jobs(
    services: Services, known: Iterable[str], objectives: dict[tuple[str, str], str]
) -> dict[str, Job]:
    """Find the jobs of whole runs: known ones, those under way, and those that failed lately."""
    found = services.jobs.find(list(known))
    found += services.jobs.recent(states=["waiting", "queued", "running"], limit=_MOST_JOBS)
    since = time.time() - _FAILURES_SHOWN
    failed = services.jobs.recent(states=["failed"], limit=_MOST_JOBS)
    found += [job for job in failed if (job.ended or job.created) > since]
    return {
        job.id: job
        for job in found
        if (job.kind, job.method) in objectives and job.recipe["params"].get("stop_at") is None
    }


def _run(
    services: Services,
    run_id: str,
    recipe: dict[str, Any],
    title: str,
    made: list[Entry],
    job: Job | None,
    by_id: dict[str, Entry],
) -> Run:
    furthest = max(made, key=_step, default=None)
    # The list leaves out what is long, and a run's snapshots may be.
    manifest = services.artifacts.open(furthest.id).manifest if furthest else None
    run: dict[str, Any] = (manifest.meta.get("run") if manifest else None) or {}
    said = services.titles.of(furthest.id) if furthest else Naming()
    dataset = normalized_id(recipe["inputs"]["dataset"])
    kept = by_id.get(dataset)
    shown = [s["knn"] for s in run.get("snapshots", []) if s.get("knn") is not None]
    return Run(
        id=run_id,
        recipe=recipe,
        title=said.title or title,
        note=said.note,
        state=_state(run_id, furthest, job),
        dataset=dataset,
        dataset_title=kept.own_title if kept else recipe["inputs"]["dataset"]["method"],
        artifact=furthest.id if furthest else None,
        snapshots=[entry.id for entry in sorted(made, key=_step)],
        step=run.get("step"),
        steps=run.get("steps"),
        epoch=run.get("epoch"),
        knn=max(shown, default=None),
        loss=manifest.metrics.get("loss") if manifest else None,
        seconds=run.get("seconds"),
        device=str(run.get("device") or ""),
        created=manifest.created if manifest else job.created if job else 0.0,
    )


def _step(entry: Entry) -> float:
    stop: int | None = entry.manifest.recipe["params"].get("stop_at")
    return float("inf") if stop is None else stop


def _state(run_id: str, furthest: Entry | None, job: Job | None) -> RunState:
    if furthest is not None and furthest.id == run_id:
        return "done"
    if job is None:
        return "snapshots"
    if job.state == "cancelled":
        return "early" if job.result else "paused"
    # The artifact of a job that was done has been deleted.
    return "snapshots" if job.state == "done" else job.state
