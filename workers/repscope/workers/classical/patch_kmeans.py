"""k-means of whitened patches: one layer of features without backpropagation."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor
from torch.nn import functional

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.classical.fitting import (
    INPUTS,
    FittingParams,
    Material,
    fitted,
    material,
    pictures_of,
)
from repscope.workers.classical.pictures import Pictures, shown
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Layer
from repscope.workers.registry import register

TRIANGLE, NEAREST = "triangle", "nearest"
#: Added to the variance of a patch, of values up to 255, and to the variances that are whitened.
CONTRAST, WHITENING = 10.0, 0.1
#: Side of a patch in pixels where nobody says another and images are large enough.
USUAL_PATCH = 8
#: Quadrants of an image, in which the features are summed up.
QUADRANTS = 4
#: Values of patches that are held at once.
VALUES = 2**23


class Params(FittingParams):
    """How many patches, how large."""

    k: int = Field(128, ge=2, le=1600, title="Number of filters", description="centers to find")
    patch_size: int | None = Field(
        None,
        ge=3,
        le=16,
        description="side of a patch in pixels; empty takes 8, or half the side of small images",
    )
    patches: int = Field(50_000, ge=100, le=400_000, description="patches to fit on")


class PatchCenters:
    """What patches of an image are near to which centers, summed over its quadrants."""

    def __init__(
        self,
        pictures: Pictures,
        mean: NDArray[Any],
        whitening: NDArray[Any],
        centers: NDArray[Any],
    ) -> None:
        """Take what was fitted: mean (d), whitening (d, d) and centers (k, d) of patches."""
        self.layers = [Layer(name, QUADRANTS * len(centers)) for name in (NEAREST, TRIANGLE)]
        self._pictures = pictures
        self._mean, self._whitening, self._centers = (
            torch.from_numpy(np.array(each, np.float32)) for each in (mean, whitening, centers)
        )
        self._patch = round((len(mean) / pictures.channels) ** 0.5)

    def square(self, size: tuple[int, int] | None) -> int:
        """Return the side of the square that images are brought to; see `Encoder.square`."""
        return self._pictures.side

    @torch.inference_mode()
    def encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Compute features; see `Encoder.encode`."""
        squares = torch.from_numpy(self._pictures.squares(images)).permute(0, 3, 1, 2)
        places = (self._pictures.side - self._patch + 1) ** 2
        at_once = max(1, VALUES // (places * max(len(self._mean), len(self._centers))))
        parts = [self._pooled(part, layers) for part in squares.split(at_once)]
        return {layer: np.concatenate([part[layer] for part in parts]) for layer in layers}

    def _pooled(self, squares: Tensor, layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        patches = functional.unfold(squares, self._patch).transpose(1, 2)  # (batch, places, d)
        white = (contrast_normalized(255.0 * patches) - self._mean) @ self._whitening
        distances = torch.cdist(white, self._centers.expand(len(white), -1, -1))  # (..., k)
        found = {}
        for layer in layers:
            if layer == TRIANGLE:  # f_k = max(0, mean(z) - z_k)
                active = (distances.mean(dim=2, keepdim=True) - distances).clamp_(min=0.0)
            else:
                active = functional.one_hot(distances.argmin(dim=2), distances.shape[2]).float()
            found[layer] = _quadrants(active).numpy()
        return found


def contrast_normalized(patches: Tensor) -> Tensor:
    """Take the mean from each patch (..., d) of values up to 255 and divide by its deviation."""
    centered = patches - patches.mean(dim=-1, keepdim=True)
    return centered / (centered.var(dim=-1, keepdim=True) + CONTRAST).sqrt()


def _quadrants(active: Tensor) -> Tensor:  # (batch, places, k)
    """Sum over the four quadrants, (batch, 4 k)."""
    side = round(active.shape[1] ** 0.5)
    maps = active.transpose(1, 2).unflatten(2, (side, side))  # (batch, k, rows, columns)
    half = side // 2
    rows = (maps[:, :, :half], maps[:, :, half:])
    sums = [part.sum(dim=(2, 3)) for row in rows for part in (row[..., :half], row[..., half:])]
    return torch.cat(sums, dim=1)


def load(artifact: Readable, device: str) -> PatchCenters:
    """Load the centers; they run on the processor."""
    arrays = (artifact.array(name) for name in ("mean", "whitening", "centers"))
    return PatchCenters(pictures_of(artifact), *arrays)


@register(
    "encoder",
    "patch_kmeans",
    version=2,
    title="k-means of patches",
    params=Params,
    inputs=INPUTS,
    output="encoder",
    seeded=True,
    cost={"constant": 6.0, "params.patches*params.k": 4e-7},
)
def patch_kmeans(context: Context, params: Params, dataset: Readable) -> Result:
    """Describe an image by which small patterns it has, and in which quadrant.

    Patches drawn from the images are normalized, whitened and grouped; the centers are filters,
    mostly edges and spots of color. An image has a filter as far as its patches are nearer to that
    center than to the usual one (the layer `triangle`), or by counting the nearest (`nearest`),
    summed over its quadrants. One such layer without labels or gradients came close to the deep
    networks of its day (Coates, Lee and Ng, 2011).
    """
    from sklearn.cluster import MiniBatchKMeans

    fitted_on = material(context, "patch_kmeans", params, dataset)
    pictures = fitted_on.pictures
    size = params.patch_size or max(3, min(USUAL_PATCH, pictures.side // 2))
    if size >= pictures.side:
        raise InvalidRecipe(
            f"A patch of {size} pixels has to be smaller than the image of {pictures.side}.",
            field="params.patch_size",
        )
    if params.patches < params.k:
        raise MethodFailed(f"{params.k} filters need at least as many patches.")
    patches = _drawn(context, params.patches, size, fitted_on)
    mean, whitening = _whitening(patches)
    context.progress(0.4, f"grouping {len(patches):,} patches")
    model = MiniBatchKMeans(params.k, batch_size=4096, n_init=1, random_state=context.seed)
    model.fit((patches - mean) @ whitening)
    centers = model.cluster_centers_.astype(np.float32)
    # What a center answers to most is itself, brought back through the whitening.
    filters = (centers @ whitening).reshape(-1, pictures.channels, size, size)
    arrays = {
        "mean": mean,
        "whitening": whitening,
        "centers": centers,
        "filters": shown(filters.transpose(0, 2, 3, 1)),
    }
    layers = PatchCenters(pictures, mean, whitening, centers).layers
    return fitted("patch_centers", fitted_on, layers, arrays)


def _drawn(context: Context, count: int, size: int, fitted_on: Material) -> NDArray[np.float32]:
    """Draw patches from all images alike, normalized: (count, d)."""
    side = fitted_on.pictures.side
    squares = fitted_on.vectors(context, 0.3).reshape(-1, side, side, fitted_on.pictures.channels)
    of = context.rng.integers(len(squares), size=count)
    top, left = context.rng.integers(side - size + 1, size=(2, count))
    windows = np.lib.stride_tricks.sliding_window_view(squares, (size, size), axis=(1, 2))
    drawn = windows[of, top, left].reshape(count, -1)  # channel by channel, as `unfold`
    return contrast_normalized(torch.from_numpy(255.0 * drawn)).numpy()


def _whitening(patches: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean patch (d) and the ZCA whitening (d, d)."""
    mean = patches.mean(axis=0, dtype=np.float64)
    covariance = np.cov(patches, rowvar=False, dtype=np.float64)
    variances, directions = np.linalg.eigh(covariance)
    scales = 1.0 / np.sqrt(np.maximum(variances, 0.0) + WHITENING)
    return mean.astype(np.float32), ((directions * scales) @ directions.T).astype(np.float32)
