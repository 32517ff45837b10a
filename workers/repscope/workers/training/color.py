"""Changes of color for whole batches, each image by an amount of its own.

Each equals torchvision's function of the same subject with that image's amount.
"""

import torch
from torch import Tensor
from torch.nn import functional

#: Weights of red, green and blue in brightness, as torchvision rounds them.
_LUMA = (0.2989, 0.587, 0.114)


def jitter(images: Tensor, chosen: Tensor, strength: tuple[float, float, float, float]) -> Tensor:
    """Change brightness, contrast, saturation and hue, in this order, of the images chosen.

    Args:
        images: (batch, channels, height, width) between 0 and 1; of gray ones only the first two.
        chosen: (batch,) which images.
        strength: Largest change of each.
    """
    draws = 2.0 * torch.rand(4, len(images), device=images.device) - 1.0
    bright, contrasted, saturated, turned = (
        torch.where(chosen, amount * draw, 0.0)
        for amount, draw in zip(strength, draws, strict=True)
    )
    images = contrast(brightness(images, 1.0 + bright), 1.0 + contrasted)
    if images.shape[1] == 3:
        images = hue(saturation(images, 1.0 + saturated), turned)
    return images


def brightness(images: Tensor, factor: Tensor) -> Tensor:
    """Multiply each image by its factor."""
    return (images * _wide(factor)).clamp(0.0, 1.0)


def contrast(images: Tensor, factor: Tensor) -> Tensor:
    """Move each image's values away from, or towards, its mean gray."""
    mean = luma(images).mean(dim=(1, 2, 3), keepdim=True)
    return torch.lerp(mean, images, _wide(factor)).clamp(0.0, 1.0)


def saturation(images: Tensor, factor: Tensor) -> Tensor:
    """Move each image's colors away from, or towards, their gray."""
    return torch.lerp(luma(images), images, _wide(factor)).clamp(0.0, 1.0)


def hue(images: Tensor, turn: Tensor) -> Tensor:
    """Turn each image's hues by a share of the circle of colors, -0.5 to 0.5."""
    value, _ = images.max(dim=1)  # (batch, height, width)
    spread = value - images.min(dim=1).values
    gray = spread == 0.0
    red, green, blue = images.unbind(dim=1)
    safe = torch.where(gray, 1.0, spread)
    angle = torch.where(
        red == value,
        (green - blue) / safe,
        torch.where(green == value, 2.0 + (blue - red) / safe, 4.0 + (red - green) / safe),
    )  # in sixths of the circle
    angle = torch.where(gray, 0.0, angle) + 6.0 * turn[:, None, None]
    # Each channel falls from `value` to `value - spread` over a third of the circle.
    phase = torch.tensor([5.0, 3.0, 1.0], device=images.device).view(1, 3, 1, 1)
    place = torch.remainder(phase + angle[:, None], 6.0)
    fall = torch.minimum(place, 4.0 - place).clamp(0.0, 1.0)
    return value[:, None] - spread[:, None] * fall


def grayscale(images: Tensor) -> Tensor:
    """Return gray images that still have all channels."""
    return luma(images).expand_as(images)


def luma(images: Tensor) -> Tensor:
    """Return the brightness, (batch, 1, height, width)."""
    if images.shape[1] == 1:
        return images
    weights = torch.tensor(_LUMA, device=images.device).view(1, 3, 1, 1)
    return (images * weights).sum(dim=1, keepdim=True)


def blur(images: Tensor, sigma: Tensor, radius: int) -> Tensor:
    """Blur each image by a Gaussian of its own width, cut off at `radius` pixels.

    Args:
        images: (batch, channels, height, width).
        sigma: (batch,) standard deviations in pixels.
        radius: Pixels on each side that take part.
    """
    offsets = torch.arange(-radius, radius + 1, device=images.device)
    weights = torch.exp(-0.5 * (offsets / sigma[:, None].clamp(min=1e-3)) ** 2)
    weights = weights / weights.sum(dim=1, keepdim=True)  # (batch, 2 radius + 1)
    height, width = images.shape[2:]
    padded = functional.pad(images, [radius] * 4, mode="reflect")
    rows = sum(_wide(weights[:, i]) * padded[:, :, i : i + height] for i in range(len(offsets)))
    assert isinstance(rows, Tensor)
    columns = sum(_wide(weights[:, i]) * rows[..., i : i + width] for i in range(len(offsets)))
    assert isinstance(columns, Tensor)
    return columns


def solarize(images: Tensor) -> Tensor:
    """Invert what is bright."""
    return torch.where(images >= 0.5, 1.0 - images, images)


def _wide(amount: Tensor) -> Tensor:
    return amount[:, None, None, None]
