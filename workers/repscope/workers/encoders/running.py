"""Running an encoder over all images of a dataset."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import MethodFailed
from repscope.core.images import Images, images_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Encoder, Layer

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


def embedding_of(
    context: Context, images: Images, model: Encoder, layer: str, said: Mapping[str, Any]
) -> Result:
    """Make the embedding of all images at one layer.

    Args:
        context: Of the job, which is told how far it is.
        images: At least one.
        model: The encoder.
        layer: Name of its layer.
        said: What else `meta` says.
    """
    count = len(images)
    features = encode_all(
        images,
        model,
        [layer],
        lambda _, shape: context.array("features", shape, "float32"),
        lambda done: context.progress(done / count, f"{done:,} of {count:,} images"),
    )
    context.progress(1.0, f"{count:,} images")
    meta = {"layer": layer, "layers": widths(model.layers), **said}
    return Result({"features": features[layer]}, meta)


def widths(layers: Iterable[Layer]) -> list[dict[str, Any]]:
    """List layers by name, with the numbers that each has for an image, as `meta` has it."""
    return [{"name": layer.name, "width": layer.width} for layer in layers]


def some_images(dataset: Readable) -> Images:
    """Return the images of a dataset.

    Raises:
        MethodFailed: It has none.
    """
    images = images_of(dataset)
    if len(images) == 0:
        raise MethodFailed("The dataset has no images.")
    return images


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
