"""Features of patches: which are alike, and all of them as colors."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from repscope.workers.numerics.components import principal_components

#: Colors span what lies between these percentiles, so that single patches do not gray the rest.
_SPAN = (1.0, 99.0)


def similarity(features: Tensor, image: int, patch: int) -> Tensor:
    """Return the cosine similarity of one patch to all patches of all images.

    Args:
        features: (images, patches, width).
        image: Whose patch.
        patch: Its number, row by row.

    Returns:
        (images, patches), from -1 to 1.
    """
    normal = functional.normalize(features.float(), dim=-1)
    return (normal @ normal[image, patch]).clamp(-1.0, 1.0)


def as_colors(
    features: Tensor, side: int, split: bool, turned: bool
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Show features as colors (Oquab et al., 2023, section 7.5).

    The first principal component of the patches of all images together tells foreground from
    background at zero. Of the foreground alone the first three components are red, green and blue.
    The sign of a component means nothing: the side that holds fewer patches of the images' borders
    is taken for the foreground.

    Args:
        features: (images, patches, width), at least two patches.
        side: Patches along a side.
        split: Whether there is a background; without it all patches have colors.
        turned: Whether the other side is the foreground.

    Returns:
        (images, patches, 3) colors, black in the background, and (images, patches) 1 where the
        foreground is.
    """
    images, patches, width = features.shape
    flat = features.float().reshape(-1, width).cpu().numpy()
    front = np.ones(len(flat), bool)
    if split:
        first = _project(flat, 1)[:, 0].reshape(images, patches)
        border = _border(side)
        positive = first > 0.0
        # Where sides are equal the positive one stays.
        inward = positive[:, border].mean() <= 1.0 - positive[:, border].mean()
        front = (positive if inward != turned else ~positive).ravel()
    colors = np.zeros((len(flat), 3), np.uint8)
    if front.sum() > 1:
        points = _project(flat[front], 3)
        low, high = np.percentile(points, _SPAN, axis=0)
        scaled = (points - low) / np.where(high > low, high - low, 1.0)
        colors[front] = np.round(255.0 * scaled.clip(0.0, 1.0))
    return colors.reshape(images, patches, 3), front.astype(np.uint8).reshape(images, patches)


def _project(features: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    mean = features.mean(axis=0, dtype=np.float64)
    return principal_components(features, mean, count).project(features)


def _border(side: int) -> NDArray[np.bool_]:
    border = np.ones((side, side), bool)
    border[1:-1, 1:-1] = False
    return border.ravel()


def norms(tokens: Tensor) -> Tensor:
    """Return the length of each token, (images, tokens)."""
    return torch.linalg.vector_norm(tokens.float(), dim=-1)
