"""Jobs: the making of artifacts, to be watched, waited for, and stopped."""

import io
import time
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from repscope.client.artifact import Artifact
from repscope.client.bar import Bar
from repscope.client.wire import Wire
from repscope.core.errors import Cancelled, MethodFailed, Unavailable

ENDED = ("done", "failed", "cancelled")
#: Seconds between two looks: at first, and at most.
_FIRST_LOOK, _LONGEST_LOOK = 0.05, 0.5


class JobFailed(MethodFailed):
    """A job ended without a result; `detail` is the traceback, where there is one."""

    code = "job_failed"

    def __init__(self, message: str, job: str, detail: str | None) -> None:
        """Say why."""
        super().__init__(message, job=job)
        self.detail = detail


class Job:
    """The making of one artifact; it has the artifact's id."""

    def __init__(self, wire: Wire, document: dict[str, Any]) -> None:
        """Wrap what the server says of a job."""
        self._wire = wire
        self.document = document

    @property
    def id(self) -> str:
        """Id of the job and of its artifact."""
        return str(self.document["id"])

    @property
    def title(self) -> str:
        """Name of the method for people."""
        return str(self.document["title"])

    @property
    def state(self) -> str:
        """Waiting (for inputs), queued, running, done, failed or cancelled, when last looked."""
        return str(self.document["state"])

    @property
    def recipe(self) -> dict[str, Any]:
        """The whole nested recipe."""
        recipe: dict[str, Any] = self.document["recipe"]
        return recipe

    @property
    def progress(self) -> float | None:
        """From 0 to 1, when last looked; nothing when it cannot be told."""
        progress: float | None = self.document["progress"]
        return progress

    def refresh(self) -> Self:
        """Look again."""
        self.document = self._wire.json("GET", f"/jobs/{self.id}")
        return self

    def wait(self, *, progress: bool = True, seconds: float | None = None) -> Artifact:
        """Wait for the end, and return what was made; Ctrl-C cancels the job.

        It looks again and again instead of listening to the server's events: each look is the
        whole truth, so nothing is missed when either side sleeps or starts anew.

        Args:
            progress: Show a bar in a terminal or notebook.
            seconds: How long to wait at most; the job goes on after that.

        Raises:
            JobFailed: It failed; the message says why.
            Cancelled: Somebody stopped it, and nothing came of it.
            Unavailable: It goes on still, or the server went away.
        """
        bar = Bar() if progress else None
        deadline = None if seconds is None else time.monotonic() + seconds
        pause = _FIRST_LOOK
        try:
            while self.state not in ENDED:
                if bar:
                    bar.show(self._under_way())
                if deadline is not None and time.monotonic() > deadline:
                    raise Unavailable(f"'{self.title}' goes on still; wait again.", job=self.id)
                time.sleep(pause)
                pause = min(1.3 * pause, _LONGEST_LOOK)
                self.refresh()
            if bar:
                bar.show(self.document)
        except KeyboardInterrupt:
            self.cancel()
            raise
        finally:
            if bar:
                bar.close()
        return self.artifact()

    def artifact(self) -> Artifact:
        """Return what was made; of a job that was finished early, what there was.

        Raises:
            JobFailed: It failed; the message says why.
            Cancelled: Somebody stopped it, and nothing came of it.
            NotFound: It has not ended.
        """
        error = self.document["error"]
        if self.state == "failed" and error is not None:
            raise JobFailed(error["message"], self.id, error["detail"])
        result = self.document["result"]
        if self.state == "cancelled" and result is None:
            raise Cancelled(f"'{self.title}' was cancelled.")
        return Artifact.fetch(self._wire, result or self.id)

    def intermediate(self, slot: int) -> NDArray[Any]:
        """Fetch a layout while it forms.

        Args:
            slot: Which of the two that are kept, as the event `intermediate` says.

        Raises:
            NotFound: The job has ended, or has not drawn it yet.
        """
        body = self._wire.raw("GET", f"/jobs/{self.id}/intermediate/{slot}.npy")
        return np.asanyarray(np.load(io.BytesIO(body), allow_pickle=False))

    def cancel(self) -> Self:
        """Take my wish back; the job stops when nobody else wants it."""
        return self._order("cancel")

    def finish(self) -> Self:
        """Take what there is so far: `wait` then returns that."""
        return self._order("finish")

    def retry(self) -> Self:
        """Queue a failed or cancelled job again."""
        return self._order("retry")

    def _order(self, what: str) -> Self:
        self.document = self._wire.json("POST", f"/jobs/{self.id}/{what}")
        return self

    def _under_way(self) -> dict[str, Any]:
        """Return the job that is worked on for this one: itself, or an input that it waits for."""
        if self.state == "waiting":
            graph = self._wire.json("POST", "/resolve", self.recipe)["graph"]
            for node in graph:
                if node["state"] in ("running", "queued"):
                    found: dict[str, Any] = self._wire.json("GET", f"/jobs/{node['id']}")
                    return found
        return self.document

    def __repr__(self) -> str:
        """Show what it makes and how it goes."""
        made = f"{self.document['kind']}/{self.document['method']}"
        return f"<Job {self.id} {made}, {self.state}>"
