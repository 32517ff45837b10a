"""How well models predict the dissimilarities of a reference, and how sure that is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity.compare import COMPARISON, Comparison
from repscope.workers.similarity.inference import (
    Over,
    bootstrap,
    compare_models,
    interval,
    noise_ceiling,
    p_values,
    permutations,
    threads_for,
)
from repscope.workers.similarity.models import beside
from repscope.workers.similarity.square import images_of

#: Dissimilarities of all matrices together.
_MOST = 100_000_000
#: Images below which a bootstrap often draws too few pairs.
_LEAST = 5


class Params(MethodParams):
    """How matrices are compared, and how often chance is asked."""

    by: Comparison = Field("spearman", description=COMPARISON)
    over: Over = Field(
        "images",
        description="what the bootstrap draws anew: images, to conclude on others like them; "
        "subjects, on other people; or both",
    )
    bootstrap: int = Field(1000, ge=100, le=100_000, description="draws with replacement")
    permutations: int = Field(1000, ge=100, le=100_000, description="orders of the images")
    confidence: float = Field(0.95, ge=0.5, le=0.999, description="of the intervals")


@register(
    "similarity",
    "fit",
    version=1,
    title="RSA with inference",
    params=Params,
    inputs=[
        Input(name="reference", kind="rdm", description="what is predicted, such as a brain's"),
        Input(name="models", kind="rdm", many=True, description="what predicts it"),
        Input(
            name="control",
            kind="rdm",
            many=True,
            optional=True,
            description="what is taken out of both before, such as that of pixels",
        ),
    ],
    output="fit",
    seeded=True,
    cost={"constant": 1.0, "params.bootstrap": 2e-3, "params.permutations": 2e-4},
)
def fit(
    context: Context,
    params: Params,
    reference: Readable,
    models: list[Readable],
    control: list[Readable] | None = None,
) -> Result:
    """Tell how well each model predicts a reference, with intervals, tests and a noise ceiling.

    A score is the mean similarity to the subjects of the reference, where it has several. The
    intervals and the tests of two models against each other come from a bootstrap; the test of each
    against chance from permuting the images. The noise ceiling is how well a perfect model would
    do, given how much subjects differ (Nili et al., 2014; Schuett et al., 2023). With `control`,
    what others explain is taken out of reference and models before (partial correlation). The
    whitened measures take into account that dissimilarities which share an image vary together
    (Diedrichsen et al., 2021).
    """
    several = "subjects" in reference.array_names
    whole = reference.array("subjects") if several else reference.array("rdm")[None]
    subjects = list(np.asarray(whole))
    rows = [np.asarray(each.array("rdm")) for each in models]
    controls = [np.asarray(each.array("rdm")) for each in control or []]
    images = _checked(subjects, rows, controls, params)
    rng = np.random.default_rng(context.seed)
    context.progress(0.0, "comparing")
    fitted = beside(subjects, rows, controls, params.by, images)
    each = fitted.scores()  # (s, m)
    scores = each.mean(axis=0)
    numbers = (len(subjects) + len(rows) + len(controls)) * len(rows[0])
    threads = threads_for(numbers)
    drawn = bootstrap(
        fitted,
        images,
        len(subjects),
        params.over,
        params.bootstrap,
        rng,
        threads,
        lambda share: context.progress(0.7 * share, f"bootstrap: {share:.0%}"),
    )
    chance = permutations(
        fitted,
        images,
        params.permutations,
        rng,
        threads,
        lambda share: context.progress(0.7 + 0.25 * share, f"permutations: {share:.0%}"),
    )
    low, high = interval(drawn, params.confidence)
    against = compare_models(scores, drawn)
    ceiling = noise_ceiling(subjects, controls, params.by, images)
    context.progress(1.0)
    arrays: dict[str, NDArray[Any]] = {
        "scores": scores,
        "low": low,
        "high": high,
        "p": p_values(scores, chance),
        "noise_ceiling": np.array(ceiling),
        "differences": against.values,
        "p_differences": against.p,
        "q_differences": against.q,
    }
    if several:
        arrays["subject_scores"] = each
    meta = {
        "by": params.by,
        "over": params.over,
        "images": images,
        "subjects": len(subjects),
        "bootstrap": params.bootstrap,
        "permutations": params.permutations,
        "confidence": params.confidence,
        "controls": len(controls),
    }
    return Result(arrays, meta)


def _checked(
    subjects: list[NDArray[Any]],
    rows: list[NDArray[Any]],
    controls: list[NDArray[Any]],
    params: Params,
) -> int:
    """Return the number of images, when all goes together."""
    everything = [*subjects, *rows, *controls]
    pairs = len(subjects[0])
    if any(len(each) != pairs for each in everything):
        raise MethodFailed(
            "The matrices are of different numbers of images; make all of one dataset."
        )
    images = images_of(pairs)
    if images is None or images < _LEAST:
        raise MethodFailed(f"Inference needs {_LEAST} images at least; take more.")
    if len(everything) * pairs > _MOST:
        raise MethodFailed(
            f"{len(everything)} matrices of {images:,} images are more than the {_MOST:,} "
            "dissimilarities that are drawn from; take a part of the images (dataset/subset)."
        )
    if params.over != "images" and len(subjects) < 2:
        raise InvalidRecipe(
            "The reference has one subject, and none to draw from; draw images.",
            field="params.over",
        )
    if controls and params.by in ("rho-a", "tau-a"):
        raise InvalidRecipe(
            f"{params.by} has no partial form; with controls choose spearman, pearson, cosine or "
            "a whitened measure.",
            field="params.by",
        )
    return images
