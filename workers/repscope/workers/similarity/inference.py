"""What the scores of models are worth: intervals, tests, noise ceiling.

Nili et al. (2014) and Schuett et al. (2023); false discovery rate: Benjamini and Hochberg (1995).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import false_discovery_control

from repscope.workers.numerics.arrays import F64, I64
from repscope.workers.numerics.blocks import Progress, at_most, share
from repscope.workers.similarity.compare import Comparison
from repscope.workers.similarity.models import Models, Rows, beside
from repscope.workers.similarity.ranks import ranks

Over = Literal["images", "subjects", "both"]

#: Bytes that all threads together may take for the vectors of a draw.
_MEMORY = 4 * 2**30


@dataclass(frozen=True)
class Differences:
    """Which model is better than which.

    Attributes:
        values: (m, m) score of one less that of the other.
        p: (m, m) two-sided, from the bootstrap; 1 on the diagonal.
        q: (m, m) the same with the rate of false discoveries controlled over all pairs.
    """

    values: F64
    p: F64
    q: F64


def bootstrap(
    models: Models,
    images: int,
    subjects: int,
    over: Over,
    draws: int,
    rng: np.random.Generator,
    threads: int,
    progress: Progress,
) -> F64:
    """Draw images, subjects or both with replacement, and score the models anew.

    Args:
        models: Beside their references.
        images: How many there are.
        subjects: How many references there are.
        over: What is drawn; the rest stays as it is.
        draws: How often.
        rng: Where the draws come from.
        threads: That work at once, at most.
        progress: Told of the share done; cancels by raising.

    Returns:
        (draws, m) mean scores over subjects.
    """
    those = rng.multinomial(images, np.full(images, 1.0 / images), draws)
    weights = np.full((draws, subjects), 1.0 / subjects)
    if over != "images":
        weights = rng.multinomial(subjects, weights[0], draws) / subjects
    if over == "subjects":
        progress(1.0)
        return weights @ models.scores()
    return _each(draws, lambda draw: weights[draw] @ models.scores(those[draw]), threads, progress)


def permutations(
    models: Models,
    images: int,
    draws: int,
    rng: np.random.Generator,
    threads: int,
    progress: Progress,
) -> F64:
    """Score the models when the images of the references are permuted, jointly in rows and columns.

    Returns:
        (draws, m) mean scores over subjects: what chance gives.
    """
    orders: I64 = np.array([rng.permutation(images) for _ in range(draws)])
    models.permuted(np.arange(images))  # what is made once is made before the threads begin
    return _each(draws, lambda draw: models.permuted(orders[draw]), threads, progress)


def threads_for(numbers: int) -> int:
    """Return how many threads may hold so many numbers each."""
    return max(1, _MEMORY // max(8 * numbers, 1))


def _each(draws: int, score: Callable[[int], F64], threads: int, progress: Progress) -> F64:
    found: dict[int, F64] = {}

    def work(draw: int) -> None:
        found[draw] = score(draw)

    with at_most(threads):
        share(work, range(draws), draws, progress)
    return np.array([found[draw] for draw in range(draws)])


def p_values(scores: F64, chance: F64) -> F64:
    """Return the share of permutations that score as high, the observed order among them.

    Args:
        scores: (m,) observed.
        chance: (draws, m) of permutations.
    """
    # What is the same on paper may differ by rounding.
    reached = (chance >= scores - 1e-12).sum(axis=0)
    p = (reached + 1.0) / (len(chance) + 1.0)
    return np.where(np.isnan(scores), np.nan, p)


def interval(drawn: F64, confidence: float) -> tuple[F64, F64]:
    """Return the lower and upper ends of the percentile interval, (m,) each.

    Draws that give no score, such as those without an image of one class, are left out.
    """
    tail = (1.0 - confidence) / 2.0
    there = ~np.isnan(drawn).all(axis=0)
    low, high = np.full((2, drawn.shape[1]), np.nan)
    low[there], high[there] = np.nanquantile(drawn[:, there], [tail, 1.0 - tail], axis=0)
    return low, high


def compare_models(scores: F64, drawn: F64) -> Differences:
    """Compare every two models by the same draws.

    Args:
        scores: (m,) observed.
        drawn: (draws, m) of the bootstrap.
    """
    values = scores[:, None] - scores
    apart = drawn[:, :, None] - drawn[:, None]
    there = (~np.isnan(apart)).sum(axis=0)
    lesser = np.minimum((apart <= 0.0).sum(axis=0), (apart >= 0.0).sum(axis=0))
    p = np.minimum(2.0 * (lesser + 1.0) / (there + 1.0), 1.0)
    p[there == 0] = np.nan
    q = np.where(np.isnan(p), np.nan, 1.0)
    rows, columns = np.triu_indices(len(scores), 1)
    known = ~np.isnan(p[rows, columns])
    rows, columns = rows[known], columns[known]
    if len(rows):
        q[rows, columns] = q[columns, rows] = false_discovery_control(p[rows, columns])
    return Differences(values, p, q)


def noise_ceiling(
    subjects: Rows, controls: Rows, by: Comparison, images: int
) -> tuple[float, float]:
    """Return how high a model could score, given how much subjects differ.

    The upper bound is how alike each subject and the mean of all are, which no model passes by
    much; for the lower one the subject is left out of the mean. Before the mean, matrices are
    brought to ranks, to z-scores or to length 1, as the measure does; for tau-a to ranks, which is
    an approximation.

    Args:
        subjects: Condensed matrices.
        controls: What they explain is taken out of both sides.
        by: The measure.
        images: How many images they are of.

    Returns:
        Lower and upper bound; not numbers where there is one subject.
    """
    count = len(subjects)
    if count < 2:
        return float("nan"), float("nan")
    alike = np.array([_leveled(np.asarray(row), by) for row in subjects])
    total = alike.sum(axis=0)
    means = [total / count, *((total - row) / (count - 1) for row in alike)]
    found = beside(subjects, means, controls, by, images).scores()
    without = found[np.arange(count), np.arange(1, count + 1)]
    return float(without.mean()), float(found[:, 0].mean())


def _leveled(row: F64, by: Comparison) -> F64:
    """Bring a subject's matrix to the scale on which the measure compares."""
    if by in ("spearman", "rho-a", "tau-a"):
        return ranks(row)
    values = np.asarray(row, np.float64)
    if by in ("pearson", "whitened-correlation"):
        values = values - values.mean()
    spread = np.sqrt(np.mean(np.square(values)))
    return values / spread if spread > 0.0 else values
