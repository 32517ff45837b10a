"""The nearest of k mean images."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.errors import MethodFailed
from repscope.workers.classical.fitting import INPUTS, FittingParams, fitted, material, pictures_of
from repscope.workers.classical.pictures import Pictures
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Layer
from repscope.workers.registry import register

DISTANCES, NEAREST = "distances", "nearest"


class Params(FittingParams):
    """How many centers."""

    k: int = Field(64, ge=2, le=2000, title="Number of centers", description="mean images to find")


class Centers:
    """Distances to centers, and which is nearest."""

    def __init__(self, pictures: Pictures, centers: NDArray[np.float32]) -> None:
        """Take the centers, (k, width)."""
        self.layers = [Layer(NEAREST, len(centers)), Layer(DISTANCES, len(centers))]
        self._pictures = pictures
        self._centers = centers

    def square(self, size: tuple[int, int] | None) -> int:
        """Return the side of the square that images are brought to; see `Encoder.square`."""
        return self._pictures.side

    def encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Compute codes; see `Encoder.encode`."""
        from sklearn.metrics import pairwise_distances

        distances = pairwise_distances(self._pictures.vectors(images), self._centers)
        nearest = np.eye(len(self._centers), dtype=np.float32)[distances.argmin(axis=1)]
        codes = {DISTANCES: distances.astype(np.float32), NEAREST: nearest}
        return {layer: codes[layer] for layer in layers}

    def decode(self, codes: NDArray[Any], layer: str) -> NDArray[np.uint8]:
        """Return the nearest center of each code as an image, (batch, side, side, channels)."""
        nearest = codes.argmin(axis=1) if layer == DISTANCES else codes.argmax(axis=1)
        return self._pictures.images(self._centers[nearest])


def load(artifact: Readable, device: str) -> Centers:
    """Load the centers; they run on the processor."""
    return Centers(pictures_of(artifact), np.asarray(artifact.array("centers")))


@register(
    "encoder",
    "kmeans",
    version=2,
    title="k-means",
    params=Params,
    inputs=INPUTS,
    output="encoder",
    seeded=True,
    cost={"constant": 4.0, "rows*params.k": 1e-5},
)
def kmeans(context: Context, params: Params, dataset: Readable) -> Result:
    """Describe an image by the mean image that it is nearest to.

    The k centers are the means of the images nearest to them (Lloyd, 1982), found from k-means++
    starts (Arthur and Vassilvitskii, 2007). The layer `distances` keeps the distance to every
    center; `nearest` keeps only which one it is, one number that is 1 among zeros: the sparsest
    code there is. Decoded, an image becomes its center.
    """
    from sklearn.cluster import KMeans

    fitted_on = material(context, "kmeans", params, dataset)
    if len(fitted_on.rows) < params.k:
        raise MethodFailed(
            f"{params.k} centers need at least {params.k} images to be fitted on, not "
            f"{len(fitted_on.rows)}."
        )
    vectors = fitted_on.vectors(context, 0.3)
    context.progress(0.3, "mean images")
    model = KMeans(params.k, n_init=1, random_state=context.seed).fit(vectors)
    centers = model.cluster_centers_.astype(np.float32)
    arrays = {"centers": centers, "filters": fitted_on.pictures.images(centers)}
    layers = Centers(fitted_on.pictures, centers).layers
    metrics = {"inertia": float(model.inertia_)}
    return fitted("centers", fitted_on, layers, arrays, metrics=metrics)
