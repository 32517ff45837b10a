"""On which rows a snapshot is measured."""

import numpy as np
import pytest
import torch

from repscope.workers.training.data import TrainingData
from repscope.workers.training.knn import accuracy
from repscope.workers.training.objective import DataFacts
from repscope.workers.training.watch import PROBES, Watch
from tests.workers.objectives.building import SIZE, objective


def data(train: int, held_out: int, *, unlabeled: int = 0) -> TrainingData:
    count = train + held_out
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(256, (count, 1, SIZE, SIZE), generator=generator).byte()
    labels = torch.arange(count) % 3
    labels[:unlabeled] = -1
    rows = np.random.default_rng(0).permutation(count)
    facts = DataFacts(SIZE, 1, (0.5,), (0.25,), ["a", "b", "c"])
    return TrainingData(
        images, labels, np.sort(rows[:train]), np.sort(rows[train:]), facts, device="cpu"
    )


@pytest.mark.parametrize("unlabeled", [0, 40])
def test_the_neighbors_of_held_out_rows_are_those_trained_on(unlabeled: int) -> None:
    given, model = data(90, 30, unlabeled=unlabeled), objective("mae", 1)
    found = Watch(given).measure(model)
    parts = []
    for rows in (given.train, given.held_out):
        known = torch.from_numpy(rows[given.labels.numpy()[rows] >= 0])
        with torch.inference_mode():
            features = model.eval().features(given.images[known] / 255.0)
        parts += [features, given.labels[known]]
    assert found.knn == pytest.approx(accuracy(*parts))
    assert found.health.images == 30


def test_no_measurement_takes_longer_than_some_thousand_images() -> None:
    model, seen = objective("mae", 1), []
    watch = Watch(data(4_000, 3_000))
    model.features = lambda images: seen.append(len(images)) or images.flatten(1)
    watch.measure(model)
    assert sum(seen) == 2_000 + 1_000 + 2 * 256


def test_with_few_held_out_rows_health_is_that_of_others_too() -> None:
    found = Watch(data(60, 5)).measure(objective("mae", 1))
    assert found.health.images == 65
    assert found.knn in [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    without = Watch(data(60, 0)).measure(objective("mae", 1))
    assert without.health.images == 60
    assert without.knn is None


def test_measuring_draws_nothing_and_is_the_same_each_time() -> None:
    given, model = data(60, 30), objective("simclr", 1)
    before = torch.get_rng_state()
    first, second = Watch(given), Watch(given)
    assert first.measure(model) == second.measure(model)
    assert torch.equal(before, torch.get_rng_state())
    assert first.probes.tolist() == second.probes.tolist()
    assert len(first.probes) == PROBES
