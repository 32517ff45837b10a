"""One look into a network: what it attends to in some images, at every block."""

import math
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor

from repscope.core.errors import InvalidRecipe
from repscope.workers.attending import maps as strengths
from repscope.workers.attending.capture import Attended, watch
from repscope.workers.attending.flow import Rollout, mean_distance
from repscope.workers.attending.models import Model
from repscope.workers.attending.patches import norms

Kind = Literal["attention", "grad_cam", "energy"]
Features = Literal["key", "query", "value", "output"]
#: Numbers of queries, keys, values and tokens that are kept of all blocks: 256 MB. Where they are
#: more, only those of one block are, and another block takes another pass.
_BUDGET = 2**26
#: Weights of attention that are held at a time: 64 MB, of one image at least.
_WEIGHTS = 2**24


@dataclass(frozen=True)
class Block:
    """What is seen at one block, or at one layer of a network without attention.

    Attributes:
        attention: (images, heads, patches) from the cls token to each patch, so that a row and its
            `special` add up to 1; the mean over all patches that ask where there is no cls token;
            for maps their strength, of one head.
        special: (images, heads, 2) attention to the cls token, and to registers together.
        rollout: (images, patches), likewise, through all blocks up to this one; none for maps.
        norms: (images, patches) lengths of the patches' tokens.
        side: Patches along a side.
    """

    attention: Tensor
    special: Tensor
    rollout: Tensor | None
    norms: Tensor
    side: int


@dataclass
class Look:
    """What one pass has shown.

    Attributes:
        kind: What `attention` is.
        names: Of all blocks, from below.
        prefix: Tokens before those of the patches.
        cls: Whether there is a cls token.
        blocks: What was seen, by number of the block.
        distance: (blocks, heads) mean distance of attention in pixels; none for maps, nor where
            heads differ between blocks.
        inner: The tokens of some blocks: what attention was given, or (images, patches, width).
        named: (images,) the class that the network names, for Grad-CAM.
    """

    kind: Kind
    names: list[str]
    prefix: int = 0
    cls: bool = False
    blocks: dict[int, Block] = field(default_factory=dict)
    distance: Tensor | None = None
    inner: dict[int, Attended | Tensor] = field(default_factory=dict)
    named: Tensor | None = None

    def features(self, block: int, which: Features) -> Tensor:
        """Return features of the patches at a block, (images, patches, width).

        Heads lie side by side. Where there is no attention it is the maps, whatever is asked.
        """
        inner = self.inner[block]
        if isinstance(inner, Tensor):
            return inner
        tokens: Tensor = getattr(inner, which)
        if which != "output":
            tokens = tokens.transpose(1, 2).flatten(2)
        return tokens[:, self.prefix :]

    def attention_from(self, block: int, image: int, patch: int) -> tuple[Tensor, Tensor] | None:
        """Return attention from a patch: (heads, patches), and (heads, 2) to cls and registers.

        Nothing where there is no attention.
        """
        inner = self.inner[block]
        if isinstance(inner, Tensor):
            return None
        weights = inner.weights_from(image, self.prefix + patch)
        return weights[:, self.prefix :], _special(weights, self.prefix, self.cls)


@torch.no_grad()
def look(model: Model, images: Tensor, block: int | None) -> Look:
    """Look into a network.

    Args:
        model: The network.
        images: (images, channels, height, width), prepared.
        block: Number of the block whose tokens are kept in any case; the last by default.

    Raises:
        InvalidRecipe: There is no such block, or nothing can be seen in this network.
    """
    if model.attends:
        return _into_attention(model, images, block)
    if model.maps:
        return _into_maps(model, images, block)
    raise InvalidRecipe(
        "This network has neither attention between all patches nor maps; choose a Vision "
        "Transformer or a convolutional network.",
        field="inputs.encoder",
    )


def check_block(block: int | None, names: list[str]) -> int:
    """Return the number of a block, the last by default.

    Raises:
        InvalidRecipe: There is no such block.
    """
    if block is None:
        return len(names) - 1
    if not 0 <= block < len(names):
        raise InvalidRecipe(
            f"'block' must be at most {len(names) - 1}; it is {block}.", field="params.block"
        )
    return block


def _into_attention(model: Model, images: Tensor, block: int | None) -> Look:
    prefix, cls = model.prefix.count, model.prefix.cls
    found = Look("attention", [], prefix, cls)
    rollouts: list[tuple[slice, Rollout]] = []
    distances: list[Tensor] = []
    kept: dict[int, Attended] = {}

    def take(name: str, attended: Attended) -> None:
        number = len(found.names)
        found.names.append(name)
        tokens = attended.query.shape[2]
        side = math.isqrt(max(0, tokens - prefix))
        if side * side != tokens - prefix or (number and found.blocks[0].side != side):
            raise InvalidRecipe(
                f"The {tokens} tokens of {name} are no square of patches, so its attention cannot "
                "be laid over the image.",
                field="inputs.encoder",
            )
        patch = images.shape[-1] / side
        if not rollouts:
            together = max(1, _WEIGHTS // (attended.query.shape[1] * tokens**2))
            starts = range(0, len(images), together)
            rollouts.extend((slice(start, start + together), Rollout()) for start in starts)
        parts = []
        for some, rollout in rollouts:
            weights = _of(attended, some).weights()
            matrix = rollout.add(weights)  # (images, tokens, tokens)
            asked = weights[:, :, 0] if cls else weights[:, :, prefix:].mean(dim=2)
            rolled = matrix[:, 0] if cls else matrix[:, prefix:].mean(dim=1)
            away = mean_distance(weights[:, :, prefix:, prefix:], side, patch)
            parts.append((asked, rolled, away))
        asked, rolled, away = (torch.cat(each) for each in zip(*parts, strict=True))
        distances.append(away.mean(dim=0))
        found.blocks[number] = Block(
            asked[..., prefix:],
            _special(asked, prefix, cls),
            rolled[:, prefix:],
            norms(attended.output[:, prefix:]),
            side,
        )
        kept[number] = attended
        if len(kept) * 4 * attended.output.numel() > _BUDGET:
            for other in [each for each in kept if each not in (block, number)]:
                del kept[other]

    watch(model.network, images, take)
    check_block(block, found.names)
    found.inner |= kept
    if len({each.shape for each in distances}) == 1:
        found.distance = torch.stack(distances)
    return found


def _of(attended: Attended, images: slice) -> Attended:
    """Return the attention of some of the images."""
    bias = attended.bias
    if bias is not None and bias.ndim == 4 and len(bias) == len(attended.query):
        bias = bias[images]
    query, key, value = (each[images] for each in (attended.query, attended.key, attended.value))
    return Attended(query, key, value, bias, attended.scale, attended.output[images])


def _special(weights: Tensor, prefix: int, cls: bool) -> Tensor:
    """Return the attention to the cls token, and to the other tokens that are no patches."""
    before = weights[..., :prefix]
    own = before[..., :1].sum(dim=-1) if cls else torch.zeros_like(weights[..., 0])
    return torch.stack([own, before.sum(dim=-1) - own], dim=-1)


def _into_maps(model: Model, images: Tensor, block: int | None) -> Look:
    wanted = check_block(block, model.maps)
    layer = model.maps[wanted]
    found = Look("energy", model.maps)
    maps = model.maps_at(images, layer).float()
    rows, columns = maps.shape[2:]
    if rows != columns:
        raise InvalidRecipe(f"The maps of {layer} are not square.", field="params.block")
    strength = strengths.energy(maps)
    if model.classifier is not None:
        found.kind = "grad_cam"
        strength, found.named = strengths.grad_cam(model.network, images, layer, model.classifier)
    features = maps.flatten(2).transpose(1, 2)
    attention = strength.flatten(1)[:, None]
    nothing = torch.zeros(len(images), 1, 2)
    found.blocks[wanted] = Block(attention, nothing, None, norms(features), rows)
    found.inner[wanted] = features
    return found
