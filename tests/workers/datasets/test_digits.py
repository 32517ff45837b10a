import numpy as np
from sklearn.datasets import load_digits

from tests.workers.making import make


def test_they_are_scikit_learns() -> None:
    ours, reference = make("dataset", "digits"), load_digits()
    images = ours.array("images")
    assert images.shape == (1797, 8, 8, 1)
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(ours.array("labels"), reference.target)
    exact = reference.images * (255.0 / 16.0)
    np.testing.assert_allclose(images[..., 0], exact, atol=0.5)  # rounded to whole levels
    assert len(np.unique(images)) == 17


def test_meta_describes_them() -> None:
    meta = make("dataset", "digits").meta
    assert (meta["count"], meta["height"], meta["width"], meta["channels"]) == (1797, 8, 8, 1)
    assert meta["classes"] == list("0123456789")
    (label,) = meta["columns"]
    assert (label["name"], label["array"], label["type"]) == ("label", "labels", "category")
