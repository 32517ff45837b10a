"""Principal components against scikit-learn, and their model against the normal distribution."""

import numpy as np
import torch
from scipy.stats import multivariate_normal
from sklearn.decomposition import PCA

from repscope.workers.numerics.linear_model import LinearModel

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(200, 6)) @ np.diag([4.0, 3.0, 2.0, 0.7, 0.5, 0.3]) + 1.0


def test_the_projection_is_that_of_pca() -> None:
    theirs = PCA(2).fit(ROWS)
    expected = theirs.inverse_transform(theirs.transform(ROWS))
    ours = LinearModel(torch.from_numpy(ROWS), 2).project(torch.from_numpy(ROWS))
    np.testing.assert_allclose(ours.numpy(), expected, atol=1e-9)


def test_the_surprise_is_that_of_the_normal_distribution_with_unit_noise() -> None:
    """Of four components the last has less variance than the noise, and explains nothing."""
    values, vectors = np.linalg.eigh(np.cov(ROWS.T))
    spread = np.where(np.arange(6) >= 2, np.maximum(values, 1.0), 1.0)
    normal = multivariate_normal(ROWS.mean(axis=0), vectors @ np.diag(spread) @ vectors.T)
    expected = -normal.logpdf(ROWS) - 3.0 * np.log(2.0 * np.pi)
    ours = LinearModel(torch.from_numpy(ROWS), 4).surprise(torch.from_numpy(ROWS))
    np.testing.assert_allclose(ours.numpy(), expected, atol=1e-9)
