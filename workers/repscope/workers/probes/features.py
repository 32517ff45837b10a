"""The features that are probed."""

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from repscope.core.images import images_of
from repscope.workers.context import Context, Readable
from repscope.workers.encoders.base import Encoder, Stored, load, load_stored
from repscope.workers.encoders.running import encode_all, scratch, some_images
from repscope.workers.probes.division import Division
from repscope.workers.probes.measuring import Features
from repscope.workers.probes.refitting import Refitted, is_refitted

#: Raw pixels are those of the image fitted to at most this side.
PIXEL_SIDE = 32

Probed = Encoder | Stored | Refitted


def small_pixels(context: Context, dataset: Readable) -> NDArray[np.uint8]:
    """Return every image as (rows, numbers) uint8, of at most 32 by 32 pixels.

    Raises:
        MethodFailed: There are no images.
    """
    images = some_images(dataset)
    small = images.size is not None and max(images.size) <= PIXEL_SIDE
    pixels: NDArray[np.uint8] | None = None
    for rows, batch in images.batches(None if small else PIXEL_SIDE):
        context.progress(None, "reading images")
        if pixels is None:
            pixels = scratch(context, "pixels", (len(images), batch[0].size), np.uint8)
        pixels[rows] = batch.reshape(len(batch), -1)
    assert pixels is not None
    return pixels


def open_encoder(context: Context, dataset: Readable, encoder: Readable, number: int = 0) -> Probed:
    """Load what is to be probed: an encoder, or vectors that somebody brought.

    Args:
        context: Of the probe.
        dataset: Its images; an encoder that was fitted on them is fitted anew.
        encoder: The artifact.
        number: Its place among those that are probed.
    """
    if is_refitted(context, encoder, number):
        return Refitted(context, encoder, dataset)
    return load_stored(encoder) or load(encoder, context.device)


def features_of(
    context: Context,
    dataset: Readable,
    model: Probed,
    layers: Sequence[str],
    divisions: Sequence[Division],
    progress: Callable[[float], None],
) -> dict[str, Features]:
    """Return the features of all images at some layers; computed, in files of the work folder.

    Args:
        context: Of the probe.
        dataset: Its images.
        model: What is probed.
        layers: Names of its layers.
        divisions: Of the repetitions; what is fitted anew gives other features in each.
        progress: Called with the share that is done.
    """
    if isinstance(model, Refitted):
        return _refitted(context, dataset, model, layers, divisions, progress)
    images = images_of(dataset)
    if not hasattr(model, "encode"):
        return {layer: model.rows(dataset, len(images), layer) for layer in layers}
    found: dict[str, Features] = {}
    return found | encode_all(
        images,
        cast(Encoder, model),
        layers,
        lambda _, shape: scratch(context, "features", shape, np.float32),
        lambda done: progress(done / len(images)),
    )


def _refitted(
    context: Context,
    dataset: Readable,
    model: Refitted,
    layers: Sequence[str],
    divisions: Sequence[Division],
    progress: Callable[[float], None],
) -> dict[str, Features]:
    found: dict[str, list[NDArray[np.float32]]] = {layer: [] for layer in layers}
    for number, division in enumerate(divisions):
        if number and np.array_equal(division.train, divisions[number - 1].train):
            again = {layer: each[-1] for layer, each in found.items()}
        else:
            progress(number / len(divisions))
            part = lambda share, done=number: progress((done + share) / len(divisions))  # noqa: E731
            encoder = model.on(division.train)
            again = features_of(context, dataset, encoder, layers, [], part)  # type: ignore[assignment]
        for layer, features in again.items():
            found[layer].append(features)
    return dict(found)
