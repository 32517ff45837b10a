import numpy as np
import pytest

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Result
from repscope.workers.encoders.base import load
from tests.workers.making import make

PARAMS = {"k": 10, "patch_size": 4, "patches": 2000}


@pytest.fixture(scope="module")
def shapes() -> Result:
    return make("dataset", "shapes", {"count": 60, "image_size": 16})


def test_features_are_those_of_the_paper_patch_by_patch(shapes: Result) -> None:
    encoder = make("encoder", "patch_kmeans", PARAMS, dataset=shapes)
    mean, whitening, centers = (encoder.array(name) for name in ("mean", "whitening", "centers"))
    image = np.asarray(shapes.array("images"))[0]
    triangle, nearest = np.zeros((2, 2, 10)), np.zeros((2, 2, 10))
    for row in range(13):
        for column in range(13):
            patch = (
                image[row : row + 4, column : column + 4].transpose(2, 0, 1).ravel().astype(float)
            )
            patch = (patch - patch.mean()) / np.sqrt(patch.var(ddof=1) + 10.0)
            z = np.linalg.norm((patch - mean) @ whitening - centers, axis=1)
            triangle[row // 6 if row < 12 else 1, column // 6 if column < 12 else 1] += np.maximum(
                0.0, z.mean() - z
            )
            nearest[row // 6 if row < 12 else 1, column // 6 if column < 12 else 1, z.argmin()] += 1
    found = load(encoder).encode(image[None], ["triangle", "nearest"])
    np.testing.assert_allclose(found["triangle"][0], triangle.ravel(), rtol=1e-3, atol=1e-2)
    assert np.abs(found["nearest"][0] - nearest.ravel()).sum() <= 2  # ties of flat patches


def test_whitened_patches_are_uncorrelated(shapes: Result) -> None:
    encoder = make("encoder", "patch_kmeans", PARAMS, dataset=shapes)
    whitening = encoder.array("whitening").astype(float)
    np.testing.assert_allclose(whitening, whitening.T, atol=1e-5)
    # W (C + 0.1) W = 1, so C follows from W; it has to be a covariance.
    covariance = np.linalg.inv(whitening @ whitening) - 0.1 * np.eye(len(whitening))
    assert np.linalg.eigvalsh(covariance).min() > -1e-3
    assert encoder.array("filters").shape == (10, 4, 4, 3)


def test_a_patch_as_large_as_the_image_is_refused(shapes: Result) -> None:
    with pytest.raises(InvalidRecipe, match="has to be smaller than the image of 16"):
        make("encoder", "patch_kmeans", {"patch_size": 16}, dataset=shapes)


def test_patches_of_small_images_are_half_as_large_as_they_are() -> None:
    digits = make("dataset", "digits")
    encoder = make("encoder", "patch_kmeans", {"k": 3, "patches": 100}, dataset=digits)
    assert encoder.array("filters").shape == (3, 4, 4, 1)
