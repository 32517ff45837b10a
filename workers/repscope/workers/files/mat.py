"""MATLAB files up to version 7, read by SciPy in a confined process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from repscope.workers.files.arrays import Broken
from repscope.workers.files.confined import Confined, Overtaxed

#: What files of MATLAB 5 to 7.3 begin with.
MAGIC = b"MATLAB "
_PROGRAM = "repscope.workers.files.mat_reader"
#: Seconds for one array.
_PATIENCE = 60.0


@dataclass(frozen=True)
class Entry:
    """An array of numbers in a file.

    Attributes:
        variable: Name of the variable.
        field: Field of the structures in it, empty where the variable is the array itself.
        name: What the structure calls itself in its field `name`; else empty.
        place: Index of the structure in the variable.
        shape: Of the array.
    """

    variable: str
    field: str
    name: str
    place: tuple[int, ...]
    shape: tuple[int, ...]


class Mat:
    """An open file."""

    def __init__(self, child: Confined, name: str) -> None:
        """Read what is in the file that `open` opened."""
        self._child = child
        self._name = name
        #: Its arrays, in order.
        self.entries = [
            Entry(**{**each, "place": tuple(each["place"]), "shape": tuple(each["shape"])})
            for each in self._ask({"task": "open"})[0]["entries"]
        ]

    @classmethod
    @contextmanager
    def open(cls, path: Path, name: str) -> Iterator[Self]:
        """Open a file.

        Args:
            path: The file.
            name: What it is called in a sentence.

        Raises:
            Broken: It is no MATLAB file up to version 7, or a hostile one.
        """
        with path.open("rb") as file:
            descriptor = file.fileno()
            with Confined(
                _PROGRAM, patience=_PATIENCE, arguments=[str(descriptor)], keep=[descriptor]
            ) as child:
                yield cls(child, name)

    def read(self, entry: Entry) -> NDArray[np.float64]:
        """Return an array.

        Raises:
            Broken: It cannot be read, or takes too much.
        """
        raw = self._ask({"task": "read", "entry": self.entries.index(entry)})[1]
        return np.frombuffer(raw, np.float64).reshape(entry.shape)

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        try:
            said, raw = self._child.ask(request)
        except Overtaxed:
            raise Broken(
                f"{self._name} took more memory or time than a MATLAB file may take."
            ) from None
        if "broken" in said:
            raise Broken(f"{self._name} {said['broken']}.")
        return said, raw
