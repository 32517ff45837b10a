"""Handwritten digits, the smallest real dataset."""

import gzip

import numpy as np

from repscope.workers.context import Context, Result
from repscope.workers.datasets.bundled import bundled_file
from repscope.workers.datasets.description import describe
from repscope.workers.registry import NoParams, register


@register(
    "dataset",
    "digits",
    version=1,
    title="Handwritten digits",
    output="images",
    cost={"constant": 0.1},
)
def digits(context: Context, params: NoParams) -> Result:
    """1,797 handwritten digits of 8 by 8 pixels, by 13 people.

    The test half of the UCI collection "Optical Recognition of Handwritten Digits" (Alpaydin and
    Kaynak, 1998), which comes with scikit-learn. People wrote on 32 by 32 bitmaps; each pixel here
    counts the ink in a block of 4 by 4, so it has 17 levels. Small enough that every method answers
    at once, and real: nines look like threes, and some writers are hard to read.
    """
    with gzip.open(bundled_file("data", "digits.csv.gz"), "rt") as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.float32)  # (1797, 64 pixels + 1 label)
    ink = table[:, :64].reshape(-1, 8, 8, 1)  # 0 is empty, 16 is all ink
    images = np.round(ink * (255.0 / 16.0)).astype(np.uint8)
    meta = describe(
        images,
        title="Handwritten digits",
        source="E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, by way of scikit-learn",
        license="CC BY 4.0",
        classes=[str(digit) for digit in range(10)],
    )
    return Result({"images": images, "labels": table[:, 64].astype(np.int32)}, meta)
