"""The weighted nearest-neighbor classifier (Wu et al., 2018; as DINO evaluates with it)."""

from torch import Tensor

from repscope.workers.numerics.votes import votes

NEIGHBORS = 20
TEMPERATURE = 0.07


def predict(
    bank: Tensor,
    labels: Tensor,
    queries: Tensor,
    k: int = NEIGHBORS,
    temperature: float = TEMPERATURE,
) -> Tensor:
    """Name the class of each query by a vote of its nearest neighbors in the bank.

    Each of the k most similar votes for its own class with exp(cosine / temperature).

    Args:
        bank: (count, width) features of known rows, which are never those asked for.
        labels: (count,) their classes, from 0.
        queries: (queries, width) features.
        k: Neighbors that vote; all, where the bank has fewer.
        temperature: The smaller, the more the nearest count.

    Returns:
        (queries,) classes.
    """
    classes = int(labels.max()) + 1
    return votes(bank, labels, queries, classes, k, temperature).argmax(dim=1)


def accuracy(bank: Tensor, labels: Tensor, queries: Tensor, truth: Tensor) -> float:
    """Return the share of queries whose class is named right, 0 to 1."""
    return float((predict(bank, labels, queries) == truth).double().mean())
