"""A small catalogue and a fresh store and job table, without any worker."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repscope.core.artifacts import ArtifactStore
from repscope.core.catalogue import Catalogue, Input, Method
from repscope.core.jobs import Database, Job, JobStore, Leases, WorkerTable
from repscope.core.recipes import Recipe
from repscope.core.resolve import resolve


def schema(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def method(kind: str, name: str, *inputs: Input, **fields: Any) -> Method:
    fields = {
        "params": schema(),
        "version": 1,
        "title": name,
        "summary": "",
        "output": "x",
    } | fields
    return Method(kind=kind, method=name, inputs=list(inputs), **fields)


CATALOGUE = Catalogue(
    [
        method(
            "dataset",
            "toy",
            seeded=True,
            params=schema(
                count={"type": "integer", "minimum": 1, "maximum": 1000, "default": 10},
                scale={"type": "number", "exclusiveMinimum": 0, "default": 1.0},
                label={"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
                shape={"enum": ["flat", "round"], "default": "flat"},
            ),
        ),
        method("encoder", "toy"),
        method(
            "embedding",
            "toy",
            Input(name="dataset", kind="dataset"),
            Input(name="encoder", kind="encoder", optional=True),
        ),
        method("neighbors", "toy", Input(name="embedding", kind="embedding"), default=True),
        method("projection", "toy", Input(name="neighbors", kind="neighbors")),
        method("comparison", "toy", Input(name="embeddings", kind="embedding", many=True)),
    ]
)

DATASET = {"kind": "dataset", "method": "toy"}
EMBEDDING = {"kind": "embedding", "method": "toy", "inputs": {"dataset": DATASET}}
PROJECTION = {"kind": "projection", "method": "toy", "inputs": {"neighbors": EMBEDDING}}


@dataclass
class Bench:
    """Store, table and hosts' side together, as one data folder holds them."""

    artifacts: ArtifactStore
    database: Database
    jobs: JobStore
    leases: Leases
    workers: WorkerTable

    def submit(self, recipe: dict[str, Any], owner: str = "ada") -> Job:
        resolved = resolve(Recipe.model_validate(recipe), CATALOGUE, self.jobs.recipe)
        return self.jobs.submit(resolved, owner)

    def claim(self, worker: str = "w") -> Job | None:
        return self.leases.claim(worker, ["compute"], [m.key for m in CATALOGUE])

    def make(self, job: Job) -> None:
        """Publish something under the job's id, as a runner does."""
        staging = self.artifacts.stage(job.id)
        staging.write("values", np.arange(3))
        staging.publish(job.recipe)

    def work(self) -> list[str]:
        """Do everything that is queued; returns the kinds in order."""
        made = []
        while job := self.claim():
            self.make(job)
            assert self.leases.finish(job)
            made.append(job.kind)
        return made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'repscope.db'}"
    else:
        url = request.getfixturevalue("postgres").new_database()
    artifacts = ArtifactStore(tmp_path / "artifacts")
    database = Database(url)
    yield Bench(
        artifacts,
        database,
        JobStore(database, artifacts),
        Leases(database, artifacts, seconds=30.0),
        WorkerTable(database),
    )
    database.close()
