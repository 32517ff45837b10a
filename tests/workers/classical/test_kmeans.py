import numpy as np
import pytest
from scipy.spatial.distance import cdist

from repscope.core.errors import MethodFailed
from repscope.workers.encoders.base import load
from tests.workers.making import make

DIGITS = make("dataset", "digits")


def test_each_image_is_told_by_its_distances_to_the_centers() -> None:
    encoder = make("encoder", "kmeans", {"k": 12}, dataset=DIGITS)
    model = load(encoder)
    images = np.asarray(DIGITS.array("images"))[:100]
    codes = model.encode(images, ["distances", "nearest"])
    expected = cdist(images.reshape(100, -1) / 255.0, encoder.array("centers"))
    np.testing.assert_allclose(codes["distances"], expected, atol=1e-4)
    np.testing.assert_array_equal(codes["nearest"].argmax(axis=1), expected.argmin(axis=1))
    np.testing.assert_array_equal(codes["nearest"].sum(axis=1), 1.0)
    for layer in codes:
        decoded = model.decode(codes[layer], layer)  # type: ignore[attr-defined]
        nearest = encoder.array("centers")[expected.argmin(axis=1)]
        assert np.abs(decoded.reshape(100, -1) - 255.0 * nearest).max() <= 0.5 + 1e-3


def test_centers_are_the_means_of_what_is_nearest_to_them() -> None:
    encoder = make("encoder", "kmeans", {"k": 5}, dataset=DIGITS)
    pixels = np.asarray(DIGITS.array("images")).reshape(1797, -1) / 255.0
    learned = np.delete(pixels, encoder.array("held_out"), axis=0)
    nearest = cdist(learned, encoder.array("centers")).argmin(axis=1)
    means = np.stack([learned[nearest == center].mean(axis=0) for center in range(5)])
    np.testing.assert_allclose(encoder.array("centers"), means, atol=5e-3)


def test_more_centers_than_images_are_refused() -> None:
    few = make("dataset", "shapes", {"count": 20})
    with pytest.raises(MethodFailed, match="64 centers need at least 64 images"):
        make("encoder", "kmeans", dataset=few)
