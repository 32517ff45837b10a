"""Filling gaps from their borders: what can be guessed of an image without having learned anything.

Every hidden pixel becomes the mean of its four neighbors, so that brightness spreads into the gap
as heat does (the harmonic equation; Bertalmio et al., 2000, start from it). A masked autoencoder
that does not do better than this has learned nothing of what images show.
"""

import torch
from torch import Tensor
from torch.nn import functional

#: Residuals this small, relative to the start, no longer change an 8-bit image.
TOLERANCE = 1e-4
_MOST_STEPS = 2000


def inpaint(images: Tensor, hidden: Tensor, tolerance: float = TOLERANCE) -> Tensor:
    """Solve the harmonic equation in the gaps by conjugate gradients, all images at once.

    Args:
        images: (batch, channels, height, width), floating point; hidden pixels may hold anything.
        hidden: (batch, 1, height, width) bool, True in the gaps. At the image's edge nothing flows
            in or out. An image without any visible pixel comes out as zeros.
        tolerance: Length of the residual, as a share of the first one, at which to stop.

    Returns:
        The images with their gaps filled, of the same shape and type.
    """
    gap = hidden.to(images.dtype)
    known = images * (1.0 - gap)
    found = torch.zeros_like(images)
    residual = -gap * _laplacian(known)
    direction = residual.clone()
    square = first = _square(residual)
    for _ in range(_MOST_STEPS):
        if bool((square <= tolerance**2 * first).all()):
            break
        image = gap * _laplacian(direction)
        # Images that are done, or have no gap, stand still: 0 / 0 is no step.
        step = square / _dot(direction, image).clamp(min=torch.finfo(images.dtype).tiny)
        found += step * direction
        residual -= step * image
        square, before = _square(residual), square
        direction = residual + square / before.clamp(min=torch.finfo(images.dtype).tiny) * direction
    seen = (~hidden).flatten(1).any(dim=1).view(-1, 1, 1, 1)
    return known + torch.where(seen, found, 0.0)


def _laplacian(images: Tensor) -> Tensor:
    """Return how much each pixel differs from its neighbors, summed over those that it has."""
    padded = functional.pad(images, (1, 1, 1, 1), mode="replicate")
    return (
        4.0 * images
        - padded[:, :, :-2, 1:-1]
        - padded[:, :, 2:, 1:-1]
        - padded[:, :, 1:-1, :-2]
        - padded[:, :, 1:-1, 2:]
    )


def _dot(first: Tensor, second: Tensor) -> Tensor:
    return (first * second).sum(dim=(2, 3), keepdim=True)


def _square(values: Tensor) -> Tensor:
    return _dot(values, values)
