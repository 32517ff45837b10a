"""What is said of single images: agreement, distance, outliers, duplicates, doubted labels."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier, LocalOutlierFactor

from repscope.core.errors import MethodFailed
from repscope.workers.context import Result
from tests.workers.making import embedding, make


def dataset(labels: np.ndarray, classes: int = 10) -> Result:
    names = [str(each) for each in range(classes)]
    return Result({"labels": labels.astype(np.int32)}, {"classes": names, "count": len(labels)})


def digits() -> tuple[np.ndarray, np.ndarray]:
    data = load_digits()
    return data.data.astype(np.float32), data.target.astype(np.int32)


def graph_of(features: np.ndarray, k: int = 20) -> Result:
    return make("neighbors", "knn", {"k": k}, embedding=embedding(features))


def test_agreement_is_the_vote_of_the_neighbors() -> None:
    features, labels = digits()
    result = make("scores", "agreement", neighbors=graph_of(features), dataset=dataset(labels))
    # scikit-learn counts a training point among its own neighbors: ask for one more, take it off.
    model = KNeighborsClassifier(16).fit(features, labels)
    votes = model.predict_proba(features)[np.arange(len(labels)), labels]
    expected = (16 * votes - 1) / 15
    given = result.array("column_agreement")
    assert np.abs(given - expected).mean() < 1e-3  # ties at the edge may fall otherwise
    assert result.metrics["agreement"] == pytest.approx(given.mean(), abs=1e-6)


def test_images_without_a_class_do_not_vote() -> None:
    features = np.arange(6, dtype=np.float32)[:, None]
    labels = np.array([0, 0, -1, 1, 1, -1])
    result = make(
        "scores",
        "agreement",
        {"k": 2},
        neighbors=graph_of(features, k=2),
        dataset=dataset(labels),
    )
    given = result.array("column_agreement")
    np.testing.assert_array_equal(given, [1.0, 1.0, np.nan, 1.0, 1.0, np.nan])


def test_distance_to_the_mean_of_the_class() -> None:
    features, labels = digits()
    labels[:3] = -1
    result = make(
        "scores", "class_distance", embedding=embedding(features), dataset=dataset(labels)
    )
    means = np.stack([features[labels == each].mean(axis=0) for each in range(10)])
    expected = np.linalg.norm(features - means[labels], axis=1)
    expected[:3] = np.nan
    np.testing.assert_allclose(result.array("column_class_distance"), expected, rtol=1e-5)


def test_outliers_equal_the_reference() -> None:
    features = np.random.default_rng(0).standard_t(3, (800, 6)).astype(np.float32)  # no ties
    labels = np.zeros(800)
    result = make(
        "findings", "unusual", {"k": 20}, neighbors=graph_of(features), dataset=dataset(labels)
    )
    reference = -LocalOutlierFactor(20).fit(features).negative_outlier_factor_
    np.testing.assert_allclose(result.array("column_outlier"), reference, rtol=1e-4)
    top = result.array("outliers")[:10]
    assert set(top) == set(np.argsort(-reference)[:10])


def test_duplicates_are_found_once_each() -> None:
    rng = np.random.default_rng(0)
    features = rng.standard_normal((200, 8)).astype(np.float32)
    features[7] = features[3]
    features[11] = features[5] + 1e-3
    result = make(
        "findings",
        "unusual",
        neighbors=graph_of(features),
        dataset=dataset(np.zeros(200), classes=1),
    )
    assert result.array("duplicates").tolist() == [[3, 7], [5, 11]]


def test_a_planted_mislabel_is_doubted() -> None:
    features, labels = digits()
    graph = graph_of(features)
    sure = make("scores", "agreement", neighbors=graph, dataset=dataset(labels))
    planted = np.flatnonzero(sure.array("column_agreement") == 1.0)[[10, 200]]
    wrong = labels.copy()
    wrong[planted] = (wrong[planted] + 1) % 10
    result = make("findings", "unusual", neighbors=graph, dataset=dataset(wrong))
    rows, suggested = result.array("mislabels"), result.array("suggested")
    for row in planted:
        assert suggested[rows == row] == labels[row]
    assert {entry["name"] for entry in result.meta["lists"]} == {
        "outliers",
        "duplicates",
        "mislabels",
    }


def test_a_data_set_without_classes_has_no_mislabels() -> None:
    features, _ = digits()
    plain = Result({}, {"classes": None, "count": len(features)})
    result = make("findings", "unusual", neighbors=graph_of(features), dataset=plain)
    assert "mislabels" not in result.arrays
    with pytest.raises(MethodFailed, match="no classes"):
        make("scores", "agreement", neighbors=graph_of(features), dataset=plain)


def test_another_data_set_is_refused() -> None:
    features, labels = digits()
    with pytest.raises(MethodFailed, match="come from"):
        make("scores", "agreement", neighbors=graph_of(features), dataset=dataset(labels[:50]))
