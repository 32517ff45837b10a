"""Where convolutional networks look: class activation, and the strength of their maps."""

from typing import Any

import torch
from torch import Tensor

from repscope.workers.attending.models import Classifier


def energy(maps: Tensor) -> Tensor:
    """Add up the squares of all channels (Zagoruyko and Komodakis, 2017, with p = 2).

    Args:
        maps: (images, channels, rows, columns).

    Returns:
        (images, rows, columns).
    """
    return maps.float().square().sum(dim=1)


def grad_cam(
    network: Any, images: Tensor, layer: str, classifier: Classifier
) -> tuple[Tensor, Tensor]:
    """Show what speaks for the class that the network names (Grad-CAM, Selvaraju et al., 2017).

    Channels are weighted by the mean gradient of the class's score, added up, and what speaks
    against the class is cut off at zero.

    Args:
        network: A convolutional network of ours, whose classifier reads the mean over its last
            maps.
        images: (images, channels, height, width), prepared.
        layer: Whose maps are shown.
        classifier: The classifier.

    Returns:
        (images, rows, columns), not negative, and (images,) the class of each image.
    """
    chosen = last = torch.empty(0)
    with torch.enable_grad():
        for name, last in network.walk(images.detach().clone().requires_grad_()):
            if name == layer:
                chosen = last
        scores = last.mean(dim=(2, 3)) @ classifier.weight.T + classifier.bias
        named = scores.argmax(dim=1)
        (gradient,) = torch.autograd.grad(scores.gather(1, named[:, None]).sum(), chosen)
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    return (weights * chosen.detach()).sum(dim=1).relu(), named
