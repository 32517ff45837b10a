"""The networks that can be trained, by name, and the sizes that go with an image."""

from typing import Any, Literal

from repscope.core.errors import InvalidRecipe

#: Width, depth and, for the ViT, heads of each size.
SIZES: dict[str, dict[str, dict[str, int]]] = {
    "vit": {
        "micro": {"width": 96, "depth": 4, "heads": 3},
        "tiny": {"width": 192, "depth": 12, "heads": 3},
        "small": {"width": 384, "depth": 12, "heads": 6},
        "base": {"width": 768, "depth": 12, "heads": 12},
    },
    "cnn": {
        "nano": {"width": 8, "depth": 4},
        "micro": {"width": 16, "depth": 4},
        "tiny": {"width": 32, "depth": 4},
        "small": {"width": 64, "depth": 4},
    },
    "resnet": {
        "9": {"width": 64, "blocks": 1},
        "18": {"width": 64, "blocks": 2},
    },
}

#: Architecture and size of each backbone.
BACKBONES: dict[str, tuple[str, str]] = {
    "vit_micro": ("vit", "micro"),
    "vit_tiny": ("vit", "tiny"),
    "vit_small": ("vit", "small"),
    "vit_base": ("vit", "base"),
    "resnet9": ("resnet", "9"),
    "resnet18": ("resnet", "18"),
    "cnn_nano": ("cnn", "nano"),
    "cnn_micro": ("cnn", "micro"),
    "cnn": ("cnn", "tiny"),
}
ViTName = Literal["vit_micro", "vit_tiny", "vit_small", "vit_base"]
BackboneName = Literal[
    "vit_micro",
    "vit_tiny",
    "vit_small",
    "vit_base",
    "resnet9",
    "resnet18",
    "cnn_nano",
    "cnn_micro",
    "cnn",
]

#: Sides of images that are trained on, in pixels.
SMALLEST, LARGEST = 16, 224
#: From this side on, a residual network begins as it does for ImageNet.
LARGE_IMAGES = 96
#: A patch leaves at least so many patches along a side.
LEAST_PATCHES = 7


def fitting_patch(image_size: int) -> int:
    """Return the patch size that goes with an image: 4 at 28 and 32 pixels, 16 at 224."""
    return next(size for size in (16, 8, 4, 2) if image_size // size >= LEAST_PATCHES)


def fitting_size(longest: int, patch_size: int | None) -> int:
    """Return the side to train images at whose longest side is given, in pixels."""
    size = min(max(longest, SMALLEST), LARGEST)
    patch = patch_size or fitting_patch(size)
    return -(-size // patch) * patch


def configuration(
    backbone: str, image_size: int, patch_size: int | None, channels: int
) -> tuple[str, dict[str, Any]]:
    """Return the architecture and the configuration of a backbone for images of a size.

    Raises:
        InvalidRecipe: The patches do not fill the image.
    """
    architecture, size = BACKBONES[backbone]
    config: dict[str, Any] = {"image_size": image_size, "channels": channels}
    config |= SIZES[architecture][size]
    if architecture == "resnet":
        config["small_images"] = image_size < LARGE_IMAGES
    if architecture == "vit":
        patch = patch_size or fitting_patch(image_size)
        check_patch(image_size, patch)
        config["patch_size"] = patch
    return architecture, config


def check_patch(image_size: int, patch_size: int) -> None:
    """Refuse a patch that does not divide the image's side.

    Raises:
        InvalidRecipe: Names both.
    """
    if image_size % patch_size != 0:
        raise InvalidRecipe(
            f"'patch_size' must divide the image's side of {image_size} pixels; "
            f"it is {patch_size}.",
            field="params.patch_size",
        )
