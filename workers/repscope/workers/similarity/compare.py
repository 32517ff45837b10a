"""How alike two dissimilarity matrices are: representational similarity analysis.

Kriegeskorte, Mur and Bandettini (2008); which measure when: Nili et al. (2014), Diedrichsen et al.
(2021) and Schuett et al. (2023). All take condensed matrices of the same images.
"""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.blocks import Progress, share
from repscope.workers.similarity.order import concordance
from repscope.workers.similarity.products import Product, whiten
from repscope.workers.similarity.ranks import ranks
from repscope.workers.similarity.square import images_of

Comparison = Literal[
    "spearman",
    "rho-a",
    "tau-a",
    "pearson",
    "cosine",
    "whitened-cosine",
    "whitened-correlation",
]

#: What the measures are, for forms.
COMPARISON = (
    "spearman: correlation of ranks; rho-a, tau-a: of ranks, without a reward for a model that "
    "predicts ties; pearson: of values; cosine: of values, from their zero; whitened: of values "
    "that share images and so vary together, weighted accordingly"
)

_F64 = NDArray[np.float64]


class Comparable:
    """A matrix made ready to be compared by one measure with any number of others."""

    def __init__(self, values: NDArray[Any], by: Comparison) -> None:
        """Rank, center and scale its values, once.

        Args:
            values: (pairs,) condensed matrix; two pairs at least.
            by: `spearman` and `pearson` correlate ranks or values; `cosine` does so without
                centering, for measures whose zero means something; `rho-a` and `tau-a` do not
                reward a model for predicting ties: `rho-a` is Spearman's correlation expected when
                they are broken by chance, `tau-a` the share of pairs in the same order less that in
                opposite order, of all; the whitened ones take into account that pairs which share
                an image vary together.
        """
        self.by = by
        self.count = len(values)
        if by == "tau-a":
            self._values: NDArray[Any] = np.asarray(values)
            return
        values, dual = _vectors(values, by)
        length = np.sqrt(max(float(values @ dual), 0.0))
        if by == "rho-a":  # as of ranks without ties
            length = np.sqrt((self.count**3 - self.count) / 12.0)
        # What is the same everywhere has no direction, and its products are no numbers.
        scale = 1.0 / length if length > 0.0 else np.nan
        self._values = values * scale
        self._dual = self._values if dual is values else dual * scale

    def to(self, other: "Comparable") -> float:
        """Return how alike this matrix and another are, -1 to 1.

        Not a number where one of them is the same everywhere, and the measure needs that it varies.

        Raises:
            ValueError: They are of other images, or are made ready for other measures.
        """
        if (self.by, self.count) != (other.by, other.count):
            raise ValueError(
                f"{self.count} pairs by {self.by} cannot be compared with {other.count} by "
                f"{other.by}."
            )
        if self.by == "tau-a":
            pairs = self.count * (self.count - 1) / 2
            return concordance(self._values, other._values) / pairs
        return float(self._values @ other._dual)


def comparables(
    rows: Sequence[NDArray[Any]], by: Comparison, progress: Progress | None = None
) -> list[Comparable]:
    """Make several matrices ready, as many at once as there are threads."""
    made: dict[int, Comparable] = {}

    def make(index: int) -> None:
        made[index] = Comparable(rows[index], by)

    share(make, range(len(rows)), len(rows), progress)
    return [made[index] for index in range(len(rows))]


def _vectors(values: NDArray[Any], by: Product) -> tuple[_F64, _F64]:
    """Return two forms of a matrix; one times the other is what the measure is made of."""
    if by in ("spearman", "rho-a"):
        found = ranks(values)
        found -= (len(values) + 1) / 2.0
        return found, found
    found = np.array(values, np.float64)
    if by in ("pearson", "whitened-correlation"):
        found -= found.mean()
    if by in ("pearson", "cosine"):
        return found, found
    images = images_of(len(values))
    if images is None:
        raise ValueError(f"{len(values)} is no number of pairs.")
    whitened = np.empty_like(found)
    whiten(found, np.ones(images), whitened)
    return found, whitened
