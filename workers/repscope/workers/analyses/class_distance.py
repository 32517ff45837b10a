"""How far an image lies from the mean of its class."""

import numpy as np

from repscope.core.catalogue import Input
from repscope.workers.analyses.features import blocks
from repscope.workers.analyses.values import labels_of, numbers
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import NoParams, register


@register(
    "scores",
    "class_distance",
    version=1,
    title="Distance to class mean",
    inputs=[
        Input(name="embedding", kind="embedding", description="the vectors"),
        Input(name="dataset", kind="dataset", description="the images, with classes"),
    ],
    output="values",
    cost={"constant": 0.05, "rows*width": 1e-8},
)
def class_distance(
    context: Context, params: NoParams, embedding: Readable, dataset: Readable
) -> Result:
    """Show how far each image lies from the mean vector of its class.

    Small is typical of its class, large is unusual for it: a rare way to write a seven, a
    photograph from an odd side, or a wrong label. Euclidean distance in the space of the vectors.
    """
    features = embedding.array("features")
    labels = labels_of(dataset, len(features))
    classes = len(dataset.meta["classes"])
    sums, sizes = np.zeros((classes, features.shape[1])), np.zeros(classes)
    for start, block in blocks(features):
        context.progress(0.5 * start / len(features), "class means")
        part = labels[start : start + len(block)]
        np.add.at(sums, part[part >= 0], block[part >= 0])
        np.add.at(sizes, part[part >= 0], 1)
    means = sums / np.maximum(sizes, 1)[:, None]
    distances = np.full(len(features), np.nan)
    for start, block in blocks(features):
        context.progress(0.5 + 0.5 * start / len(features), "distances")
        part = labels[start : start + len(block)]
        known = np.flatnonzero(part >= 0)
        difference = block[known] - means[part[known]]
        distances[start + known] = np.linalg.norm(difference, axis=1)
    return numbers("class_distance", "Distance to the mean of its class", distances)
