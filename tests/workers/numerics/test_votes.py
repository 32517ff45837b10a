"""The weighted k-NN classifier, against scikit-learn's and the formula of DINO's authors."""

import numpy as np
import torch
from sklearn.neighbors import KNeighborsClassifier

from repscope.workers.numerics.votes import votes


def clouds(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 6, count)
    centers = np.random.default_rng(99).standard_normal((6, 16))
    return (centers[labels] + rng.standard_normal((count, 16))).astype(np.float32), labels


def shares(k: int = 20, temperature: float = 0.07) -> torch.Tensor:
    (bank, known), (queries, _) = clouds(300, 0), clouds(80, 1)
    return votes(
        torch.from_numpy(bank),
        torch.from_numpy(known),
        torch.from_numpy(queries),
        6,
        k,
        temperature,
    )


def test_it_names_what_scikit_learn_names_with_these_weights() -> None:
    (bank, known), (queries, _) = clouds(300, 0), clouds(80, 1)
    reference = KNeighborsClassifier(
        20, metric="cosine", algorithm="brute", weights=lambda d: np.exp((1.0 - d) / 0.07)
    ).fit(bank, known)
    found = shares().numpy()
    np.testing.assert_allclose(found, reference.predict_proba(queries), atol=1e-4)
    assert np.array_equal(found.argmax(axis=1), reference.predict(queries))


def test_it_is_the_formula_of_dino() -> None:
    """Similarities, top k, one-hot votes weighted by exp(similarity / T), as in their knn.py."""
    (bank, known), (queries, _) = clouds(300, 0), clouds(80, 1)
    train = torch.nn.functional.normalize(torch.from_numpy(bank).double(), dim=1)
    test = torch.nn.functional.normalize(torch.from_numpy(queries).double(), dim=1)
    distances, indices = torch.mm(test, train.t()).topk(20, largest=True, sorted=True)
    candidates = torch.from_numpy(known).view(1, -1).expand(len(test), -1)
    retrieved = torch.gather(candidates, 1, indices)
    one_hot = torch.zeros(len(test) * 20, 6, dtype=torch.double)
    one_hot.scatter_(1, retrieved.view(-1, 1), 1)
    transformed = distances.div(0.07).exp()
    sums = torch.mul(one_hot.view(len(test), -1, 6), transformed.view(len(test), -1, 1)).sum(1)
    expected = sums / sums.sum(1, keepdim=True)
    np.testing.assert_allclose(shares().numpy(), expected.numpy(), atol=1e-4)


def test_a_small_bank_votes_as_a_whole() -> None:
    bank, known = clouds(5, 2)
    queries, _ = clouds(40, 3)
    found = votes(
        torch.from_numpy(bank), torch.from_numpy(known), torch.from_numpy(queries), 6, 20, 0.07
    )
    np.testing.assert_allclose(found.sum(dim=1).numpy(), 1.0, atol=1e-5)
    absent = np.setdiff1d(np.arange(6), known)
    assert (found.numpy()[:, absent] == 0).all()


def test_a_small_temperature_does_not_overflow() -> None:
    assert torch.isfinite(shares(temperature=0.001)).all()
