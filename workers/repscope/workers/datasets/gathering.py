"""Some rows of a dataset: each array that has an entry an image, cut down to them.

Three kinds of arrays occur. Most have one entry an image: pixels, labels, columns, masks. Texts and
images of mixed sizes lie end to end in one array of bytes, and another says where each begins.
Whatever else there is belongs to the dataset as a whole and is taken over.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.context import Context, Readable

_OFFSETS = "offsets"
#: Bytes that are copied at a time.
_PIECE = 2**25


def gather(
    context: Context, dataset: Readable, rows: NDArray[np.int64], progress: Callable[[float], None]
) -> dict[str, NDArray[Any]]:
    """Copy some rows of every array of a dataset.

    Args:
        context: Where large arrays are written to.
        dataset: Has `meta["count"]` rows.
        rows: Rows to copy, in ascending order.
        progress: Called with the share of the work that is done.

    Returns:
        The arrays under their names, without those that say where the dataset itself comes from.
    """
    count = int(dataset.meta["count"])
    names = [name for name in dataset.array_names if name not in ("rows", "parent_rows")]
    ends = {data: name for name in names if (data := _data_of(name, names)) is not None}
    found: dict[str, NDArray[Any]] = {}
    work = [name for name in names if name not in ends.values()]
    total = sum(dataset.array(name).nbytes for name in work) or 1
    done = 0
    for name in work:
        array = dataset.array(name)

        def part(share: float, before: int = done, size: int = array.nbytes) -> None:
            progress((before + share * size) / total)

        if name in ends:
            offsets = np.asarray(dataset.array(ends[name]))
            found[name], found[ends[name]] = _ragged(context, name, array, offsets, rows, part)
        elif array.ndim and len(array) == count:
            found[name] = _entries(context, name, array, rows, part)
        else:
            found[name] = np.array(array)
        done += array.nbytes
    return found


def _data_of(name: str, names: list[str]) -> str | None:
    """Return which array `name` cuts into pieces: `files` for `file_offsets`, for instance."""
    if name == _OFFSETS:
        return "bytes" if "bytes" in names else None
    stem = name.removesuffix(f"_{_OFFSETS}")
    if stem == name:
        return None
    return next((each for each in (stem, f"{stem}s") if each in names), None)


def _entries(
    context: Context,
    name: str,
    array: NDArray[Any],
    rows: NDArray[np.int64],
    progress: Callable[[float], None],
) -> NDArray[Any]:
    copied = _new(context, name, (len(rows), *array.shape[1:]), array.dtype)
    step = max(1, _PIECE // max(1, array[:1].nbytes))
    for start in range(0, len(rows), step):
        progress(start / len(rows))
        copied[start : start + step] = array[rows[start : start + step]]
    return copied


def _ragged(
    context: Context,
    name: str,
    array: NDArray[Any],
    offsets: NDArray[np.int64],
    rows: NDArray[np.int64],
    progress: Callable[[float], None],
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    sizes = np.diff(offsets)[rows]
    ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    copied = _new(context, name, (int(ends[-1]),), array.dtype)
    for number, row in enumerate(rows):
        if number % 1024 == 0:
            progress(number / len(rows))
        copied[ends[number] : ends[number + 1]] = array[offsets[row] : offsets[row + 1]]
    return copied, ends


def _new(context: Context, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    # What is small is written when the method ends, and what is empty cannot be mapped.
    if int(np.prod(shape)) * dtype.itemsize < _PIECE:
        return np.empty(shape, dtype)
    return context.array(name, shape, dtype)
