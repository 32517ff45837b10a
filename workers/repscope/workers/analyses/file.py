"""Dissimilarity matrices from a file: of brains, of judgements, of other programs."""

from typing import Literal

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.files.params import Title, Upload
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity.condensed import length
from repscope.workers.similarity.square import condense, images_of
from repscope.workers.similarity.uploaded import Brought, read

#: Dissimilarities of all subjects together: 1.6 GB.
_MOST = 400_000_000


class Params(MethodParams):
    """Which upload, and which of what it holds."""

    file: Upload = Field(description="SHA-256 of the .npy, .csv or .mat file")
    name: str = Field(
        "",
        max_length=200,
        description="variable of a .mat file, or the name of its structures; empty for the only "
        "variable",
    )
    average: Literal["none", "session"] = Field(
        "session",
        description="session: the mean over sessions of each subject, where the file has them; "
        "none: each session as if it were a subject",
    )
    title: Title | None = Field(None, description="name for people")


@register(
    "rdm",
    "file",
    version=1,
    title="Dissimilarities from a file",
    params=Params,
    inputs=[
        Input(
            name="dataset",
            kind="dataset",
            optional=True,
            description="the images that they are of, in order; checks their number",
        )
    ],
    output="matrix",
    cost={"constant": 2.0},
)
def file(context: Context, params: Params, dataset: Readable | None = None) -> Result:
    """Bring dissimilarities that were measured elsewhere, such as in brains or by judgement.

    A .npy or .csv file holds n x n numbers, or the n (n - 1) / 2 above the diagonal, row by row;
    several subjects are s x n x n or n x n x s, and with sessions s x t x n x n. A .mat file (up
    to version 7) holds such variables, or structures with a field `RDM` and a `name`, subjects by
    sessions. Matrices must be symmetric with zeros on the diagonal; values that are not finite are
    refused. The array `rdm` is the mean over subjects, `subjects` those that it is the mean of.
    """
    brought = read(
        context.upload(params.file),
        context.work / "table",
        params.name,
        lambda share: context.progress(None, f"reading: {share:.0%}"),
    )
    rows = brought.values
    names = [_title(each) for each in brought.names]
    if params.average == "none":
        names = [name for each in brought.names for name in each]
        rows = [[values] for each in brought.values for values in each]
    pairs = _pairs(brought, dataset)
    if len(rows) * pairs > _MOST:
        raise MethodFailed(
            f"The file holds {len(rows) * pairs:,} dissimilarities; {_MOST:,} are read at most."
        )
    total = np.zeros(pairs)
    several = len(rows) > 1
    subjects = context.array("subjects", (len(rows), pairs), "float32") if several else None
    for index, sessions in enumerate(rows):
        context.progress(index / len(rows), f"subject {index + 1} of {len(rows)}")
        called = f"Matrix {index + 1}" if several else "The matrix"
        mean = sum(condense(each, called) for each in sessions) / len(sessions)
        total += mean
        if subjects is not None:
            subjects[index] = mean
    arrays = {"rdm": (total / len(rows)).astype(np.float32)}
    if subjects is not None:
        arrays["subjects"] = subjects
    meta = {
        "count": images_of(pairs),
        "subjects": names if several else [],
        "sessions": max(map(len, rows)),
        "title": params.title or params.name or (names[0] if not several else "") or "From a file",
    }
    return Result(arrays, meta)


def _pairs(brought: Brought, dataset: Readable | None) -> int:
    """Return the number of pairs, the same for all."""
    found = {
        length(len(each)) if each.ndim == 2 else len(each)
        for sessions in brought.values
        for each in sessions
    }
    if len(found) > 1:
        raise MethodFailed("The matrices of the file are of different numbers of images.")
    (pairs,) = found
    count = images_of(pairs)
    if dataset is not None and dataset.meta["count"] != count:
        raise MethodFailed(
            f"The file is of {count:,} images and the dataset has "
            f"{dataset.meta['count']:,}; they must be the same, in order."
        )
    return pairs


def _title(names: list[str]) -> str:
    """Return what the names of a subject's sessions begin with."""
    if len(set(names)) == 1:
        return names[0]
    shared = names[0]
    while not all(each.startswith(shared) for each in names):
        shared = shared[:-1]
    return shared.rsplit("|", 1)[0].strip(" |:-_") or names[0]
