"""Parquet files, read by pyarrow in a confined process, some rows at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from repscope.workers.files.arrays import MOST_BYTES, Broken
from repscope.workers.files.confined import Confined
from repscope.workers.files.confined_file import ConfinedFile

MAGIC = b"PAR1"


@dataclass(frozen=True)
class Field:
    """A column of a file.

    Attributes:
        name: Its name.
        kind: What it can be used as; `bytes` are binaries, structs that hold `bytes` as Hugging
            Face writes images, and lists of bytes; `vector` is a list of numbers.
    """

    name: str
    kind: Literal["number", "text", "bytes", "vector", "other"]


#: Of a column: numbers (rows,), or one entry a row.
Values = NDArray[Any] | list[bytes] | list[str] | list[NDArray[Any]]


class Parquet(ConfinedFile):
    """An open file."""

    program = "repscope.workers.files.parquet_reader"
    patience = 120.0
    enough = "a Parquet file may take"

    def __init__(self, child: Confined, path: Path, name: str) -> None:
        """Read the schema of what `open` opened."""
        super().__init__(child, path, name)
        said = self._ask({"task": "open"})[0]
        #: Number of rows.
        self.rows: int = said["rows"]
        #: Its columns, in order.
        self.fields = [Field(**each) for each in said["columns"]]
        #: Names of classes by column, where Hugging Face's `datasets` wrote them.
        self.classes: dict[str, list[str]] = said["classes"]

    def read(self, columns: Sequence[Field], rows: int) -> Iterator[dict[str, Values]]:
        """Iterate over batches of rows.

        Args:
            columns: Which to read, in any order.
            rows: How many at a time.

        Yields:
            The values of each column by its name, all of one length.

        Raises:
            Broken: They cannot be read, or take too much.
        """
        kinds = {each.name: each.kind for each in columns}
        self._ask({"task": "read", "columns": list(kinds), "rows": rows})
        done = total = 0
        while True:
            said, raw = self._ask({"task": "next"})
            count = said["rows"]
            if count == 0:
                break
            done, total = done + count, total + len(raw)
            if total > MOST_BYTES or done > self.rows:
                raise Broken(f"{self._name} unpacks to more than its header says or may be read.")
            batch: dict[str, Values] = {}
            start = 0
            for name, size in zip(said["names"], said["sizes"], strict=True):
                piece = raw[start : start + size]
                batch[name] = _values(piece, kinds[name], count)
                start += size
            yield batch
        if done != self.rows:
            raise Broken(f"{self._name} says that it has {self.rows:,} rows, and has {done:,}.")


def _values(piece: bytes, kind: str, count: int) -> Values:
    """Read what `parquet_reader` wrote."""
    if kind == "number":
        return np.frombuffer(piece, np.float64, count)
    lengths = np.frombuffer(piece, np.int64, count)
    ends = np.cumsum(lengths)
    rest = piece[lengths.nbytes :]
    if kind == "vector":
        return np.split(np.frombuffer(rest, np.float64), ends[:-1])
    items = [rest[end - length : end] for length, end in zip(lengths, ends, strict=True)]
    return [item.decode("utf-8", "replace") for item in items] if kind == "text" else items
