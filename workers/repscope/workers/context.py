"""What a method sees of the world: its seed, its progress bar, its output folder.

A method is a plain function `(context, params, **inputs) -> Result`. The runner gives it a
`Context` that reports to the job table; a notebook or a test gives it `Context.local()` and gets
the same numbers:

    dataset = digits(Context.local(), DigitsParams())
    features = embed(Context.local(), EmbedParams(), dataset=dataset, encoder=pixels(...))
"""

import os
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from repscope.core.downloads import Downloads
from repscope.core.errors import Cancelled, MethodFailed, NotFound
from repscope.core.recipes import Recipe
from repscope.core.settings import get_settings
from repscope.core.uploads import UploadStore
from repscope.workers.folder import Area, PlainFolder, temporary_folder
from repscope.workers.reporting import REPORTS_PER_SECOND, Muted, Reporter, Silent, Throttle
from repscope.workers.result import Readable, Result

__all__ = ["Context", "Readable", "Reporter", "Result"]

Publish = Callable[[Recipe, Result], str]


class Context:
    """The surroundings of one call of a method."""

    def __init__(
        self,
        area: Area,
        reporter: Reporter,
        *,
        seed: int = 0,
        device: str = "cpu",
        work: Path,
        publish: Publish,
        recipe: dict[str, Any] | None = None,
        uploads: Path | None = None,
        downloads: Path | None = None,
    ) -> None:
        """Bind a call to its surroundings.

        Args:
            area: Folder of the output; `repscope.core.artifacts.Staging` in a runner.
            reporter: Where progress, events and the cancel flag go through.
            seed: The recipe's seed, the only source of randomness.
            device: `cpu` or `cuda`.
            work: Scratch folder that survives a crash of the job, for checkpoints.
            publish: Stores a complete sibling artifact and returns its id.
            recipe: The normalized recipe that is being made; nothing in a plain call.
            uploads: Folder of the files that people brought; by default that of the settings.
            downloads: Folder of what was fetched by name; by default that of the settings.
        """
        self.seed = seed
        self.device = device
        self.work = work
        self.recipe = recipe
        self._uploads_folder = uploads
        self._downloads_folder = downloads
        self._frame = 0
        self._shown = float("-inf")
        self._area = area
        self._publish = publish
        self._reporter = reporter
        self._reports = Throttle(reporter)
        self._open: dict[str, NDArray[Any]] = {}

    @classmethod
    def local(
        cls,
        seed: int = 0,
        device: str = "cpu",
        folder: Path | None = None,
        uploads: Path | None = None,
        downloads: Path | None = None,
    ) -> Self:
        """Return a context for a notebook or a test, which reports nothing and cannot be cancelled.

        Args:
            seed: The only source of randomness.
            device: `cpu` or `cuda`.
            folder: Where large outputs go; by default a folder that is removed at exit.
            uploads: Where a method finds what people brought; by default where a server has it.
            downloads: Where a method puts what it fetches; by default where a server has it.
        """
        folder = folder or temporary_folder()
        work = folder / "work"
        work.mkdir(parents=True, exist_ok=True)
        area = PlainFolder(folder)
        return cls(
            area,
            Silent(),
            seed=seed,
            device=device,
            work=work,
            publish=area.publish,
            uploads=uploads,
            downloads=downloads,
        )

    # Reading the settings takes longer than some live calls, most of which need none.
    @cached_property
    def _uploads(self) -> UploadStore:
        return UploadStore(self._uploads_folder or get_settings().uploads)

    @cached_property
    def downloads(self) -> Downloads:
        """What was fetched by name, and what is fetched next."""
        return Downloads(self._downloads_folder or get_settings().downloads)

    def step(self, seed: int) -> Self:
        """Return the surroundings of another method that runs as a step of this one.

        It is cancelled with this one and reports nothing; what it writes lies in the work folder.

        Args:
            seed: Of that method.
        """
        area = PlainFolder(self.work)
        return type(self)(
            area,
            Muted(self._reporter),
            seed=seed,
            device=self.device,
            work=self.work,
            publish=area.publish,
            uploads=self._uploads_folder,
            downloads=self._downloads_folder,
        )

    @cached_property
    def rng(self) -> np.random.Generator:
        """The random generator of this call, started from the recipe's seed."""
        return np.random.default_rng(self.seed)

    def progress(self, fraction: float | None, message: str = "", **metrics: float) -> None:
        """Report how far the method is. Call it as often as you like: reports are thinned out.

        Args:
            fraction: Share done, 0 to 1; None when it is unknown.
            message: A few words on the present step.
            **metrics: Numbers to watch, such as a loss.

        Raises:
            Cancelled: When the user no longer wants the result. Let it pass.
        """
        self.check()
        if fraction is not None:
            fraction = min(max(float(fraction), 0.0), 1.0)
        self._reports.progress(fraction, message, metrics)

    def check(self) -> None:
        """Raise `Cancelled` when nobody wants the result any more, without a report."""
        if self._reporter.cancelled():
            raise Cancelled("The job was cancelled.")

    def event(self, type: str, data: Mapping[str, Any]) -> None:
        """Append a row to the job's events, such as a point of a loss curve."""
        self._reports.event(type, data)

    def intermediate(self, points: NDArray[Any], **data: float) -> None:
        """Show a layout while it forms. Call it as often as you like: most are passed over.

        The layouts lie in a ring of two files in the work folder, so that a reader of one is
        never overtaken by the next.

        Args:
            points: float32 of shape (N, 2) or (N, 3).
            **data: Numbers that belong to it, such as the iteration.
        """
        now = time.monotonic()
        if now - self._shown < 1.0 / REPORTS_PER_SECOND:
            return
        self._shown = now
        self._frame += 1
        slot = self._frame % 2
        staged = self.work / "intermediate.part"
        with staged.open("wb") as file:
            np.save(file, np.ascontiguousarray(points, "<f4"))
        os.replace(staged, self.work / f"intermediate.{slot}.npy")
        self.event("intermediate", {"frame": self._frame, "slot": slot, **data})

    @property
    def finishing(self) -> bool:
        """Whether somebody wants the result as it is; then call `finish_early` with it."""
        return self._reporter.finishing()

    def finish_early(self, result: Result, stop_at: int) -> None:
        """Publish what there is as the same recipe with `stop_at`, and go on.

        The host cancels the rest when nobody waits for it.

        Args:
            result: What the method would return had it been asked to stop here.
            stop_at: Value of the parameter of that name.
        """
        if self.recipe is None:
            raise RuntimeError("a plain call cannot be finished early")
        recipe = Recipe.model_validate(self.recipe)
        recipe.params["stop_at"] = stop_at
        self._reporter.finished_early(self._publish(recipe, result))

    def log(self, text: str) -> None:
        """Append a line to the job's log."""
        self.event("log", {"text": text})

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Return a writable array on disk for a large output; pass it to `Result` as it is."""
        self._open[name] = self._area.array(name, shape, dtype)
        return self._open[name]

    def path(self, filename: str) -> Path:
        """Return where an output file is to be written; pass it to `Result.files`."""
        return self._area.path(filename)

    def upload(self, sha256: str) -> Path:
        """Return the file that somebody brought, by its checksum.

        Raises:
            MethodFailed: It is not where this worker looks.
        """
        try:
            return self._uploads.path(sha256)
        except NotFound:
            raise MethodFailed(
                f"The upload {sha256[:12]}... is not here; send its file to the server again, "
                "then retry."
            ) from None

    def publish(self, recipe: Recipe, result: Result) -> str:
        """Store a complete artifact of another recipe that fell out on the way; returns its id."""
        return self._publish(recipe, result)

    def store(self, result: Result) -> None:
        """Write what the method returned and did not write itself; the runner's last step.

        Raises:
            MethodFailed: When an array was opened by `array` but not returned as it was, or a file
                was returned that does not lie where `path` put it.
        """
        for name, opened in self._open.items():
            if result.arrays.get(name) is not opened:
                raise MethodFailed(f"The array {name!r} was opened but not returned in the result.")
            if isinstance(opened, np.memmap):  # an empty array cannot be mapped
                opened.flush()
        for name, array in result.arrays.items():
            if name not in self._open:
                self._area.write(name, np.ascontiguousarray(array))
        for name, path in result.files.items():
            if path != self._area.path(name) or not path.is_file():
                raise MethodFailed(f"The file {name!r} was not written to context.path({name!r}).")

    def close(self) -> None:
        """Send the last report that is still held back. The runner calls this at the end."""
        self._reports.close()
