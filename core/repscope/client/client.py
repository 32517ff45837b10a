"""The client: one object that stands for one server."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.client import library
from repscope.client.answer import Answer
from repscope.client.artifact import Artifact
from repscope.client.catalogue import Catalogue
from repscope.client.events import Event, events
from repscope.client.job import Job
from repscope.client.recipe import RecipeLike, document_of, split
from repscope.client.upload import upload
from repscope.client.wire import Wire
from repscope.core import frames

DEFAULT_URL = "http://127.0.0.1:8000"


class Client:
    """A Repscope server, seen from Python.

    repscope = Client()
    artifact = repscope.get(Recipe("dataset", "digits"))
    """

    def __init__(
        self, url: str | None = None, token: str | None = None, *, patience: float = 10.0
    ) -> None:
        """Choose a server; nothing is sent yet.

        Args:
            url: Where it answers, or the link with a token that it printed; by default
                REPSCOPE_URL, or the server of this machine.
            token: What lets in where the server demands it; by default REPSCOPE_TOKEN.
            patience: Seconds for which a call is made again while the server, or a part of it,
                starts anew.

        Raises:
            ValueError: That is no address of a server.
        """
        url = url or os.environ.get("REPSCOPE_URL") or DEFAULT_URL
        if token is None and "token=" not in url:
            token = os.environ.get("REPSCOPE_TOKEN")
        self._wire = Wire(url, token, patience)

    @property
    def url(self) -> str:
        """Where the server answers."""
        return self._wire.url

    @property
    def catalogue(self) -> Catalogue:
        """Everything that can be made; printed, it is the list, and an entry is its help."""
        return Catalogue(self._wire.json("GET", "/catalogue")["methods"])

    def health(self) -> dict[str, Any]:
        """Tell that the server can serve: `version`, `workers` that are up, jobs in `queue`."""
        found: dict[str, Any] = self._wire.json("GET", "/health")
        return found

    def get(self, recipe: RecipeLike, *, progress: bool = True) -> Artifact:
        """Make something, or find it made, and return it.

        Args:
            recipe: What to make.
            progress: Show a bar while it is made.

        Raises:
            InvalidRecipe: The recipe does not fit; the message names the field.
            JobFailed: It could not be made; the message says why.
        """
        return self.submit(recipe).wait(progress=progress)

    def submit(self, recipe: RecipeLike) -> Job:
        """Ask for something without waiting; asking twice is harmless.

        Raises:
            InvalidRecipe: The recipe does not fit; the message names the field.
        """
        return Job(self._wire, self._wire.json("POST", "/jobs", document_of(recipe)))

    def resolve(self, recipe: RecipeLike) -> dict[str, Any]:
        """Tell what a recipe comes to, without making anything.

        Returns:
            `id` and `state` of its artifact, the whole normalized `recipe`, the `graph` of all
            that it needs, an `estimate` and the `refusal`, a sentence where it would not be made.

        Raises:
            InvalidRecipe: The recipe does not fit; the message names the field.
        """
        found: dict[str, Any] = self._wire.json("POST", "/resolve", document_of(recipe))
        return found

    def estimate(self, recipe: RecipeLike) -> float | None:
        """Return how many seconds making something will take, if that can be told."""
        seconds: float | None = self.resolve(recipe)["estimate"]["seconds"]
        return seconds

    def events(self, *jobs: Job) -> Iterator[Event]:
        """Listen to what happens to jobs, until each has ended.

            for event in repscope.events(job):
                if event.type == "metric":
                    print(event.data["step"], event.data["loss"])

        What happened before comes first. A line that breaks is taken up again where it broke.
        """
        return events(self._wire, list(jobs))

    def live(self, method: str, *, seed: int = 0, **given: Any) -> Answer:
        """Ask something that is answered at once and never stored.

            repscope.live("neighbors", embedding=features, row=3, k=12)["indices"]

        Args:
            method: Name of a method of kind `live`.
            seed: Start of every random draw.
            given: Inputs, which must be finished, and parameters, by name.

        Returns:
            The arrays of the answer, by name, read-only; `meta` is what else the method says.
        """
        inputs, params = split(given)
        body = {"inputs": inputs, "params": params, "seed": seed}
        return Answer(*frames.decode(self._wire.raw("POST", f"/live/{method}", body)))

    def upload(self, path: str | Path, *, progress: bool = True) -> str:
        """Send a file, or a folder as a zip, unless the server has it already.

            sha256 = repscope.upload("flowers/")
            flowers = Recipe("dataset", "archive", upload=sha256, image_size=64)

        Args:
            path: A file or a folder of this machine.
            progress: Show a bar in a terminal or notebook.

        Returns:
            Its SHA-256, by which recipes name it.

        Raises:
            FileNotFoundError: There is nothing at that path.
            TooLarge: The server does not take so much.
            StorageFull: It has no room.
        """
        return upload(self._wire, Path(path), progress=progress)

    def delete_upload(self, sha256: str, *, cascade: bool = False) -> None:
        """Delete a file that was sent.

        Args:
            sha256: Its checksum, as `upload` returned it.
            cascade: Also what was made of it.

        Raises:
            NotFound: It is not there.
            Conflict: Something was made of it, or a job under way needs it.
        """
        query = "?cascade=true" if cascade else ""
        self._wire.raw("DELETE", f"/uploads/{sha256}{query}")

    def artifacts(self, kind: str | None = None, limit: int | None = None) -> list[Artifact]:
        """List what is finished, newest first.

        Args:
            kind: Only these: dataset, encoder, embedding, projection, ...
            limit: Most to return; all when left out.
        """
        return library.artifacts(self._wire, kind, limit)

    def datasets(self) -> list[Artifact]:
        """List the datasets that are there, newest first."""
        return self.artifacts("dataset")

    def runs(self) -> list[dict[str, Any]]:
        """List the trainings that are under way or left something, newest first.

        Returns:
            Of each its `recipe`, `state`, `step` of `steps`, `loss`, `knn`, and in `snapshots` the
            ids of its encoders.
        """
        found: list[dict[str, Any]] = self._wire.json("GET", "/runs")["runs"]
        return found

    def select(
        self,
        dataset: Artifact,
        rows: Iterable[int] | NDArray[np.integer],
        name: str | None = None,
    ) -> Artifact:
        """Make a selection of rows of a dataset, which recipes take as an input.

            tulips = repscope.select(flowers, np.flatnonzero(labels == 3), "tulips")

        Args:
            dataset: Of which.
            rows: Which, in any order.
            name: Saves it for everybody; the page shows it.

        Raises:
            ValueError: There are no rows, or some are not rows of the dataset.
            Conflict: Another selection of this dataset has the name.
        """
        return library.select(self._wire, dataset, rows, name)

    def selections(self, dataset: Artifact) -> dict[str, Artifact]:
        """Return the saved selections of a dataset, by name."""
        return library.selections(self._wire, dataset)

    def rename_selection(self, dataset: Artifact, name: str, new: str) -> None:
        """Give a saved selection another name.

        Raises:
            NotFound: The dataset has none of this name.
            Conflict: Another one has the new name.
        """
        library.rename_selection(self._wire, dataset, name, new)

    def forget_selection(self, dataset: Artifact, name: str) -> None:
        """Take the name of a saved selection back; what was made of its rows stays.

        Raises:
            NotFound: The dataset has none of this name.
        """
        library.forget_selection(self._wire, dataset, name)

    def artifact(self, artifact_id: str) -> Artifact:
        """Return a finished artifact by its id.

        Raises:
            NotFound: It is not there.
        """
        return Artifact.fetch(self._wire, artifact_id)

    def job(self, job_id: str) -> Job:
        """Return a job by its id.

        Raises:
            NotFound: There is no such job.
        """
        return Job(self._wire, self._wire.json("GET", f"/jobs/{job_id}"))

    def jobs(self, state: str | None = None, limit: int = 100) -> list[Job]:
        """List what I asked for, newest first.

        Args:
            state: Only jobs that are waiting, queued, running, done, failed or cancelled.
            limit: Most to return, up to 500.
        """
        query = f"?limit={limit}" + (f"&state={state}" if state else "")
        found = self._wire.json("GET", f"/jobs{query}")["jobs"]
        return [Job(self._wire, document) for document in found]

    def __repr__(self) -> str:
        """Show the address, and never the token."""
        return f"Client({self.url!r})"
