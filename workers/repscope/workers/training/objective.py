"""The contract of an objective: what the loop asks of it, and what it gets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.network import describe, file_key, fill
from repscope.workers.training.augment import Augmentation
from repscope.workers.training.params import ObjectiveParams
from repscope.workers.training.schedule import Clock

#: What `Objective.loss` returns: `loss`, and whatever else is worth a curve.
Terms = dict[str, Tensor]


@dataclass(frozen=True)
class DataFacts:
    """What an objective may know of its data.

    Attributes:
        image_size: Side of the images in pixels.
        channels: 3 for color, 1 for gray.
        mean: Of each channel over the training rows, of values between 0 and 1.
        std: Likewise.
        classes: Names of the labels, where there are any.
    """

    image_size: int
    channels: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    classes: list[str] | None = None


@dataclass(frozen=True)
class Batch:
    """Some images of a dataset.

    Attributes:
        images: (batch, channels, height, width) float32 between 0 and 1.
        labels: (batch,) int64, -1 where a label is missing or the dataset has none.
        rows: (batch,) int64, their rows in the dataset.
    """

    images: Tensor
    labels: Tensor
    rows: Tensor

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.images)

    def split(self, parts: int) -> list[Batch]:
        """Cut the batch into parts of equal size, the last ones perhaps smaller."""
        size = -(-len(self) // parts)
        columns = (self.images, self.labels, self.rows)
        return [Batch(*each) for each in zip(*(c.split(size) for c in columns), strict=True)]


@dataclass(frozen=True)
class Samples:
    """Pictures of what an objective does with some images.

    Attributes:
        panels: By name, (images, channels, height, width) between 0 and 1.
        values: Numbers that belong to them, ready for JSON.
    """

    panels: dict[str, Tensor]
    values: dict[str, Any] = field(default_factory=dict)


class Objective(nn.Module):
    """What an encoder is trained for; each objective derives from this, in a file of its own.

    The backbone is trained together with whatever the objective adds to `self`. Random draws are
    torch's own (`torch.rand(...)`): the loop seeds them and keeps their state in checkpoints.

    Attributes:
        backbone: The network that is trained.
        params: The objective's parameters.
        data: What is known of the images.
        clock: How far the training is; schedules of an objective follow it.
    """

    mean: Tensor
    std: Tensor

    #: How AdamW averages gradients and their squares.
    betas = (0.9, 0.999)
    #: Largest norm of the gradient; longer ones are shortened to it.
    largest_gradient = 3.0
    #: Whether nothing can be learned without labels.
    needs_labels = False

    def __init__(self, backbone: nn.Module, params: ObjectiveParams, data: DataFacts) -> None:
        """Take the network to train; an objective adds its heads and further networks."""
        super().__init__()
        self.backbone: Any = backbone
        self.params: Any = params
        self.data = data
        self.clock = Clock(0, 1, 1)
        shape = (1, data.channels, 1, 1)
        self.register_buffer("mean", torch.tensor(data.mean).view(shape), persistent=False)
        self.register_buffer("std", torch.tensor(data.std).view(shape), persistent=False)

    def loss(self, batch: Batch) -> Terms:
        """Return what is to be made small as `loss`, and other terms to be watched."""
        raise NotImplementedError

    def samples(self, batch: Batch) -> Samples:
        """Return pictures of what the objective does with these images."""
        raise NotImplementedError

    def after_update(self) -> None:
        """Follow an update of the weights, as a teacher that is an average of its student does."""

    @property
    def encoder(self) -> Any:
        """The network that is published, measured and looked at."""
        return self.backbone

    @property
    def heads(self) -> dict[str, nn.Module]:
        """What else is published, by the prefix of its weights: all that the objective added."""
        return {name: part for name, part in self.named_children() if name != "backbone"}

    def view(self, images: Tensor, augmentation: Augmentation) -> Tensor:
        """Return a randomly altered version of each image, normalized.

        Args:
            images: (batch, channels, height, width) between 0 and 1.
            augmentation: How to alter them, each by a draw of its own.
        """
        with torch.autocast(images.device.type, enabled=False):
            return self.normalize(augmentation(images))

    def normalize(self, images: Tensor) -> Tensor:
        """Return values between 0 and 1 as the network takes them."""
        return (images - self.mean) / self.std

    def denormalize(self, images: Tensor) -> Tensor:
        """Return what the network takes as values between 0 and 1."""
        return (images * self.std + self.mean).clamp(0.0, 1.0)

    def features(self, images: Tensor) -> Tensor:
        """Return the vectors that the encoder describes images by, (batch, width).

        Args:
            images: (batch, channels, height, width) between 0 and 1.
        """
        encoder = self.encoder
        return encoder.pool(encoder(self.normalize(images))).float()

    def description(self) -> dict[str, Any]:
        """Return what `meta` says of the encoder, so that it can be built again."""
        return describe(self.encoder)

    def published(self) -> dict[str, Tensor]:
        """Return all weights to publish, by their names in the file."""
        weights = {file_key(key): value for key, value in self.encoder.state_dict().items()}
        for prefix, head in self.heads.items():
            weights |= {f"{prefix}.{key}": value for key, value in head.state_dict().items()}
        return weights

    def begin_from(self, weights: dict[str, Tensor]) -> None:
        """Begin with the weights of another encoder, and of its heads where they fit.

        Raises:
            InvalidRecipe: The other encoder is another network.
        """
        try:
            fill(self.backbone, weights)
        except InvalidRecipe as error:
            raise InvalidRecipe(
                f"The encoder to start from is another network than the backbone: {error}",
                field="inputs.start",
            ) from None
        for prefix, head in self.heads.items():
            own = head.state_dict()
            given = {key: weights.get(f"{prefix}.{key}") for key in own}
            if all(v is not None and v.shape == own[k].shape for k, v in given.items()):
                head.load_state_dict(given)
