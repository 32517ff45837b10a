"""Running an encoder over all images of a dataset."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.images import Images
from repscope.workers.context import Context
from repscope.workers.encoders.base import Encoder

#: Rows, and their images.
Batch = tuple[slice, NDArray[Any]]
#: Makes the array of a layer of a shape.
MakeArray = Callable[[str, tuple[int, int]], NDArray[Any]]


def encode_all(
    images: Images,
    model: Encoder,
    layers: Sequence[str],
    array: MakeArray,
    progress: Callable[[int], None],
) -> dict[str, NDArray[Any]]:
    """Compute the features of every image, in one pass for all layers.

    Args:
        images: At least one.
        model: The encoder.
        layers: Names of its layers.
        array: Makes the float32 array that a layer is written to, (images, width).
        progress: Called with the number of images that are done, before each batch.

    Returns:
        The array of each layer.
    """
    features: dict[str, NDArray[Any]] = {}
    for rows, batch in _ahead(images.batches(model.square(images.size))):
        progress(rows.start)
        for layer, encoded in model.encode(batch, layers).items():
            if layer not in features:
                features[layer] = array(layer, (len(images), encoded.shape[1]))
            features[layer][rows] = encoded
    return features


def _ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Read and decode each batch of images while the encoder works on the one before it."""

    def read() -> Batch | None:
        batch = next(batches, None)
        return batch and (batch[0], np.array(batch[1]))  # out of its memory map

    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(read)
        while (batch := following.result()) is not None:
            following = thread.submit(read)
            yield batch


def scratch(context: Context, name: str, shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Open an array in the work folder that nobody has to remove: it has no name any longer."""
    path = context.work / f"{name}.npy"
    array = np.lib.format.open_memmap(path, "w+", np.dtype(dtype), shape)
    path.unlink()
    return array
