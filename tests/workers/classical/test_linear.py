"""PCA, ICA and random projections: one matrix there and one back."""

import numpy as np
import pytest
from numpy.typing import NDArray

from repscope.core.images import images_of
from repscope.workers.context import Result
from repscope.workers.encoders.base import load
from tests.workers.making import make


@pytest.fixture(scope="module")
def shapes() -> Result:
    return make("dataset", "shapes", {"count": 200, "image_size": 16}, seed=2)


def learned_from(dataset: Result, encoder: Result) -> NDArray[np.float64]:
    """Pixels of the images that are not held out."""
    images = np.asarray(dataset.array("images"))
    kept = np.delete(np.arange(len(images)), encoder.array("held_out"))
    return images[kept].reshape(len(kept), -1) / 255.0


def test_principal_components_are_those_of_a_singular_value_decomposition(shapes: Result) -> None:
    encoder = make("encoder", "pca", {"components": 20}, dataset=shapes)
    pixels = learned_from(shapes, encoder)
    assert len(pixels) == 180
    centered = pixels - pixels.mean(axis=0)
    _, values, directions = np.linalg.svd(centered, full_matrices=False)
    overlap = np.abs(encoder.array("decode") @ directions[:20].T)
    np.testing.assert_allclose(overlap, np.eye(20), atol=2e-3)
    share = values**2 / (values**2).sum()
    np.testing.assert_allclose(encoder.array("explained_variance"), share[:20], rtol=1e-4)

    model = load(encoder)
    codes = model.encode(np.asarray(shapes.array("images")), ["components", "whitened"])
    kept = np.delete(np.arange(200), encoder.array("held_out"))
    np.testing.assert_allclose(codes["whitened"][kept].std(axis=0, ddof=1), 1.0, rtol=1e-3)
    np.testing.assert_allclose(codes["components"][kept].mean(axis=0), 0.0, atol=1e-4)


def test_fewer_components_reconstruct_worse_and_all_reconstruct_everything(shapes: Result) -> None:
    encoder = make("encoder", "pca", {"components": 2048}, dataset=shapes)
    model = load(encoder)
    kept = np.delete(np.arange(200), encoder.array("held_out"))
    images = np.asarray(shapes.array("images"))[kept]
    codes = model.encode(images, ["components"])["components"]
    errors = []
    for count in (1, 10, 100, codes.shape[1]):
        some = codes.copy()
        some[:, count:] = 0.0
        decoded = model.decode(some, "components").astype(float)  # type: ignore[attr-defined]
        errors.append(np.abs(decoded - images).mean())
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.1  # of 255
    whitened = model.encode(images, ["whitened"])["whitened"]
    again = model.decode(whitened, "whitened").astype(int)  # type: ignore[attr-defined]
    assert np.abs(again - images).max() <= 1


def test_what_is_held_out_changes_nothing(shapes: Result) -> None:
    encoder = make("encoder", "pca", {"components": 5}, dataset=shapes)
    images = np.array(shapes.array("images"))
    images[encoder.array("held_out")] = 255
    other = make(
        "encoder", "pca", {"components": 5}, dataset=Result({"images": images}, shapes.meta)
    )
    np.testing.assert_array_equal(encoder.array("decode"), other.array("decode"))


def test_sources_are_uncorrelated_and_less_gaussian_than_principal_components(
    shapes: Result,
) -> None:
    images = np.asarray(shapes.array("images"))
    sizes = {"components": 6}
    found = {}
    for method, layer in (("ica", "sources"), ("pca", "whitened")):
        encoder = make("encoder", method, sizes, dataset=shapes)
        kept = np.delete(np.arange(200), encoder.array("held_out"))
        found[method] = load(encoder).encode(images, [layer])[layer][kept]
    np.testing.assert_allclose(np.cov(found["ica"], rowvar=False, ddof=0), np.eye(6), atol=0.02)

    def excess(codes: NDArray[np.float32]) -> float:
        z = (codes - codes.mean(axis=0)) / codes.std(axis=0)
        return float(np.abs((z**4).mean(axis=0) - 3.0).mean())

    assert excess(found["ica"]) > excess(found["pca"])


def test_random_directions_nearly_keep_distances(shapes: Result) -> None:
    encoder = make("encoder", "random_projection", {"components": 512}, dataset=shapes, seed=3)
    images = np.asarray(shapes.array("images"))
    codes = load(encoder).encode(images, ["projection"])["projection"]
    pixels = images.reshape(len(images), -1) / 255.0
    first, second = np.triu_indices(len(images), 1)
    before = np.linalg.norm(pixels[first] - pixels[second], axis=1)
    after = np.linalg.norm(codes[first] - codes[second], axis=1)
    # The ratio of squares has a relative deviation of sqrt(2 / d) = 0.0625 at d = 512.
    ratio = (after[before > 0.1] / before[before > 0.1]) ** 2
    assert abs(ratio.mean() - 1.0) < 0.1
    assert ratio.std() < 2 * 0.0625
    other = make("encoder", "random_projection", {"components": 512}, dataset=shapes, seed=4)
    assert not np.allclose(encoder.array("encode"), other.array("encode"))


def test_images_of_other_sizes_and_colors_are_brought_to_its_own(shapes: Result) -> None:
    model = load(make("encoder", "pca", {"components": 4}, dataset=shapes))
    gray = np.random.default_rng(0).integers(0, 256, (3, 40, 25, 1), dtype=np.uint8)
    assert model.encode(gray, ["components"])["components"].shape == (3, 4)
    assert images_of(shapes).channels == 3


def test_filters_are_shown_around_middle_gray(shapes: Result) -> None:
    filters = make("encoder", "pca", {"components": 4}, dataset=shapes).array("filters")
    assert filters.shape == (4, 16, 16, 3)
    assert filters.dtype == np.uint8
    for each in filters:
        assert min(each.min(), 255 - each.max()) == 0
