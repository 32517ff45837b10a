"""How well models predict reference matrices, for any draw of the images."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.arrays import F64, I64
from repscope.workers.similarity.compare import Comparison
from repscope.workers.similarity.order import weighted_concordance
from repscope.workers.similarity.products import (
    SPENT,
    Product,
    Products,
    pair_weights,
    permuted_products,
    remainder,
    unfold,
)
from repscope.workers.similarity.ranks import order, tied

Rows = Sequence[NDArray[Any]]


class Models(Protocol):
    """Models beside the references that they predict."""

    def scores(self, counts: I64 | None = None) -> F64:
        """Return how alike each reference and model are.

        Args:
            counts: (images,) how many times each image is drawn; by default once.

        Returns:
            (references, models); not a number where one is the same everywhere.
        """

    def permuted(self, permutation: I64) -> F64:
        """Return (models,) mean scores when the references' images are permuted."""


def beside(references: Rows, models: Rows, controls: Rows, by: Comparison, images: int) -> Models:
    """Make models ready to be compared with references.

    Args:
        references: Condensed matrices, such as one of each subject.
        models: Others of the same images.
        controls: What they explain is taken out of both; only for measures that are products of
            vectors which have a length of their own.
        by: The measure.
        images: How many images they are of.
    """
    if by == "tau-a":
        assert not controls, "tau-a knows no controls"
        return _ByOrder(references, models, images)
    return _ByProducts(references, models, controls, by, images)


class _ByProducts:
    """Of measures that are products of vectors."""

    def __init__(
        self, references: Rows, models: Rows, controls: Rows, by: Product, images: int
    ) -> None:
        self._products = Products([*references, *models, *controls], by, images)
        self._references, self._controls = len(references), len(controls)
        self._moved: tuple[F64, F64] | None = None

    def scores(self, counts: I64 | None = None) -> F64:
        left, right = self._products.vectors(counts)
        gram = remainder(left @ right.T, self._controls)
        limit = self._products.limit(counts)
        squares = np.diagonal(gram) if limit is None else np.full(len(gram), limit)
        with np.errstate(invalid="ignore", divide="ignore"):
            scaled = gram / np.sqrt(np.outer(squares, squares))
        found: F64 = scaled[: self._references, self._references :]
        return found

    def prepare(self) -> None:
        """Make what permutations move, once: the mean of the references, and the models."""
        left, right = self._products.vectors()
        first = len(left) - self._controls
        ours, theirs = _without(left, right, first), _without(right, left, first)
        gram = np.einsum("ij,ij->i", ours, theirs)
        limit = self._products.limit()
        squares = gram if limit is None else np.full(first, limit)
        with np.errstate(invalid="ignore", divide="ignore"):
            lengths = np.sqrt(squares)[:, None]
            mean = (ours / lengths)[: self._references].mean(axis=0)
            models = (theirs / lengths)[self._references :]
        self._moved = unfold(mean, self._products.images), models

    def permuted(self, permutation: I64) -> F64:
        if self._moved is None:
            self.prepare()
        assert self._moved is not None, "just made"
        return permuted_products(*self._moved, permutation)


def _without(rows: F64, duals: F64, first: int) -> F64:
    """Take out of the first rows what those behind them explain.

    Args:
        rows: (k, pairs) vectors in one form.
        duals: (k, pairs) the same in the form that the first is multiplied with.
        first: How many rows stay.
    """
    if first == len(rows):
        return rows
    gram = rows @ duals[first:].T
    weights = gram[:first] @ np.linalg.pinv(gram[first:], hermitian=True)
    left = rows[:first] - weights @ rows[first:]
    before = np.einsum("ij,ij->i", rows[:first], duals[:first])
    after = before - np.einsum("ij,ij->i", weights, gram[:first])
    left[after <= SPENT * before] = 0.0
    return left


class _ByOrder:
    """Of Kendall's tau-a: pairs of dissimilarities in the same order, less those in opposite."""

    def __init__(self, references: Rows, models: Rows, images: int) -> None:
        self._images = images
        self._pairs = images * (images - 1) // 2
        self._levels = [
            np.unique(row, return_inverse=True)[1].astype(np.int64) for row in references
        ]
        places = [order(row) for row in models]
        self._sorted = [(p, tied(row, p)) for row, p in zip(models, places, strict=True)]

    def scores(self, counts: I64 | None = None) -> F64:
        if counts is None:
            counts = np.ones(self._images, np.int64)
        weights = pair_weights(counts)
        return self._of(self._levels, weights)

    def permuted(self, permutation: I64) -> F64:
        i, j = np.triu_indices(self._images, 1)
        low, high = np.sort([permutation[i], permutation[j]], axis=0)
        moved = low * self._images - low * (low + 1) // 2 + high - low - 1
        found = self._of([levels[moved] for levels in self._levels], np.ones(self._pairs))
        mean: F64 = found.mean(axis=0)
        return mean

    def _of(self, levels: list[I64], weights: F64) -> F64:
        total = weights.sum()
        found = np.array(
            [[weighted_concordance(*each, own, weights) for each in self._sorted] for own in levels]
        )
        return found / (total * (total - 1.0) / 2.0)
