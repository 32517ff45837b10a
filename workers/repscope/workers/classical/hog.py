"""Histograms of oriented gradients."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.errors import InvalidRecipe
from repscope.core.images import images_of
from repscope.workers.classical.fitting import (
    INPUTS,
    PictureParams,
    described,
    pictures_for,
    pictures_of,
)
from repscope.workers.classical.pictures import Pictures
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Layer
from repscope.workers.registry import register

CELLS, BLOCKS = "cells", "blocks"
#: Cells along the side of a block.
BLOCK = 2
#: No normalized value may be larger: a single strong edge is not to be all there is.
CLIP = 0.2
SMALL = 1e-5


class Params(PictureParams):
    """How coarse."""

    cell: int = Field(4, ge=2, le=32, description="side of a cell in pixels")
    orientations: int = Field(9, ge=2, le=36, description="directions that are told apart")


class OrientedGradients:
    """Gradients counted by direction in each cell, normalized over blocks of 2 by 2 cells."""

    def __init__(self, pictures: Pictures, cell: int, orientations: int) -> None:
        """Take the size of the images and of the cells."""
        cells = pictures.side // cell
        blocks = cells - BLOCK + 1
        self.layers = [
            Layer(CELLS, cells**2 * orientations),
            Layer(BLOCKS, blocks**2 * BLOCK**2 * orientations),
        ]
        self._pictures, self._cell, self._orientations = pictures, cell, orientations

    def square(self, size: tuple[int, int] | None) -> int:
        """Return the side of the square that images are brought to; see `Encoder.square`."""
        return self._pictures.side

    def encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Compute histograms; see `Encoder.encode`."""
        cells = self._cells(*_gradients(self._pictures.squares(images)))
        found = {CELLS: cells, BLOCKS: _normalized(cells) if BLOCKS in layers else cells}
        return {layer: found[layer].reshape(len(images), -1) for layer in layers}

    def _cells(self, down: NDArray[Any], right: NDArray[Any]) -> NDArray[np.float32]:
        """Sum gradients by direction, (batch, cells, cells, orientations)."""
        strength = np.hypot(down, right)
        # A gradient and its opposite are the same edge.
        angle = np.rad2deg(np.arctan2(down, right)) % 180.0
        direction = np.minimum(angle * self._orientations / 180.0, self._orientations - 1)
        direction = direction.astype(np.int64)
        size, count = self._cell, self._pictures.side // self._cell
        used = slice(0, count * size)
        cells = np.empty((len(down), count, count, self._orientations), np.float32)
        for index in range(self._orientations):
            votes = np.where(direction == index, strength, 0.0)[:, used, used]
            votes = votes.reshape(-1, count, size, count, size)
            cells[..., index] = votes.sum(axis=(2, 4)) / size**2
        return cells


def _gradients(squares: NDArray[np.float32]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return how brightness changes downwards and to the right, (batch, side, side).

    By differences of the two neighbors, 0 at the border; of a color image in the channel in which
    it changes most.
    """
    down, right = np.zeros_like(squares), np.zeros_like(squares)
    down[:, 1:-1] = squares[:, 2:] - squares[:, :-2]
    right[:, :, 1:-1] = squares[:, :, 2:] - squares[:, :, :-2]
    strongest = np.hypot(down, right).argmax(axis=3)[..., None]
    down, right = (np.take_along_axis(each, strongest, axis=3)[..., 0] for each in (down, right))
    return down, right


def _normalized(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return overlapping blocks of cells, each of length 1, clipped and normalized again."""
    windows = np.lib.stride_tricks.sliding_window_view(cells, (BLOCK, BLOCK), axis=(1, 2))
    blocks = np.moveaxis(windows, 3, 5)  # (batch, blocks, blocks, 2, 2, orientations)
    blocks = blocks.reshape(*blocks.shape[:3], -1)
    blocks = blocks / np.sqrt(np.square(blocks).sum(axis=-1, keepdims=True) + SMALL**2)
    blocks = np.minimum(blocks, CLIP)
    return blocks / np.sqrt(np.square(blocks).sum(axis=-1, keepdims=True) + SMALL**2)


def load(artifact: Readable, device: str) -> OrientedGradients:
    """Return the encoder; nothing was learned."""
    config = artifact.meta["config"]
    return OrientedGradients(pictures_of(artifact), config["cell"], config["orientations"])


@register(
    "encoder",
    "hog",
    version=1,
    title="Oriented gradients (HOG)",
    params=Params,
    inputs=INPUTS,
    output="encoder",
    cost={"constant": 2.0},
)
def hog(context: Context, params: Params, dataset: Readable) -> Result:
    """Describe an image by the directions of its edges, cell by cell (Dalal and Triggs, 2005).

    In each cell the strength of the gradients is added up by direction; blocks of 2 by 2 cells are
    normalized, so that brightness and contrast do not count. Nothing is learned, and for years
    nothing found people better. The layer `cells` is what it is before the normalization.
    """
    pictures = pictures_for(params, images_of(dataset))
    if pictures.side < BLOCK * params.cell:
        raise InvalidRecipe(
            f"A block of {BLOCK} by {BLOCK} cells of {params.cell} pixels does not fit into an "
            f"image of {pictures.side}; take smaller cells or larger images.",
            field="params.cell",
        )
    layers = OrientedGradients(pictures, params.cell, params.orientations).layers
    config = {"cell": params.cell, "orientations": params.orientations}
    return Result(meta=described("hog", pictures, layers, config))
