"""Images in the format of MNIST."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Context, Result
from repscope.workers.datasets.stacks import Part, assemble
from repscope.workers.files.idx import read_idx
from repscope.workers.files.params import ClassNames, Title, Upload
from repscope.workers.registry import MethodParams, register


class Params(MethodParams):
    """Which uploads."""

    images: Upload = Field(description="SHA-256 of the file of images, plain or .gz")
    labels: Upload | None = Field(None, description="SHA-256 of the file of their labels")
    test_images: Upload | None = Field(
        None, description="SHA-256 of a second file of images: the split test"
    )
    test_labels: Upload | None = Field(None, description="SHA-256 of the file of their labels")
    class_names: ClassNames | None = Field(
        None, description="names of the classes, in the order of their numbers from 0"
    )
    title: Title | None = Field(None, description="name for people")


@register(
    "dataset",
    "idx",
    version=1,
    title="IDX files",
    params=Params,
    output="images",
    cost={"constant": 5.0},
)
def idx(context: Context, params: Params) -> Result:
    """Images and labels from the IDX files of MNIST and Fashion-MNIST, plain or packed by gzip.

    With test files given, the first images are the split train and the second the split test.
    Classes are called by their numbers unless names are given. Numbers from 0 to 255 are kept as
    they are; floats from 0 to 1 are spread over 0 to 255, 16 bits keep their upper 8, and any
    other range is stretched from its least to its greatest value.
    """
    if params.test_labels and not params.test_images:
        raise InvalidRecipe(
            "'test_labels' are given without 'test_images'.", field="params.test_labels"
        )
    given = [("", params.images, params.labels)]
    if params.test_images:
        given.append(("test ", params.test_images, params.test_labels))
    parts = []
    for which, images, labels in given:
        parts.append(
            Part(
                _read(context, images, f"The file of {which}images"),
                _read(context, labels, f"The file of {which}labels") if labels else None,
                (which.strip() or "train") if params.test_images else None,
            )
        )
    return assemble(
        context,
        parts,
        name="The file of images",
        class_names=params.class_names,
        title=params.title or "IDX images",
        source=f"an IDX file with the SHA-256 {params.images}",
    )


def _read(context: Context, sha256: str, name: str) -> NDArray[np.generic]:
    return read_idx(
        context.upload(sha256),
        context.work / "idx",
        name,
        lambda share: context.progress(None, f"unpacking: {share:.0%}"),
    )
