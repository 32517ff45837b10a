"""A map that takes a minute, so that a test has time to stop it."""

import time

import numpy as np

from repscope.core.catalogue import Input
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import NoParams, register


@register(
    "projection",
    "slow_map",
    version=1,
    title="Slow map",
    inputs=[Input(name="embedding", kind="embedding")],
    output="points",
)
def slow_map(context: Context, params: NoParams, embedding: Readable) -> Result:
    """Wait for a minute, then show the first two features."""
    for step in range(600):
        context.progress(step / 600, f"waiting, step {step + 1} of 600")
        time.sleep(0.1)
    points = np.asarray(embedding.array("features")[:, :2], dtype=np.float32)
    return Result({"points": points}, {"axes": ["feature 1", "feature 2"]})
