"""MATLAB files up to version 7, read by SciPy in a confined process."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from repscope.workers.files.confined import Confined
from repscope.workers.files.confined_file import ConfinedFile

#: What files of MATLAB 5 to 7.3 begin with.
MAGIC = b"MATLAB "


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


class Mat(ConfinedFile):
    """An open file."""

    program = "repscope.workers.files.mat_reader"
    patience = 60.0
    enough = "a MATLAB file may take"

    def __init__(self, child: Confined, path: Path, name: str) -> None:
        """Read what is in the file that `open` opened."""
        super().__init__(child, path, name)
        #: Its arrays, in order.
        self.entries = [
            Entry(**{**each, "place": tuple(each["place"]), "shape": tuple(each["shape"])})
            for each in self._ask({"task": "open"})[0]["entries"]
        ]

    def read(self, entry: Entry) -> NDArray[np.float64]:
        """Return an array.

        Raises:
            Broken: It cannot be read, or takes too much.
        """
        raw = self._ask({"task": "read", "entry": self.entries.index(entry)})[1]
        return np.frombuffer(raw, np.float64).reshape(entry.shape)
