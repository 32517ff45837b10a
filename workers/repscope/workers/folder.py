"""Where an output is written: a folder of the store, or one of a plain call."""

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from repscope.core.recipes import Recipe
from repscope.workers.result import Result


class Area(Protocol):
    """The folder that an output is written to (the store's `Staging`)."""

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """A new writable array on disk."""

    def write(self, name: str, array: NDArray[Any]) -> None:
        """Write a whole array at once."""

    def path(self, filename: str) -> Path:
        """Where a file of that name belongs."""


class PlainFolder:
    """The output folder of a plain call."""

    def __init__(self, folder: Path) -> None:
        """Write into `folder`."""
        self._folder = folder
        self.published: list[tuple[Recipe, Result]] = []

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Open a writable array on disk."""
        return np.lib.format.open_memmap(self.path(f"{name}.npy"), "w+", np.dtype(dtype), shape)

    def write(self, name: str, array: NDArray[Any]) -> None:
        """Write a whole array."""
        np.save(self.path(f"{name}.npy"), array)

    def path(self, filename: str) -> Path:
        """Return the place of a file."""
        return self._folder / filename

    def publish(self, recipe: Recipe, result: Result) -> str:
        """Keep what a method published beside its result."""
        self.published.append((recipe, result))
        return f"local-{len(self.published)}"


def temporary_folder() -> Path:
    """A folder that lives until the interpreter ends, since results point into it."""
    folder = tempfile.mkdtemp(prefix="repscope-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
