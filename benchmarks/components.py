"""The leading principal components of wide features against SciPy's and scikit-learn's.

    python -m benchmarks.components [--only NAME]

Each figure is named components_ROWSxWIDTH. With one thread, as a worker computes them.
"""

from functools import partial
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from threadpoolctl import threadpool_limits

from benchmarks.harness import Features, arguments, compare
from repscope.workers.numerics.components import principal_components

AXES = 2


def ours(features: Features) -> Features:
    """Finds the axes as a map does, float64 of shape (width, 2)."""
    return principal_components(features, features.mean(axis=0, dtype=np.float64), AXES).axes


def with_scipy(features: Features) -> Features:
    """Decomposes the covariance matrix with LAPACK, for the largest eigenvalues alone."""
    from scipy.linalg import eigh

    centered = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)
    covariance = centered.T @ centered
    last = len(covariance) - 1
    vectors: Features = eigh(covariance, subset_by_index=[last - AXES + 1, last])[1][:, ::-1]
    return vectors


def with_scikit_learn(features: Features) -> Features:
    """Fits its PCA exactly."""
    from sklearn.decomposition import PCA

    fitted = PCA(AXES, svd_solver="full").fit(features.astype(np.float64))
    axes: Features = fitted.components_.T
    return axes


def main() -> None:
    """Prints one line for each width and peer."""
    options = arguments(__doc__)
    images = load_digits().data.reshape(-1, 8, 8)
    for enlarged, channels in ((4, 1), (4, 3)):
        pixels = np.kron(images, np.ones((enlarged, enlarged)))
        features = np.repeat(pixels.reshape(len(images), -1), channels, axis=1).astype(np.float32)
        figure = f"components_{features.shape[0]}x{features.shape[1]}"
        if options.only not in figure:
            continue
        expected = with_scipy(features)

        def judge(found: Any, expected: Features = expected) -> dict[str, float]:
            return {"cosine": float(np.abs((found * expected).sum(axis=0)).min())}

        for peer, find in (("SciPy", with_scipy), ("scikit-learn", with_scikit_learn)):
            with threadpool_limits(1):
                compare(
                    figure,
                    peer,
                    partial(ours, features),
                    partial(find, features),
                    n=len(features),
                    judge=judge,
                )


if __name__ == "__main__":
    main()
