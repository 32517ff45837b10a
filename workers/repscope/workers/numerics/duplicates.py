"""Groups of images that are nearly the same."""

import hashlib
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.arrays import F32, I64

#: Directions in which candidates are told apart, and rows that these directions are taken from.
_DIRECTIONS, _SAMPLE = 8, 1000
#: Rows that are compared at a time.
_BLOCK = 2048


def near_duplicates(
    pixels: NDArray[np.uint8], threshold: float, progress: Callable[[float], None]
) -> I64:
    """Find images that are nearly the same.

    Two are linked when their pixels, each image's mean taken off, have a cosine of at least
    `threshold`, or are equal; a group is what a chain of links joins. Exact: candidates come from
    a tree over the first principal directions, in which linked images can only lie nearer to each
    other than over all, and each pair is then compared in full.

    Args:
        pixels: (rows, numbers).
        threshold: Cosine, from -1 to 1; at 1 only equal images are linked.
        progress: Called with the share of rows that were compared.

    Returns:
        (rows,) the first row of each row's group.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    first = _equal(pixels)
    unique = np.flatnonzero(first == np.arange(len(first)))
    if threshold < 1.0 and len(unique) > 1:
        directions = _directions(pixels[unique[:: max(1, len(unique) // _SAMPLE)]])
        placed = np.concatenate([units @ directions for units in _units(pixels, unique)])
        varied = np.concatenate([units.any(axis=1) for units in _units(pixels, unique)])
        rows, placed = unique[varied], placed[varied]
        tree = cKDTree(placed)
        radius = np.sqrt(2.0 - 2.0 * threshold) * (1.0 + 1e-5) + 1e-5
        for start in range(0, len(rows), _BLOCK):
            progress(start / len(rows))
            stop = min(start + _BLOCK, len(rows))
            near = tree.query_ball_point(placed[start:stop], radius)
            left = np.repeat(np.arange(start, stop), [len(each) for each in near])
            right = np.concatenate([np.asarray(each, np.int64) for each in near])
            ahead = right > left
            linked = _alike(pixels, rows[left[ahead]], rows[right[ahead]], threshold)
            a, b = first[rows[left[ahead][linked]]], first[rows[right[ahead][linked]]]
            if len(a):
                # Groups are joined as they are found, so that links need not be kept.
                graph = coo_array((np.ones(len(a), bool), (a, b)), (len(first), len(first)))
                _, label = connected_components(graph, directed=False)
                smallest = np.full(label.max() + 1, len(first))
                np.minimum.at(smallest, label, np.arange(len(first)))
                first = smallest[label[first]]
    return first


def _equal(pixels: NDArray[np.uint8]) -> I64:
    """Return for each row the first that is equal to it."""
    seen: dict[bytes, int] = {}
    return np.array(
        [
            seen.setdefault(hashlib.blake2b(row.tobytes(), digest_size=16).digest(), number)
            for number, row in enumerate(pixels)
        ],
        np.int64,
    )


def _unit(pixels: NDArray[np.uint8]) -> F32:
    """Take the mean off each row and bring it to length 1; rows of one value become 0."""
    plain = pixels.astype(np.float32)
    plain -= plain.mean(axis=1, keepdims=True)
    length = np.linalg.norm(plain, axis=1, keepdims=True)
    # A row of one value leaves rounding alone.
    flat = length < 1e-3 * np.sqrt(plain.shape[1])
    return np.divide(plain, length, out=np.zeros_like(plain), where=~flat)


def _units(pixels: NDArray[np.uint8], rows: I64) -> Iterator[F32]:
    for start in range(0, len(rows), _BLOCK):
        yield _unit(pixels[rows[start : start + _BLOCK]])


def _directions(pixels: NDArray[np.uint8]) -> F32:
    units = _unit(pixels)
    units -= units.mean(axis=0)
    _, _, directions = np.linalg.svd(units, full_matrices=False)
    return np.ascontiguousarray(directions[:_DIRECTIONS].T)


def _alike(pixels: NDArray[np.uint8], a: I64, b: I64, threshold: float) -> NDArray[np.bool_]:
    found = np.zeros(len(a), bool)
    for start in range(0, len(a), _BLOCK):
        some = slice(start, start + _BLOCK)
        cosine = np.einsum("ij,ij->i", _unit(pixels[a[some]]), _unit(pixels[b[some]]))
        found[some] = cosine >= threshold - 1e-6  # rounding
    return found
