import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.feature import hog

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.base import load
from tests.workers.making import make

SHAPES = make("dataset", "shapes", {"count": 12, "image_size": 32})


@pytest.mark.parametrize(("cell", "orientations"), [(4, 9), (8, 6), (5, 7)])
def test_it_is_that_of_scikit_image(cell: int, orientations: int) -> None:
    params = {"cell": cell, "orientations": orientations}
    model = load(make("encoder", "hog", params, dataset=SHAPES))
    # Smooth, but not flat: where two channels change alike, which of them counts is rounding.
    smooth = gaussian_filter(np.random.default_rng(1).normal(size=(6, 32, 32, 3)), (0, 1, 1, 0))
    images = np.clip(128 + 200 * smooth, 0, 255).astype(np.uint8)
    found = model.encode(images, ["blocks"])["blocks"]
    for image, blocks in zip(images, found, strict=True):
        expected = hog(image / 255.0, orientations, (cell, cell), (2, 2), "L2-Hys", channel_axis=-1)
        close = np.isclose(blocks, expected, atol=2e-3)
        assert close.mean() > 0.99
        assert np.corrcoef(blocks, expected)[0, 1] > 0.999


def test_brightness_and_contrast_do_not_count() -> None:
    model = load(make("encoder", "hog", dataset=SHAPES))
    image = np.asarray(SHAPES.array("images"))[:1] // 2
    brighter = image + 60
    one, other = (model.encode(each, ["blocks"])["blocks"] for each in (image, brighter))
    np.testing.assert_allclose(one, other, atol=1e-4)


def test_cells_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InvalidRecipe, match="does not fit into an image of 32"):
        make("encoder", "hog", {"cell": 20}, dataset=SHAPES)
