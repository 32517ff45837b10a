"""What a method sees of the world: its seed, its progress bar, its output folder.

A method is a plain function `(context, params, **inputs) -> Result`. The runner gives it a
`Context` that reports to the job table; a notebook or a test gives it `Context.local()` and gets
the same numbers:

    dataset = digits(Context.local(), DigitsParams())
    features = embed(Context.local(), EmbedParams(), dataset=dataset, encoder=pixels(...))
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from repscope.core.errors import Cancelled, MethodFailed, NotFound
from repscope.core.recipes import Recipe

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

REPORTS_PER_SECOND = 5.0


class Readable(Protocol):
    """What a method may read of an input: a stored artifact, or the `Result` of a plain call."""

    @property
    def meta(self) -> dict[str, Any]:
        """The method's own description of its output."""

    @property
    def metrics(self) -> dict[str, float]:
        """Numbers measured while it was made."""

    def array(self, name: str) -> NDArray[Any]:
        """The array of that name, read-only when it lies on disk."""

    def file(self, name: str) -> Path:
        """The path of a file such as `weights.safetensors`."""


class Area(Protocol):
    """The folder that an output is written to (the store's `Staging`)."""

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """A new writable array on disk."""

    def write(self, name: str, array: NDArray[Any]) -> None:
        """Write a whole array at once."""

    def path(self, filename: str) -> Path:
        """Where a file of that name belongs."""


class Reporter(Protocol):
    """The way out of a running method; the runner implements it.

    `Context` serializes the calls to `progress` and `event`, but a delayed report comes from a
    timer's thread, so nothing here may be bound to the thread that runs the method.
    """

    def progress(self, fraction: float | None, message: str, metrics: Mapping[str, float]) -> None:
        """Show how far the job is (0 to 1, or None for unknown). At most five calls a second."""

    def event(self, type: str, data: Mapping[str, Any]) -> None:
        """Append one row to the job's numbered events."""

    def cancelled(self) -> bool:
        """Whether nobody wants this job any more. Asked often: it must answer at once."""

    def finishing(self) -> bool:
        """Whether somebody wants what there is, instead of waiting for the whole."""

    def finished_early(self, artifact_id: str) -> None:
        """Take note of what was published of the job so far."""


@dataclass(frozen=True)
class Result:
    """What a method made.

    Attributes:
        arrays: Output arrays by name; those made by `Context.array` are passed back as they are.
        meta: Small JSON facts that a reader needs, such as class names and axis titles.
        metrics: Numbers worth showing beside the result.
        files: Paths by file name, made with `Context.path`.
    """

    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)

    def array(self, name: str) -> NDArray[Any]:
        """Return an array, so that a `Result` can be the input of the next plain call."""
        if name not in self.arrays:
            raise NotFound(f"There is no array {name!r}; there are: {', '.join(self.arrays)}.")
        return self.arrays[name]

    def file(self, name: str) -> Path:
        """Return the path of an output file."""
        if name not in self.files:
            raise NotFound(f"There is no file {name!r}; there are: {', '.join(self.files)}.")
        return self.files[name]


Publish = Callable[["Recipe", Result], str]


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
        """
        self.seed = seed
        self.device = device
        self.work = work
        self.recipe = recipe
        self._frame = 0
        self._shown = float("-inf")
        self._area = area
        self._publish = publish
        self._reporter = reporter
        self._reports = _Throttle(reporter)
        self._open: dict[str, NDArray[Any]] = {}

    @classmethod
    def local(cls, seed: int = 0, device: str = "cpu", folder: Path | None = None) -> Context:
        """Return a context for a notebook or a test, which reports nothing and cannot be cancelled.

        Args:
            seed: The only source of randomness.
            device: `cpu` or `cuda`.
            folder: Where large outputs go; by default a folder that is removed at exit.
        """
        folder = folder or _temporary_folder()
        work = folder / "work"
        work.mkdir(parents=True, exist_ok=True)
        area = _Folder(folder)
        return cls(area, _Silent(), seed=seed, device=device, work=work, publish=area.publish)

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


class _Throttle:
    """Thins out reports to five a second; the newest always arrives, if need be a moment late.

    A method may say "fitting" right after another report and then compute for a minute. Dropping
    that message would show the wrong step for the whole minute, so a timer delivers it.
    """

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._lock = threading.Lock()
        self._last = float("-inf")
        self._held: tuple[float | None, str, dict[str, float]] | None = None
        self._timer: threading.Timer | None = None

    def progress(self, fraction: float | None, message: str, metrics: Mapping[str, float]) -> None:
        with self._lock:
            known = self._held[2] if self._held else {}
            self._held = (fraction, message, {**known, **metrics})
            wait = self._last + 1.0 / REPORTS_PER_SECOND - time.monotonic()
            if wait <= 0.0:
                self._send()
            elif self._timer is None:
                self._timer = threading.Timer(wait, self._late)
                self._timer.daemon = True
                self._timer.start()

    def event(self, type: str, data: Mapping[str, Any]) -> None:
        with self._lock:
            self._reporter.event(type, data)

    def close(self) -> None:
        with self._lock:
            timer = self._timer
            self._send()
        if timer is not None:
            timer.join()

    def _late(self) -> None:
        with self._lock:
            # A timer that was cancelled a moment too late finds another one, or none, in its place.
            if threading.current_thread() is self._timer:
                self._send()

    def _send(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._held is not None:
            fraction, message, metrics = self._held
            self._held = None
            self._last = time.monotonic()
            self._reporter.progress(fraction, message, metrics)


class _Silent:
    """The reporter of a plain call."""

    def progress(self, fraction: float | None, message: str, metrics: Mapping[str, float]) -> None:
        pass

    def event(self, type: str, data: Mapping[str, Any]) -> None:
        pass

    def cancelled(self) -> bool:
        return False

    def finishing(self) -> bool:
        return False

    def finished_early(self, artifact_id: str) -> None:
        pass


class _Folder:
    """The output folder of a plain call."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.published: list[tuple[Recipe, Result]] = []

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        return np.lib.format.open_memmap(self.path(f"{name}.npy"), "w+", np.dtype(dtype), shape)

    def write(self, name: str, array: NDArray[Any]) -> None:
        np.save(self.path(f"{name}.npy"), array)

    def path(self, filename: str) -> Path:
        return self._folder / filename

    def publish(self, recipe: Recipe, result: Result) -> str:
        self.published.append((recipe, result))
        return f"local-{len(self.published)}"


def _temporary_folder() -> Path:
    """A folder that lives until the interpreter ends, since results point into it."""
    folder = tempfile.mkdtemp(prefix="repscope-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
