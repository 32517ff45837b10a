"""RDM, RSA and CKA as methods: what goes in, what comes out, what is refused."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.spatial.distance import pdist

from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Result
from repscope.workers.registry import find


def make(kind: str, method: str, inputs: dict[str, Any], **params: Any) -> Result:
    return find(kind, method).call(Context.local(), params, inputs)


def embedding(count: int = 30, seed: int = 0) -> Result:
    rows = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    return Result({"features": rows})


def features(result: Result) -> NDArray[Any]:
    return result.array("features")


def test_matrices_are_made_and_compared() -> None:
    embeddings = [embedding(), embedding(seed=1), embedding(seed=2)]
    rdms = [make("rdm", "pairwise", {"embedding": each}) for each in embeddings]
    assert [each.array("rdm").shape for each in rdms] == [(435,)] * 3
    matrix = make("similarity", "rsa", {"rdms": rdms}, by="spearman").array("matrix")
    np.testing.assert_allclose(np.diag(matrix), 1.0, atol=1e-12)
    np.testing.assert_array_equal(matrix, matrix.T)
    references = [pdist(features(each).astype(float), "correlation") for each in embeddings]
    expected = stats.spearmanr(references[0], references[1])[0]
    assert matrix[0, 1] == pytest.approx(expected, abs=1e-6)


def test_embeddings_are_compared_by_cka() -> None:
    one = embedding()
    turned = Result({"features": features(one)[:, ::-1] * 4.0 + 1.0})
    found = make("similarity", "cka", {"embeddings": [one, turned, embedding(seed=3)]})
    matrix = found.array("matrix")
    assert matrix[0, 1] == pytest.approx(1.0, abs=1e-9)
    assert abs(matrix[0, 2]) < 0.3
    rbf = make("similarity", "cka", {"embeddings": [one, turned]}, kernel="rbf")
    assert rbf.array("matrix")[0, 1] == pytest.approx(1.0, abs=1e-6)


def test_what_does_not_go_together_is_refused() -> None:
    small, large = embedding(5), embedding(6)
    with pytest.raises(MethodFailed, match="of different images"):
        make("similarity", "cka", {"embeddings": [small, large]})
    with pytest.raises(MethodFailed, match="4 images at least, not 3"):
        make("similarity", "cka", {"embeddings": [embedding(3)]})
    rdms = [make("rdm", "pairwise", {"embedding": each}) for each in (small, large)]
    with pytest.raises(MethodFailed, match="different numbers of images"):
        make("similarity", "rsa", {"rdms": rdms})
    two = make("rdm", "pairwise", {"embedding": embedding(2)})
    with pytest.raises(MethodFailed, match="take three or more"):
        make("similarity", "rsa", {"rdms": [two, two]})
    with pytest.raises(MethodFailed, match="of 2 to 20,000 images, not 1"):
        make("rdm", "pairwise", {"embedding": embedding(1)})
