"""The condensed form of a dissimilarity matrix: the half above the diagonal, row by row.

It is SciPy's form (`scipy.spatial.distance.squareform`): the value of images i < j of n stands at
i n - i (i + 1) / 2 + j - i - 1.
"""


def length(count: int) -> int:
    """Return the number of pairs of so many images."""
    return count * (count - 1) // 2


def offset(row: int, count: int) -> int:
    """Return where the pairs (row, row + 1), (row, row + 2), ... begin."""
    return row * count - row * (row + 1) // 2
