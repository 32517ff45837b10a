import math
from pathlib import Path

import pytest
import torch

from repscope.core.errors import MethodFailed
from tests.workers.objectives.building import batch, objective
from tests.workers.training.running import Surroundings, dataset


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_the_loss_is_the_cross_entropy_of_those_that_have_a_label(smoothing: float) -> None:
    model = objective("supervised", smoothing=smoothing, crop=1.0, flip=False)
    one = batch()
    scores = model.scores(model.normalize(one.images)).tolist()
    total = 0.0
    for row, label in zip(scores, one.labels.tolist(), strict=True):
        if label >= 0:
            logs = [score - math.log(sum(math.exp(s) for s in row)) for score in row]
            weights = [smoothing / 3 + (1 - smoothing) * (i == label) for i in range(3)]
            total -= sum(w * log for w, log in zip(weights, logs, strict=True))
    terms = model.loss(one)
    assert terms["loss"].item() == pytest.approx(total / 5, rel=1e-5)
    right = [row.index(max(row)) == label for row, label in zip(scores, one.labels, strict=True)]
    assert terms["accuracy"].item() == pytest.approx(sum(right[:5]) / 5)


def test_without_labels_nothing_can_be_learned(tmp_path: Path) -> None:
    with pytest.raises(MethodFailed, match="the dataset has none"):
        Surroundings(tmp_path).train("supervised", dataset(labels=False))


def test_samples_name_the_likely_classes() -> None:
    values = objective("supervised").samples(batch()).values
    assert values["label"] == ["a", "b", "c", "a", "b", None]
    assert all(len(row) == 3 for row in values["classes"])
    assert torch.tensor(values["probabilities"]).sum(dim=1).allclose(torch.ones(6))
