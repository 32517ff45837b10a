"""How alike two dissimilarity matrices are: representational similarity analysis.

Kriegeskorte, Mur and Bandettini (2008); which measure when: Nili et al. (2014), Diedrichsen et al.
(2021) and Schuett et al. (2023). All take condensed matrices of the same images.
"""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from repscope.workers.similarity.order import concordance
from repscope.workers.similarity.products import Products
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
            self._values: _F64 = np.asarray(values, np.float64)
            return
        images = images_of(self.count)
        if images is None:
            raise ValueError(f"{self.count} is no number of pairs.")
        products = Products([values], by, images)
        (values,), (dual,) = products.vectors()
        limit = products.limit()
        length = np.sqrt(max(float(values @ dual), 0.0) if limit is None else limit)
        # What is the same everywhere has no direction, and its products are no numbers.
        scale = 1.0 / length if length > 0.0 else np.nan
        self._values, self._dual = values * scale, dual * scale

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
