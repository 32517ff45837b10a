"""What networks have in common whose layers are all maps, as convolutions make them."""

import torch
from torch import Tensor, nn

from repscope.workers.encoders.readout import Form


class MapNetwork(nn.Module):
    """A network of convolutions."""

    @property
    def form(self) -> Form:
        """Maps."""
        return Form("maps")

    @staticmethod
    def pool(maps: Tensor) -> Tensor:  # (batch, channels, height, width)
        """Describe an image by the mean of each map, (batch, channels)."""
        return maps.mean(dim=(2, 3))

    @staticmethod
    def maps(maps: Tensor) -> Tensor:  # (batch, channels, height, width)
        """Return the activations as an image, which they are."""
        return maps

    @torch.no_grad()
    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights so that signals keep their strength through the layers (He, 2015)."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(
                    module.weight, mode="fan_out", nonlinearity="relu", generator=generator
                )
