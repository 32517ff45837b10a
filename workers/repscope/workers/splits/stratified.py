"""A random split in which every class keeps its share."""

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.datasets.labels import groups_of
from repscope.workers.numerics.apportion import stratified as draw
from repscope.workers.registry import MethodParams, register
from repscope.workers.splits.parts import TEST, TRAIN, VALIDATION, as_split


class Params(MethodParams):
    """How large the parts are."""

    test: float = Field(0.2, ge=0.0, le=0.9, description="share of the images that test")
    validation: float = Field(
        0.0, ge=0.0, le=0.9, description="share of the images that validate choices"
    )


@register(
    "split",
    "stratified",
    version=1,
    title="Random split",
    params=Params,
    inputs=[Input(name="dataset", kind="dataset", description="the images to divide")],
    output="values",
    seeded=True,
    cost={"constant": 0.05, "rows": 1e-7},
)
def stratified(context: Context, params: Params, dataset: Readable) -> Result:
    """Divide the images at random into train, validation and test, every class by the same shares.

    Numbers are rounded by largest remainders, so that the parts have exactly the sizes asked for
    and no class is off by more than one. Images without a class are divided like a class of their
    own, and so are all images of a dataset that has none. Another seed divides otherwise.
    """
    count = int(dataset.meta["count"])
    tested, validated = round(params.test * count), round(params.validation * count)
    if tested + validated >= count > 0:
        raise MethodFailed(
            f"Test and validation would take all {count:,} images; leave some to train on."
        )
    labels = groups_of(dataset)
    split = np.full(count, TRAIN, np.int8)
    split[draw(labels, tested, context.rng)] = TEST
    rest = np.flatnonzero(split == TRAIN)
    split[rest[draw(labels[rest], validated, context.rng)]] = VALIDATION
    return as_split(split)
