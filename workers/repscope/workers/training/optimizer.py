"""AdamW as trainings of this kind use it (Loshchilov and Hutter, 2019)."""

import torch
from torch import nn

from repscope.workers.training.params import ObjectiveParams

#: Learned values that are no weights of a layer.
_FREE = ("pos_embed", "cls_token", "mask_token")


def adamw(
    objective: nn.Module, params: ObjectiveParams, betas: tuple[float, float]
) -> torch.optim.AdamW:
    """Return the optimizer; biases, norms, positions and tokens are not pulled towards zero."""
    decayed: list[nn.Parameter] = []
    free: list[nn.Parameter] = []
    for name, parameter in objective.named_parameters():
        if parameter.requires_grad:
            exempt = parameter.ndim <= 1 or name.endswith(_FREE)
            (free if exempt else decayed).append(parameter)
    groups = [
        {"params": decayed, "weight_decay": params.weight_decay},
        {"params": free, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=params.learning_rate, betas=betas, fused=True)
