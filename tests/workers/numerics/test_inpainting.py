"""Gaps filled by diffusion are the solution of the harmonic equation."""

import numpy as np
import torch
from scipy.sparse import lil_matrix
from scipy.sparse.linalg import spsolve

from repscope.workers.numerics.inpainting import inpaint


def solved(image: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """One channel, pixel by pixel, by SciPy's direct solver."""
    height, width = image.shape
    system, right = lil_matrix((height * width, height * width)), np.zeros(height * width)
    for y in range(height):
        for x in range(width):
            here = y * width + x
            if not hidden[y, x]:
                system[here, here], right[here] = 1.0, image[y, x]
                continue
            around = [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
            inside = [(v, u) for v, u in around if 0 <= v < height and 0 <= u < width]
            system[here, here] = len(inside)
            for v, u in inside:
                system[here, v * width + u] = -1.0
    return np.asarray(spsolve(system.tocsr(), right)).reshape(height, width)


def test_gaps_are_harmonic() -> None:
    rng = np.random.default_rng(0)
    images = rng.random((3, 2, 12, 15))
    hidden = rng.random((3, 1, 12, 15)) < np.array([0.3, 0.75, 0.0]).reshape(3, 1, 1, 1)
    filled = inpaint(torch.from_numpy(images), torch.from_numpy(hidden), 1e-9).numpy()
    for image in range(3):
        for channel in range(2):
            expected = solved(images[image, channel], hidden[image, 0])
            np.testing.assert_allclose(filled[image, channel], expected, atol=1e-6)


def test_visible_pixels_stay_and_nothing_visible_is_nothing() -> None:
    images = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    hidden = torch.zeros(2, 1, 8, 8, dtype=torch.bool)
    hidden[0, :, :4], hidden[1] = True, True
    filled = inpaint(images, hidden)
    assert torch.equal(filled[0, :, 4:], images[0, :, 4:])
    assert torch.equal(filled[1], torch.zeros(1, 8, 8))


def test_single_precision_is_within_a_level_of_gray() -> None:
    images = torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    noise = torch.rand(4, 1, 8, 8, generator=torch.Generator().manual_seed(2))
    hidden = (noise < 0.75).repeat_interleave(4, dim=2).repeat_interleave(4, dim=3)
    exact = inpaint(images.double(), hidden, 1e-10)
    assert (inpaint(images, hidden).double() - exact).abs().max() < 1.0 / 255.0
