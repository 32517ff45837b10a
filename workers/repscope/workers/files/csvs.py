"""Tables as text: numbers and words in lines, apart by commas, semicolons or tabs."""

import csv
import math
from array import array
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO

import numpy as np

from repscope.workers.files.arrays import Broken, Tell
from repscope.workers.files.matrix import Matrix, is_feature

#: Bytes of one line, columns, rows, and characters of all texts together.
_LONGEST_LINE = 2**22
_MOST_COLUMNS = 20_000
_MOST_ROWS = 10_000_000
_MOST_TEXT = 2**28
_DELIMITERS = ",;\t"
_TOLD = 1000


def read_csv(path: Path, place: Path, name: str, tell: Tell) -> Matrix:
    """Read a table whose numbers are vectors.

    The first line is a header when a column has a word there and a number below, when it has no
    numbers at all, or when its numbers count 0, 1, 2, ... What the first row has as a number is a
    column of numbers. Of these, all are features but those that a header calls otherwise; see
    `is_feature`.

    Args:
        path: The file.
        place: Where a scratch file may lie.
        name: What the file is called in a sentence.
        tell: Told of progress.

    Raises:
        Broken: It is no such table; the message names the line.
    """
    size = path.stat().st_size
    with path.open("rb") as file, place.open("w+b") as sink:
        place.unlink()  # nobody has to remove it, whatever happens
        lines = _Lines(file, name)
        try:
            return _read(lines, sink, name, lambda: tell(file.tell() / size))
        except csv.Error as error:
            raise Broken(f"{name} cannot be read at line {lines.number}: {error}.") from None


class _Lines:
    """The lines of a file as text, none of them endless."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.number = 0
        self._file = file
        self._name = name

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(_LONGEST_LINE + 1):
            self.number += 1
            if len(line) > _LONGEST_LINE:
                raise Broken(f"{self._name} has a line {self.number} of more than 4 MiB.")
            try:
                yield line.decode("utf-8-sig" if self.number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise Broken(
                    f"{self._name} is no text in UTF-8 at line {self.number}; save the table as "
                    "CSV in UTF-8."
                ) from None


def _read(lines: _Lines, sink: IO[bytes], name: str, told: Callable[[], None]) -> Matrix:
    rows = _rows(lines)
    given = list(islice(rows, 2))
    if not given:
        raise Broken(f"{name} is an empty table.")
    first = given[0][1]
    header = _is_header(first, given[1][1] if len(given) > 1 else None)
    names = first if header else [str(number) for number in range(1, len(first) + 1)]
    if header:
        del given[0]
    if not given:
        raise Broken(f"{name} has a header and no rows below it.")
    if len(names) > _MOST_COLUMNS:
        raise Broken(f"{name} has {len(names):,} columns; {_MOST_COLUMNS:,} are read at most.")
    layout, count = _Layout(names, given[0][1], header, name), 0
    for line, row in chain(given, rows):
        if len(row) != len(names):
            raise Broken(
                f"{name} has {len(row):,} values in line {line}, where the first line has "
                f"{len(names):,}."
            )
        sink.write(layout.take(row, line))
        count += 1
        if count > _MOST_ROWS:
            raise Broken(f"{name} has more than {_MOST_ROWS:,} rows.")
        if count % _TOLD == 0:
            told()
    return layout.matrix(sink, count)


def _rows(lines: _Lines) -> Iterator[tuple[int, list[str]]]:
    """Split lines; empty ones say nothing. Yields the number of a line and its cells."""
    texts = iter(lines)
    first = next(texts, "")
    delimiter = max(_DELIMITERS, key=first.count)
    for row in csv.reader(chain([first], texts), delimiter=delimiter, strict=True):
        if row:
            yield lines.number, [cell.strip() for cell in row]


def _is_header(first: list[str], second: list[str] | None) -> bool:
    numbers = [_is_number(cell) for cell in first]
    below = [_is_number(cell) for cell in second or first]
    counted = len(first) > 1 and first == [str(number) for number in range(len(first))]
    worded = any(not a and b for a, b in zip(numbers, below, strict=False))
    return counted or worded or not any(numbers)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


class _Layout:
    """Which columns are features, further numbers and texts."""

    def __init__(self, names: list[str], row: list[str], header: bool, name: str) -> None:
        self._names = names
        self._name = name
        # A row that is too long is refused when it is taken.
        numbers = [i for i, cell in enumerate(row[: len(names)]) if _is_number(cell)]
        self._features = [i for i in numbers if not header or is_feature(names[i])]
        if not self._features:
            raise Broken(f"{name} has no column of numbers to be a feature.")
        self._order = self._features + [i for i in numbers if i not in set(self._features)]
        known = set(numbers)
        self._texts: dict[int, list[str]] = {i: [] for i in range(len(names)) if i not in known}
        self._length = 0

    def take(self, row: list[str], line: int) -> bytes:
        """Return the numbers of a row, and keep its texts."""
        try:
            values = [float(row[i]) for i in self._order]
        except ValueError:
            values = [self._number(row[i], i, line) for i in self._order]
        if not math.isfinite(sum(values)):
            for index, value in zip(self._features, values, strict=False):
                if not math.isfinite(value):
                    raise self._wrong(row[index], index, line, "no finite number")
        for index, texts in self._texts.items():
            self._length += len(row[index])
            texts.append(row[index])
        if self._length > _MOST_TEXT:
            raise Broken(f"{self._name} has more text beside its numbers than is read.")
        return array("d", values).tobytes()

    def matrix(self, sink: IO[bytes], count: int) -> Matrix:
        """Map what was written."""
        sink.flush()
        whole = np.memmap(sink, np.float64, "r", 0, (count, len(self._order)))
        width = len(self._features)
        further = {
            self._names[i]: np.array(whole[:, width + place])
            for place, i in enumerate(self._order[width:])
        }
        texts = {self._names[i]: texts for i, texts in self._texts.items()}
        return Matrix({"vectors": whole[:, :width]}, {**further, **texts})

    def _number(self, cell: str, index: int, line: int) -> float:
        """Return a number; a further column may leave it out."""
        if cell == "" and index not in self._features:
            return math.nan
        if not _is_number(cell):
            raise self._wrong(cell, index, line, "no number")
        return float(cell)

    def _wrong(self, cell: str, index: int, line: int, what: str) -> Broken:
        return Broken(
            f"{self._name} has {cell[:40]!r} in line {line}, column {self._names[index][:40]!r}, "
            f"which is {what}."
        )
