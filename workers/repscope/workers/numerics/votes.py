"""The weighted nearest-neighbor classifier (Wu et al., 2018; as DINO evaluates with it)."""

import torch
from torch import Tensor
from torch.nn import functional

#: Similarities held at a time.
_BLOCK = 2**24


def votes(
    bank: Tensor, labels: Tensor, queries: Tensor, classes: int, k: int, temperature: float
) -> Tensor:
    """Count how much the nearest neighbors of each query speak for each class.

    Each of the k most similar rows of the bank votes for its own class with
    exp(cosine / temperature).

    Args:
        bank: (count, width) features of known rows, which are never those asked for.
        labels: (count,) their classes, from 0.
        queries: (queries, width) features.
        classes: Number of classes.
        k: Neighbors that vote; all, where the bank has fewer.
        temperature: The smaller, the more the nearest count.

    Returns:
        (queries, classes) shares of the votes; each row sums to 1.
    """
    bank, queries = functional.normalize(bank), functional.normalize(queries)
    k = min(k, len(bank))
    found = []
    for some in queries.split(max(1, _BLOCK // len(bank))):
        similarity, nearest = (some @ bank.T).topk(k, dim=1)  # (some, k)
        # The largest similarity is taken out, so that no exponential grows too large.
        weights = ((similarity - similarity[:, :1]) / temperature).exp()
        count = torch.zeros(len(some), classes, device=bank.device)
        count.scatter_add_(1, labels[nearest], weights)
        found.append(count / weights.sum(dim=1, keepdim=True))
    return torch.cat(found)
