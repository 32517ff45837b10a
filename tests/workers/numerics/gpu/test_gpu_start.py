import numpy as np
import pytest

from repscope.workers.numerics import start as engine
from repscope.workers.numerics.gpu.start import pca_start
from tests.workers.numerics.mixtures import mixture


@pytest.mark.parametrize(("n", "d", "dimensions"), [(500, 20, 3), (40, 2, 3), (3, 8, 2)])
def test_equals_that_of_the_cpu(n: int, d: int, dimensions: int) -> None:
    features = mixture(n, d) + 100
    ours = pca_start(features, dimensions, device="cpu")
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, engine.pca_start(features, dimensions), atol=1e-5)


def test_wide_features_equal_those_of_the_cpu() -> None:
    features = mixture(30, 5000)
    ours = pca_start(features, 2, device="cpu")
    np.testing.assert_array_equal(ours, engine.pca_start(features, 2))
