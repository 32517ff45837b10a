"""Probes of frozen features: the references' accuracies, what the page draws."""

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Result
from repscope.workers.probes import measuring
from repscope.workers.probes.division import Plan, take_labels
from repscope.workers.probes.measuring import KNN, Linear, choose_penalty, repeat
from tests.workers.making import make
from tests.workers.probes.probing import PIXELS, VIT, digits, drawn, features, trained


def test_both_probes_have_the_accuracy_of_scikit_learn() -> None:
    dataset = digits(split=True)
    x, y = features(dataset), dataset.array("labels")
    knn = make("probe", "knn", {"split": "given"}, dataset=dataset, encoder=PIXELS)
    parts = knn.array("split")
    train, test = parts == 0, parts == 2
    reference = KNeighborsClassifier(
        20, metric="cosine", algorithm="brute", weights=lambda d: np.exp((1.0 - d) / 0.07)
    ).fit(x[train], y[train])
    named = knn.array("column_prediction")
    assert (named[test] == reference.predict(x[test])).mean() > 0.99  # ties apart
    assert knn.metrics["top1"] == pytest.approx((named[test] == y[test]).mean())
    assert knn.metrics["top1"] == pytest.approx(reference.score(x[test], y[test]), abs=0.01)

    linear = make("probe", "linear", {"split": "given"}, dataset=dataset, encoder=PIXELS)
    (penalty,) = linear.meta["chosen"]
    scaler = StandardScaler().fit(x[train])
    model = LogisticRegression(C=1.0 / (penalty * train.sum()), max_iter=5000)
    model.fit(scaler.transform(x[train]), y[train])
    score = model.score(scaler.transform(x[test]), y[test])
    assert linear.metrics["top1"] == pytest.approx(score, abs=0.015)
    assert linear.metrics["top1"] > 0.85
    assert linear.meta["split"]["source"] == "given"
    assert linear.meta["repetitions"] == 1
    assert linear.meta["top1"]["std"] is None


@pytest.mark.parametrize("probe", [KNN(20, 0.07), Linear()])
def test_labels_of_test_rows_change_nothing_that_is_fitted(probe: KNN | Linear) -> None:
    dataset = digits(300)
    honest = drawn(dataset, repetitions=1)
    x = features(dataset)
    shuffled = honest.labels.copy()
    test = honest.divisions[0].test
    shuffled[test] = np.random.default_rng(0).permutation(shuffled[test])
    lied = Plan(honest.divisions, shuffled, honest.groups, honest.classes)
    options = {"seed": 0, "device": "cpu", "progress": lambda _: None}
    before = repeat(probe, x, honest, **options)[0]
    after = repeat(probe, x, lied, **options)[0]
    assert np.array_equal(before.named, after.named)
    assert np.array_equal(before.sureness, after.sureness)
    assert before.chosen == after.chosen
    assert after.top1 < before.top1  # they are measured against other labels


def test_features_of_test_rows_change_nothing_that_is_fitted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dataset = digits(300)
    honest = drawn(dataset, repetitions=1)
    fitted: list[Any] = []
    real = measuring.fit

    def watched(*given: Any, **options: Any) -> Any:
        fitted.append(real(*given, **options))
        return fitted[-1]

    monkeypatch.setattr(measuring, "fit", watched)
    options = {"seed": 0, "device": "cpu", "progress": lambda _: None}
    x = features(dataset)
    repeat(Linear(), x, honest, **options)
    other = x.copy()
    other[honest.divisions[0].test] = 7.0
    repeat(Linear(), other, honest, **options)
    half = len(fitted) // 2
    assert half >= 2
    for first, second in zip(fitted[:half], fitted[half:], strict=True):
        for name in ("mean", "scale", "weight", "bias"):
            assert torch.equal(getattr(first, name), getattr(second, name))


def test_the_penalty_is_chosen_without_test_rows() -> None:
    dataset = digits(300)
    honest = drawn(dataset, repetitions=1)
    (division,) = honest.divisions
    x = features(dataset)
    broken = x.copy()
    broken[division.test] = np.nan
    chosen = [
        choose_penalty(given, honest, division, division.train, "cpu", [0, 0])[0]
        for given in (x, broken)
    ]
    assert chosen[0] == chosen[1]
    few = take_labels(division.train, honest.labels, 1.0, 2, [0])
    assert choose_penalty(x, honest, division, few, "cpu", [0, 0]) == (1e-2, None)


@pytest.mark.parametrize("noise", [0.0, 3.0])
def test_the_search_finds_a_penalty_as_good_as_any(noise: float) -> None:
    dataset = digits(500, split=True)
    given = drawn(dataset, split="given")
    (division,) = given.divisions
    x = features(dataset)
    x = x + np.random.default_rng(0).normal(0.0, noise, x.shape).astype(np.float32)
    y = given.labels
    scaler = StandardScaler().fit(x[division.train])
    train, validation = (scaler.transform(x[r]) for r in (division.train, division.validation))
    scores = {}
    for penalty in measuring.PENALTIES[:5]:
        model = LogisticRegression(C=1.0 / (penalty * len(train)), max_iter=5000)
        model.fit(train, y[division.train])
        scores[penalty] = model.score(validation, y[division.validation])
    best = max(scores, key=lambda penalty: (scores[penalty], penalty))
    chosen, _ = choose_penalty(x, given, division, division.train, "cpu", [0, 0])
    # Two of the 125 images that choose.
    assert scores[chosen] >= scores[best] - 0.017


def test_the_confusion_matrix_has_its_images() -> None:
    dataset = digits()
    result = make("probe", "knn", {"shots": 2}, dataset=dataset, encoder=PIXELS)
    assert result.meta["repetitions"] == 3
    assert result.meta["labels"] == 20
    confusion, labels = result.array("confusion"), dataset.array("labels")
    assert confusion.shape == (10, 10)
    assert confusion.sum() == 3 * result.meta["split"]["test"]
    top1 = result.meta["top1"]
    assert np.mean(top1["values"]) == pytest.approx(confusion.trace() / confusion.sum())
    assert top1["std"] == pytest.approx(np.std(top1["values"], ddof=1))
    assert result.meta["top5"]["mean"] > top1["mean"]
    np.testing.assert_allclose(
        result.array("class_accuracy"), confusion.diagonal() / confusion.sum(axis=1), atol=1e-6
    )
    cells, offsets = result.array("cells"), result.array("cell_offsets")
    rows = result.array("cell_rows")
    assert len(cells) == (confusion > 0).sum() == len(offsets) - 1
    frequent = confusion[cells[:, 0], cells[:, 1]]
    assert (np.diff(frequent) <= 0).all()
    for (true, _), start, stop in zip(cells, offsets, offsets[1:], strict=False):
        examples = rows[start:stop]
        assert 1 <= len(examples) <= 12
        assert len(set(examples.tolist())) == len(examples)
        assert (labels[examples] == true).all()
    named = result.array("column_prediction")
    tested = result.array("split") == 2
    assert ((named >= 0) == tested).all()
    outcome = result.array("column_outcome")
    assert np.array_equal(outcome[tested], (named != labels)[tested].astype(np.int32))


def test_every_layer_stands_beside_its_untrained_self_and_raw_pixels() -> None:
    result = make(
        "probe", "layers", {"repetitions": 1}, dataset=digits(150), encoder=trained(np.arange(30))
    )
    layers = [layer["name"] for layer in VIT.meta["layers"]]
    assert [point["name"] for point in result.meta["points"]] == layers
    listed = [(c["probe"], c["baseline"]) for c in result.meta["curves"]]
    assert listed == [
        ("linear", None),
        ("knn", None),
        ("linear", "random"),
        ("knn", "random"),
        ("linear", "pixels"),
        ("knn", "pixels"),
    ]
    shapes = [result.array(c["array"]).shape for c in result.meta["curves"]]
    assert shapes == [(len(layers), 1)] * 4 + [(1, 1)] * 2
    best = result.array("curve_0").mean(axis=1)
    assert result.metrics["best"] == pytest.approx(best.max())
    assert result.metrics["best_layer"] == best.argmax()


@pytest.mark.parametrize(
    ("amounts", "expected"), [("fractions", [2, 24, 240]), ("shots", [10, 20, 50, 100])]
)
def test_more_labels_read_more(amounts: str, expected: list[int]) -> None:
    params = {"amounts": amounts, "repetitions": 2, "duplicates": 1.0}
    result = make("probe", "labels", params, dataset=digits(300), encoder=PIXELS)
    assert [point["labels"] for point in result.meta["points"]] == expected
    assert [c["baseline"] for c in result.meta["curves"]] == ["random"] * 2 + ["pixels"] * 2
    for each in result.meta["curves"]:
        accuracies = result.array(each["array"])
        assert accuracies.shape == (len(expected), 2)
        assert accuracies[-1].mean() > accuracies[0].mean()


def test_the_table_never_lacks_its_baselines() -> None:
    dataset = digits(200)
    result = make("probe", "table", {"repetitions": 2}, dataset=dataset, encoders=[VIT])
    rows = result.meta["rows"]
    assert sorted(str(row["baseline"]) for row in rows) == ["None", "pixels", "random"]
    means = [row["linear"]["mean"] for row in rows]
    assert means == sorted(means, reverse=True)
    assert all(len(row["knn"]["values"]) == 2 for row in rows)
    assert all(row["linear_top5"]["mean"] >= row["linear"]["mean"] for row in rows)
    best = next(row for row in rows if row["baseline"] == "pixels")
    assert result.metrics["pixels"] == best["linear"]["mean"]
    # Asked for by name, raw pixels are the baseline and stand there once.
    again = make("probe", "table", {"repetitions": 1}, dataset=dataset, encoders=[PIXELS])
    assert [row["baseline"] for row in again.meta["rows"]].count("pixels") == 1


def test_what_cannot_be_probed_is_said() -> None:
    bare = digits(50)
    unlabelled = Result(bare.arrays, bare.meta | {"classes": None})
    with pytest.raises(MethodFailed, match="has no classes"):
        make("probe", "knn", dataset=unlabelled, encoder=PIXELS)
    with pytest.raises(MethodFailed, match="no column split with images"):
        make("probe", "knn", {"split": "given"}, dataset=bare, encoder=PIXELS)
    with pytest.raises(MethodFailed, match="No encoder here has held-out images"):
        make("probe", "knn", {"split": "held_out"}, dataset=bare, encoder=PIXELS)
    with pytest.raises(InvalidRecipe, match="no layer 'top'"):
        make("probe", "linear", {"layer": "top"}, dataset=bare, encoder=PIXELS)
    lonely = Result(bare.arrays | {"labels": np.full(50, -1, np.int32)}, bare.meta)
    with pytest.raises(MethodFailed, match="a probe needs both"):
        make("probe", "knn", dataset=lonely, encoder=PIXELS)
