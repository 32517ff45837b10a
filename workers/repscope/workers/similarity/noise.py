"""The covariance of noise, and distances in units of it (Walther et al., 2016)."""

from typing import Literal

import numpy as np

from repscope.core.errors import MethodFailed
from repscope.workers.numerics.arrays import F64, I64
from repscope.workers.similarity.conditions import means

Shrinkage = Literal["diagonal", "identity", "none"]


def covariance(residuals: F64, freedom: int, shrinkage: Shrinkage) -> tuple[F64, float]:
    """Estimate the covariance of noise.

    Args:
        residuals: (N, d) what is left of vectors without the mean of their condition.
        freedom: Degrees of freedom, N less the number of conditions.
        shrinkage: `diagonal` pulls correlations towards 0 (Schaefer and Strimmer, 2005), `identity`
            the whole towards one variance for all (Ledoit and Wolf, 2004), as much as is best for
            so few residuals; `none` keeps the estimate.

    Returns:
        (d, d), and how far it was pulled, 0 to 1.
    """
    count, width = residuals.shape
    sums = residuals.T @ residuals
    if shrinkage == "none":
        return sums / freedom, 0.0
    squares = np.square(residuals)
    quartic = squares.T @ squares
    if shrinkage == "identity":
        plain = sums / count
        error = float((quartic / count - np.square(plain)).sum()) / count
        variance = float(np.trace(plain)) / width
        spread = float(np.square(plain - variance * np.eye(width)).sum())
        pulled = min(error / spread, 1.0) if spread > 0.0 else 1.0
        target = variance * np.eye(width)
        return (pulled * target + (1.0 - pulled) * plain) * count / freedom, pulled
    found = sums / freedom
    variances = np.diagonal(found)
    scale = np.outer(variances, variances)
    correlations = sums / np.sqrt(scale) / (count - 1)
    doubts = count / freedom**2 * (quartic / scale / (count - 1) - np.square(correlations))
    apart = ~np.eye(width, dtype=bool)
    large = float(np.square(correlations[apart]).sum())
    pulled = float(np.clip(doubts[apart].sum() / large, 0.0, 1.0)) if large > 0.0 else 1.0
    return np.where(apart, 1.0 - pulled, 1.0) * found, pulled


def whitened(features: F64, codes: I64, shrinkage: Shrinkage) -> tuple[F64, float]:
    """Turn and scale vectors so that their noise is independent, with variance 1.

    Args:
        features: (N, d) vectors.
        codes: (N,) condition of each, from 0.
        shrinkage: Of the covariance of noise.

    Returns:
        (N, e) vectors, e <= d without features that are the same for all, and how far the
        covariance was pulled.

    Raises:
        MethodFailed: There are no repeats, or the noise has no inverse.
    """
    features = features[:, np.ptp(features, axis=0) > 0.0]
    conditions = int(codes.max()) + 1
    freedom = len(features) - conditions
    if freedom < 2 or features.shape[1] == 0:
        raise MethodFailed(
            "There is no noise to measure: conditions need more than one image, and features that "
            "vary."
        )
    residuals = features - means(features, codes, conditions)[codes]
    spread = np.square(residuals).sum(axis=0)
    if not (spread > 1e-20 * np.square(features).sum(axis=0)).all():
        raise MethodFailed(
            "Some features are the same in all repeats of every condition, so they have no noise "
            "to measure distances in; take another layer, or rdm/class_means."
        )
    noise, pulled = covariance(residuals, freedom, shrinkage)
    try:
        root = np.linalg.cholesky(noise)
    except np.linalg.LinAlgError:
        raise MethodFailed(
            f"{freedom:,} degrees of freedom are too few for the noise of {features.shape[1]:,} "
            "features; choose another shrinkage."
        ) from None
    return np.linalg.solve(root, features.T).T, pulled


def crossvalidated(features: F64, codes: I64, folds: I64) -> F64:
    """Return squared distances of conditions, each between independent parts of the data.

    For each fold, the difference of two conditions within it times their difference in all others;
    then the mean over folds. Noise of the two is independent, so that the value is 0 on average
    where conditions do not differ, and may be below.

    Args:
        features: (N, d) vectors with noise of variance 1.
        codes: (N,) condition of each, from 0.
        folds: (N,) fold of each, from 0; all conditions are in all folds.

    Returns:
        (k, k) symmetric, not divided by the number of features.
    """
    conditions, count = int(codes.max()) + 1, int(folds.max()) + 1
    found = np.zeros((conditions, conditions))
    for fold in range(count):
        inside = folds == fold
        ours = means(features[inside], codes[inside], conditions)
        theirs = means(features[~inside], codes[~inside], conditions)
        kernel = ours @ theirs.T
        own = np.diagonal(kernel)
        found += own + own[:, None] - kernel - kernel.T
    return found / count
