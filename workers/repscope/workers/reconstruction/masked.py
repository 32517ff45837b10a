"""Images from their visible patches, by a masked autoencoder and without learning."""

from typing import Any

import torch
from torch import Tensor

from repscope.workers.numerics.inpainting import inpaint

#: Images that go through the network at a time.
_BATCH = 64
#: Where filling a gap stops: one level in 256 of what is to be filled.
_TOLERANCE = 1e-3


def reconstruct(mae: Any, images: Tensor, hidden: Tensor) -> Tensor:
    """Let a masked autoencoder draw whole images from their visible patches.

    What it draws of visible patches means nothing, as its loss never saw them. One that guesses
    patches less their mean and divided by their deviation is given those of the true patches.

    Args:
        mae: The objective, as `objectives.base.load` gives it.
        images: (batch, channels, height, width) between 0 and 1.
        hidden: (batch, patches) bool; the number of hidden patches may differ between images.

    Returns:
        Images between 0 and 1, of the same shape.
    """
    output = torch.empty_like(images)
    numbers = hidden.sum(dim=1)
    for number in numbers.unique().tolist():  # a batch has as many visible patches in each image
        for rows in (numbers == number).nonzero().flatten().split(_BATCH):
            normal = mae.normalize(images[rows])
            ids_shuffle = hidden[rows].byte().argsort(dim=1, stable=True)
            ids_keep = ids_shuffle[:, : hidden.shape[1] - number]
            latent = mae.encode_visible(mae.patchify(normal), ids_keep)
            predicted = mae.forward_decoder(latent, ids_shuffle.argsort(dim=1))
            drawn = mae.unpatchify(mae.as_pixels(predicted, normal))
            output[rows] = mae.denormalize(drawn.float())
    return output


def fill(images: Tensor, hidden: Tensor) -> Tensor:
    """Fill the gaps from their borders, which takes no learning.

    Args:
        images: (batch, channels, height, width) between 0 and 1.
        hidden: (batch, side, side) bool, patches.
    """
    return inpaint(images, pixels(hidden, images.shape[2])[:, None], _TOLERANCE).clamp(0.0, 1.0)


def pixels(hidden: Tensor, size: int) -> Tensor:
    """Return which pixels lie in hidden patches, (batch, size, size) from (batch, side, side)."""
    patch = size // hidden.shape[-1]
    return hidden.repeat_interleave(patch, dim=1).repeat_interleave(patch, dim=2)
