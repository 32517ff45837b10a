"""What a family says of a file that is its own."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from torch import Tensor

from repscope.core.errors import InvalidRecipe

#: Shapes of tensors by name, below the prefixes that all of a network's have.
Shapes = Mapping[str, tuple[int, ...]]
Weights = dict[str, Tensor]

#: Parts on top of a network that say nothing of an image's features: classifiers, the heads and
#: queues of contrastive and self-distilled training, decoders, what stands in for a hidden patch.
_HEADS = re.compile(
    r"(head|heads|head_dist|fc|linear|classifier|contrastive_head|dino_head|ibot_head|projection_head|"
    r"projection|projector|prediction_head|predictor|prototypes|queue|queue_ptr|mask_token|"
    r"logit_scale|n_averaged|code|decoder|log_variance)(\.|$)"
)


@dataclass(frozen=True)
class Hints:
    """What a file cannot tell.

    Attributes:
        heads: Attention heads of a block, where they are not as its family has them.
        name: Its model in timm or torchvision, where no family knows it.
    """

    heads: int | None = None
    name: str | None = None


def as_it_is(weights: Weights) -> Weights:
    """Return weights whose numbers need no change."""
    return weights


@dataclass(frozen=True)
class Found:
    """A network that a file holds.

    Attributes:
        family: What it is, for people.
        network: How it is built; see `building.build`.
        keys: Names in the file by names in the network.
        adjust: Changes the numbers of weights under the network's names.
        shapes: Shapes that `adjust` changes.
        decoder: Names in the file by those of the decoder of a masked autoencoder, which stands
            beside the network.
        interpolation: How its publisher scales images.
    """

    family: str
    network: dict[str, Any]
    keys: dict[str, str]
    adjust: Callable[[Weights], Weights] = as_it_is
    shapes: Shapes = field(default_factory=dict)
    decoder: dict[str, str] = field(default_factory=dict)
    interpolation: str = "bicubic"


class Family(Protocol):
    """A module of this package."""

    def find(self, shapes: Shapes, path: str, hints: Hints) -> Found | None:
        """Return what a file holds, nothing if it is of another family.

        Args:
            shapes: Of its tensors, below `path`.
            path: The prefixes that were passed, such as `state_dict/module.`.
            hints: What people said.

        Raises:
            InvalidRecipe: It is of this family, but something about it cannot be told.
        """


def renamed(shapes: Shapes, rename: Callable[[str], str] = str) -> dict[str, str]:
    """Return the names in a file by names in a network; heads have none there."""
    return {rename(key): key for key in shapes if not _HEADS.match(key)}


def numbered(shapes: Shapes, pattern: re.Pattern[str], most: int = 128) -> int:
    """Return how many blocks or stages there are; the first group of the pattern is their number.

    Raises:
        InvalidRecipe: They are too many.
    """
    count = len({found[1] for found in map(pattern.match, shapes) if found})
    if count > most:
        raise InvalidRecipe(
            f"The file has {count:,} blocks; networks of up to {most} are read.",
            field="params.upload",
        )
    return count


def shape_of(shapes: Shapes, key: str, axes: int) -> tuple[int, ...]:
    """Return the shape of a tensor that decides on sizes.

    Raises:
        InvalidRecipe: It is not there, or has other axes.
    """
    shape = shapes.get(key, ())
    if len(shape) != axes or min(shape) < 1:
        raise InvalidRecipe(
            f"The file should have {key!r} with {axes} axes; it has "
            f"{' x '.join(map(str, shape)) or 'none'}.",
            field="params.upload",
        )
    return shape
