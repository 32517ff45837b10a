"""What attention weighs inside a network that runs as it always does.

Networks compute attention in one fused step that never holds the weights. Here that step is watched
while a network runs: what it is given (queries, keys, values, a bias) is noted, the step itself is
left as it is, so that the output is the same to the last bit, and the weights are computed beside.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

#: Called with a block's name and what its attention was given.
Take = Callable[[str, "Attended"], None]


@dataclass(frozen=True)
class Attended:
    """The attention of one block.

    Attributes:
        query: (images, heads, tokens, head width), as they are compared: with positions, if the
            network turns them into its queries and keys.
        key: Likewise.
        value: Likewise.
        bias: Added to products before the softmax, of a shape that goes with (images, heads,
            tokens, tokens); a mask is minus infinity where it hides.
        scale: What products of queries and keys are multiplied with.
        output: (images, tokens, width), what the whole block gives.
    """

    query: Tensor
    key: Tensor
    value: Tensor
    bias: Tensor | None
    scale: float
    output: Tensor

    def weights(self) -> Tensor:
        """Return the attention from every token (third axis) to every token (fourth).

        Returns:
            (images, heads, tokens, tokens) float32; each row adds up to 1.
        """
        return self._softmax(self.query, self.key, self.bias)

    def weights_from(self, image: int, token: int) -> Tensor:
        """Return the attention from one token of one image, (heads, tokens) float32."""
        one = slice(token, token + 1)
        query, key = self.query[image : image + 1, :, one], self.key[image : image + 1]
        bias = self.bias
        if bias is not None:
            bias = bias.expand(len(self.query), key.shape[1], key.shape[2], key.shape[2])
            bias = bias[image : image + 1, :, one]
        return self._softmax(query, key, bias)[0, :, 0]

    def _softmax(self, query: Tensor, key: Tensor, bias: Tensor | None) -> Tensor:
        products = (query.float() * self.scale) @ key.float().transpose(-2, -1)
        if bias is not None:
            products = products + bias.float()
        return products.softmax(dim=-1)


def watch(network: nn.Module, images: Tensor, take: Take) -> Tensor:
    """Run a network and look at the attention of all its blocks.

    A block is the module around the one that attends. Attention between other things than all
    tokens of an image (windows, a few queries, channels) is passed over.

    Args:
        network: In evaluation mode.
        images: (images, channels, height, width), prepared.
        take: Called for each block from below, as soon as it has run.

    Returns:
        What the network gives, unchanged.
    """
    watching = _Watching(take, len(images))
    with watching.entered(network), watching:
        output: Tensor = network(images)
    return output


class _Watching(TorchFunctionMode):
    """Notes calls of attention, and in which modules they happen."""

    def __init__(self, take: Take, count: int) -> None:
        super().__init__()
        self._take = take
        self._count = count
        self._inside: list[str] = []
        #: By name of the block: what its attention was given.
        self._noted: dict[str, dict[str, Any]] = {}

    @contextmanager
    def entered(self, network: nn.Module) -> Iterator[None]:
        """Know in which module the network is."""
        hooks = []
        for name, module in network.named_modules():
            hooks.append(module.register_forward_pre_hook(partial(self._enter, name)))
            hooks.append(module.register_forward_hook(partial(self._leave, name)))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _enter(self, name: str, module: nn.Module, given: Any) -> None:
        self._inside.append(name)

    def _leave(self, name: str, module: nn.Module, given: Any, output: Any) -> None:
        self._inside.pop()
        noted = self._noted.pop(name, None)
        if noted is not None and isinstance(output, Tensor):
            tokens = noted["query"].shape[2]
            if output.shape[:2] == (self._count, tokens) and output.ndim == 3:
                self._take(name, Attended(**noted, output=output))

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Note what attention is given, and let everything happen as it would."""
        kwargs = kwargs or {}
        if func is functional.scaled_dot_product_attention:
            self._note(*args, **kwargs)
        elif func is functional.multi_head_attention_forward:
            self._note_whole(*args)
        return func(*args, **kwargs)

    def _note(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        attn_mask: Tensor | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        scale: float | None = None,
        enable_gqa: bool = False,
    ) -> None:
        whole = query.ndim == 4 and query.shape == key.shape and len(query) == self._count
        if not whole or is_causal or len(self._inside) < 2:
            return
        if attn_mask is not None and attn_mask.dtype == torch.bool:
            hidden = torch.zeros(attn_mask.shape, device=query.device)
            attn_mask = hidden.masked_fill(~attn_mask, float("-inf"))
        self._noted[self._inside[-2]] = {
            "query": query,
            "key": key,
            "value": value,
            "bias": attn_mask,
            "scale": scale if scale is not None else query.shape[-1] ** -0.5,
        }

    def _note_whole(
        self,
        query: Tensor,  # (tokens, images, width)
        key: Tensor,
        value: Tensor,
        width: int,
        heads: int,
        in_proj_weight: Tensor | None,
        in_proj_bias: Tensor | None,
        *rest: Any,
    ) -> None:
        """Note what `torch.nn.MultiheadAttention` is given, before it projects that itself."""
        if query is not key or key is not value or in_proj_weight is None:
            return
        projected = functional.linear(query, in_proj_weight, in_proj_bias)
        parts = projected.unflatten(2, (3, heads, width // heads)).permute(2, 1, 3, 0, 4)
        self._note(*parts)
