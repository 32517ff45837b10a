"""What a server keeps: artifacts, and the selections of datasets that people saved."""

import tempfile
import urllib.parse
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


def artifacts(wire: Wire, kind: str | None, limit: int | None) -> list[Artifact]:
    """Fetch what is finished, newest first."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None and (limit is None or len(found) < limit):
        asked = {"kind": kind, "limit": _PAGE, "cursor": cursor}
        query = urllib.parse.urlencode({name: value for name, value in asked.items() if value})
        page = wire.json("GET", f"/artifacts?{query}")
        found += [entry["id"] for entry in page["artifacts"]]
        cursor = page["cursor"]
    return [Artifact.fetch(wire, artifact_id) for artifact_id in found[:limit]]


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


def rename_selection(wire: Wire, dataset: Artifact, name: str, new: str) -> None:
    """Give a saved selection another name."""
    wire.json("PATCH", _address(dataset, name), {"name": new})


def forget_selection(wire: Wire, dataset: Artifact, name: str) -> None:
    """Take the name of a saved selection back."""
    wire.raw("DELETE", _address(dataset, name))


def _address(dataset: Artifact, name: str) -> str:
    return f"/datasets/{dataset.id}/selections/{urllib.parse.quote(name, safe='')}"
