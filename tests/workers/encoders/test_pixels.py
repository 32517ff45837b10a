"""The baseline: pixels in a row, of large images fewer."""

import numpy as np

from repscope.workers.encoders.base import load
from repscope.workers.encoders.pixels import Pixels
from tests.workers.making import make


def test_pixels_are_the_image_in_a_row() -> None:
    artifact = make("encoder", "pixels")
    encoder = load(artifact)
    images = np.random.default_rng(0).integers(0, 256, (5, 4, 6, 3), dtype=np.uint8)
    features = encoder.encode(images, ["pixels"])["pixels"]
    assert features.dtype == np.float32
    np.testing.assert_array_equal(features, (images.reshape(5, -1) / 255.0).astype(np.float32))
    assert artifact.meta["layers"] == [{"name": "pixels", "width": None}]


def test_large_images_and_mixed_ones_become_squares() -> None:
    assert Pixels().square((64, 48)) is None
    assert Pixels().square((28, 65)) == Pixels().square(None) == 64
