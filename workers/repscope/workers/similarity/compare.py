"""How alike two dissimilarity matrices are: representational similarity analysis.

Kriegeskorte, Mur and Bandettini (2008); which measure when: Nili et al. (2014) and Schuett et al.
(2023). All take condensed matrices of the same images.
"""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from repscope.workers.similarity.order import concordance

Comparison = Literal["spearman", "rho-a", "tau-a", "pearson", "cosine"]

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
                opposite order, of all.
        """
        self.by = by
        self.count = len(values)
        if by == "tau-a":
            self._values: _F64 = np.asarray(values, np.float64)
            return
        ranked = by in ("spearman", "rho-a")
        numbers = rankdata(values) if ranked else np.asarray(values, np.float64)
        if by != "cosine":
            numbers = numbers - numbers.mean()
        # Ranks without ties have this length; rho-a keeps it, whatever is tied.
        length = np.sqrt((self.count**3 - self.count) / 12.0)
        if by != "rho-a":
            length = np.linalg.norm(numbers)
        self._values = numbers / length if length > 0.0 else np.full(self.count, np.nan)

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
        return float(self._values @ other._values)
