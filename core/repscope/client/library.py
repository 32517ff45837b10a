"""What a server keeps: its datasets, and the selections that people saved of them."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from repscope.client.artifact import Artifact
from repscope.client.job import Job
from repscope.client.recipe import Recipe, document_of
from repscope.client.upload import upload
from repscope.client.wire import Wire

_PAGE = 100


def datasets(wire: Wire) -> list[Artifact]:
    """Fetch all datasets, newest first."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = f"&cursor={cursor}" if cursor else ""
        page = wire.json("GET", f"/artifacts?kind=dataset&limit={_PAGE}{query}")
        found += [entry["id"] for entry in page["artifacts"]]
        cursor = page["cursor"]
    return [Artifact.fetch(wire, artifact_id) for artifact_id in found]


def select(
    wire: Wire, dataset: Artifact, rows: Iterable[int] | NDArray[np.integer], name: str | None
) -> Artifact:
    """Make a selection of rows, and save it under a name.

    Raises:
        ValueError: There are no rows, or some are not rows of the dataset.
    """
    chosen = np.unique(np.asarray(list(rows), np.int64))
    count = int(dataset.meta["count"])
    if len(chosen) == 0 or chosen[0] < 0 or chosen[-1] >= count:
        raise ValueError(f"Give one row or more of this dataset, from 0 to {count - 1:,}.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.npy"
        np.save(file, chosen, allow_pickle=False)
        digest = upload(wire, file, progress=False)
    recipe = Recipe("selection", "rows", dataset=dataset, upload=digest)
    made = Job(wire, wire.json("POST", "/jobs", document_of(recipe))).wait(progress=False)
    if name is not None:
        body = {"name": name, "selection": made.id}
        wire.json("POST", f"/datasets/{dataset.id}/selections", body)
    return made


def selections(wire: Wire, dataset: Artifact) -> dict[str, Artifact]:
    """Fetch the saved selections of a dataset, by name."""
    saved = wire.json("GET", f"/datasets/{dataset.id}/selections")["selections"]
    return {each["name"]: Artifact.fetch(wire, each["selection"]) for each in saved}
