"""Near-duplicates, against comparing all with all."""

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from repscope.workers.numerics.duplicates import near_duplicates


def groups(pixels: np.ndarray, threshold: float = 0.999) -> list[int]:
    return near_duplicates(pixels, threshold, lambda _: None).tolist()


def reference(pixels: np.ndarray, threshold: float) -> np.ndarray:
    plain = pixels.astype(np.float64)
    plain -= plain.mean(axis=1, keepdims=True)
    length = np.linalg.norm(plain, axis=1)
    linked = (pixels[:, None] == pixels[None]).all(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = plain @ plain.T / np.outer(length, length)
    linked |= np.nan_to_num(cosine) >= threshold
    _, label = connected_components(linked, directed=False)
    return np.array([np.flatnonzero(label == each)[0] for each in label])


def noisy(seed: int) -> np.ndarray:
    """Originals, copies with more and more noise, brighter copies, and images of one value."""
    rng = np.random.default_rng(seed)
    base = rng.integers(20, 200, (40, 48)).astype(np.float64)
    copies = [base + rng.normal(0, sigma, base.shape) for sigma in (0.0, 1.0, 2.0, 3.0, 5.0)]
    copies += [base * 1.1, base + 12, np.full((6, 48), 7.0), np.arange(4)[:, None] * np.ones(48)]
    return np.concatenate(copies).clip(0, 255).round().astype(np.uint8)


@pytest.mark.parametrize("threshold", [1.0, 0.9999, 0.999, 0.99, 0.9])
def test_groups_are_those_of_all_pairs(threshold: float) -> None:
    pixels = noisy(0)[np.random.default_rng(1).permutation(len(noisy(0)))]
    # At 1 only equal images are linked; below, a millionth is left to rounding.
    expected = reference(pixels, 2.0 if threshold == 1.0 else threshold - 1e-6)
    assert groups(pixels, threshold) == expected.tolist()


def test_a_chain_is_one_group() -> None:
    rng = np.random.default_rng(0)
    first = rng.integers(50, 200, 400).astype(float)
    step = rng.normal(0, 1.0, 400)
    chain = np.stack([first + number * step for number in range(12)]).round().astype(np.uint8)
    assert groups(chain) == [0] * 12


def test_many_equal_images_cost_nothing() -> None:
    pixels = np.tile(noisy(0)[:3], (20_000, 1))
    assert set(groups(pixels)) == {0, 1, 2}


def test_little_is_no_error() -> None:
    assert groups(np.zeros((1, 4), np.uint8)) == [0]
    assert groups(np.array([[0, 9], [9, 0]], np.uint8)) == [0, 1]
