"""SimCLR (Chen et al., 2020, "A Simple Framework for Contrastive Learning of Representations")."""

from typing import Any

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional

from repscope.workers.objectives.base import (
    Batch,
    DataFacts,
    Objective,
    ObjectiveParams,
    Samples,
    Terms,
    register,
)
from repscope.workers.training.augment import Augmentation
from repscope.workers.training.params import BatchSize, Blur, Flip, SmallestCrop


class Params(ObjectiveParams):
    """How views are made and compared."""

    temperature: float = Field(
        0.2,
        ge=0.01,
        le=10.0,
        description="the smaller, the more the most similar strangers count",
    )
    projection_width: int = Field(
        128, ge=8, le=4096, description="numbers in z, where views are compared"
    )
    crop: SmallestCrop = 0.2
    flip: Flip = True
    color: float = Field(
        0.5, ge=0.0, le=1.0, description="strength of the changes of brightness and color"
    )
    blur: Blur = False
    batch_size: BatchSize = 256


@register(
    "simclr",
    Params,
    version=2,
    title="SimCLR",
    citation="T. Chen, S. Kornblith, M. Norouzi and G. Hinton, A Simple Framework for Contrastive "
    "Learning of Visual Representations, ICML 2020.",
    cost=2.0,
)
class SimCLR(Objective):
    """Recognize an image in an altered version of itself, among all others of the batch.

    Each image is cropped, mirrored and recolored twice, by chance. The two views shall lie close
    together and far from the views of every other image. What the alterations change, the encoder
    learns to pass over; what they leave, it must know. So the choice of alterations is where
    knowledge comes in: with crops but no change of color, comparing colors would already do.

    Views are compared in z, behind a small projection head; the encoder is h, in front of it, which
    keeps what z has to throw away. A larger batch has more strangers to be told from.
    """

    def __init__(self, backbone: Any, params: Params, data: DataFacts) -> None:
        """Add the projection head g, two layers."""
        super().__init__(backbone, params, data)
        width = backbone.layers[-1][1]
        self.projection = nn.Sequential(
            nn.Linear(width, width), nn.ReLU(), nn.Linear(width, params.projection_width)
        )
        s = params.color
        self.augmentation = Augmentation(
            crop=(params.crop, 1.0),
            flip=0.5 * params.flip,
            jitter=0.8 if s > 0.0 else 0.0,
            strength=(0.8 * s, 0.8 * s, 0.8 * s, 0.2 * s),
            gray=0.2 if s > 0.0 else 0.0,
            blur=0.5 * params.blur,
        )

    def loss(self, batch: Batch) -> Terms:
        """Return NT-Xent of two views of each image (Algorithm 1)."""
        first = self.view(batch.images, self.augmentation)  # t(x)
        second = self.view(batch.images, self.augmentation)  # t'(x)
        h = self.represent(torch.cat([first, second]))  # (2 batch, dim)
        z, z_prime = self.projection(h).float().chunk(2)  # each (batch, projection_width)
        return {"loss": nt_xent(z, z_prime, self.params.temperature)}

    def represent(self, views: Tensor) -> Tensor:
        """Return h = f(view), (views, dim)."""
        return self.backbone.pool(self.backbone(views))

    def samples(self, batch: Batch) -> Samples:
        """Return two views of each image, as they were compared, and how like each other they are.

        `similarity` is the cosine of h of the two views, `others` the mean cosine of the first
        with the second views of all other images.
        """
        views = [self.view(batch.images, self.augmentation) for _ in range(2)]
        one, two = (functional.normalize(self.represent(each).float()) for each in views)
        cosines = one @ two.T  # (batch, batch)
        own = cosines.diagonal()
        others = (cosines.sum(dim=1) - own) / max(1, len(batch) - 1)
        panels = {f"view {i + 1}": self.denormalize(each) for i, each in enumerate(views)}
        return Samples(panels, {"similarity": own.tolist(), "others": others.tolist()})


def nt_xent(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """Return the normalized temperature-scaled cross entropy (equation 1, mean over both orders).

    Args:
        first: (batch, width), z of one view of each image.
        second: (batch, width), z of the other.
        temperature: Divides the cosines.
    """
    z = functional.normalize(torch.cat([first, second]))  # (2 batch, width)
    similarity = z @ z.T / temperature  # s_ij / tau
    similarity.fill_diagonal_(float("-inf"))  # the sum runs over k != i
    batch = len(first)
    partner = torch.arange(2 * batch, device=z.device).roll(batch)  # i belongs to i + batch
    return functional.cross_entropy(similarity, partner)
