"""What a method reads and what it returns."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from repscope.core.errors import NotFound


class Readable(Protocol):
    """What a method may read of an input: a stored artifact, or the `Result` of a plain call."""

    @property
    def meta(self) -> dict[str, Any]:
        """The method's own description of its output."""

    @property
    def metrics(self) -> dict[str, float]:
        """Numbers measured while it was made."""

    @property
    def array_names(self) -> list[str]:
        """Names of all arrays."""

    def array(self, name: str) -> NDArray[Any]:
        """The array of that name, read-only when it lies on disk."""

    def file(self, name: str) -> Path:
        """The path of a file such as `weights.safetensors`."""


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

    @property
    def array_names(self) -> list[str]:
        """Names of all arrays."""
        return list(self.arrays)

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
