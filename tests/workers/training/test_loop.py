"""The loop: what a run publishes, and that nothing changes its numbers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Result
from repscope.workers.objectives.mae import MaskedAutoencoder
from repscope.workers.training.checkpoint import Checkpoint
from tests.workers.making import make
from tests.workers.training.running import (
    TINY,
    Surroundings,
    assert_same_weights,
    cancelled,
    dataset,
    weights,
)

STEPS = 8  # 72 rows that are trained on, in batches of 16, twice


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Surroundings, Result]:
    """A run that nothing interrupted, and what it made."""
    run = Surroundings(tmp_path_factory.mktemp("whole"))
    return run, run.train("mae", dataset())


def test_a_run_publishes_snapshots_and_tells_how_it_goes(
    whole: tuple[Surroundings, Result],
) -> None:
    run, result = whole
    meta = result.meta["run"]
    assert (meta["step"], meta["steps"], meta["steps_per_epoch"]) == (STEPS, STEPS, 4)
    assert meta["rows"] == {"train": 72, "held_out": 8}
    assert meta["planned"] == [0, 1, 3, STEPS]
    assert list(run.published) == meta["planned"][:-1]
    assert [line["step"] for line in meta["snapshots"]] == meta["planned"]
    assert run.of("snapshot") == meta["snapshots"]
    assert len({line["id"] for line in meta["snapshots"]}) == 4
    assert meta["snapshots"][0]["loss"] is None
    assert all(0 <= line["knn"] <= 1 for line in meta["snapshots"])
    assert result.array("history_step").tolist() == list(range(1, STEPS + 1))
    assert result.array("history_loss").shape == (STEPS,)
    assert run.of("metric")[-1]["step"] == STEPS
    assert result.array("samples").shape == (8, 3, 16, 16, 1)
    assert result.meta["samples"]["panels"] == ["input", "masked", "output"]
    assert {"loss", "knn", "parameters", "std", "effective_rank"} <= result.metrics.keys()


def test_stopping_at_a_step_is_the_run_as_it_stood_there(
    tmp_path: Path, whole: tuple[Surroundings, Result]
) -> None:
    run, _ = whole
    for step in (0, 3):
        other = Surroundings(tmp_path / f"stop{step}")
        other.folder.mkdir()
        stopped = other.train("mae", dataset(), stop_at=step)
        assert_same_weights(run.published[step], stopped)
        line, known = stopped.meta["run"]["snapshots"][-1], run.of("snapshot")
        assert line == next(each for each in known if each["step"] == step)


def test_measuring_more_often_changes_no_weight(
    tmp_path: Path, whole: tuple[Surroundings, Result]
) -> None:
    few, many = whole[1], Surroundings(tmp_path).train("mae", dataset(), snapshots=STEPS)
    assert len(few.meta["run"]["snapshots"]) < len(many.meta["run"]["snapshots"])
    assert_same_weights(few, many)


@pytest.mark.parametrize("step", [1, 2, 5])
def test_a_run_that_was_ended_goes_on_to_the_same_weights(
    tmp_path: Path, whole: tuple[Surroundings, Result], step: int
) -> None:
    _, expected = whole
    broken = Surroundings(tmp_path, cancel_at=step + 1)
    assert cancelled(broken, "mae", dataset())
    assert broken.of("checkpoint")[-1]["step"] > 0
    resumed = Surroundings(tmp_path)
    result = resumed.train("mae", dataset())
    assert resumed.of("log")[0]["text"].startswith("Going on from step")
    assert_same_weights(expected, result)
    np.testing.assert_array_equal(expected.array("history_loss"), result.array("history_loss"))
    assert expected.meta["run"]["snapshots"] == result.meta["run"]["snapshots"]


def test_the_seed_draws_the_run_and_leaves_the_random_generator_alone(
    tmp_path: Path, whole: tuple[Surroundings, Result]
) -> None:
    before = torch.get_rng_state()
    results = [whole[1]]
    for seed in (0, 4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        results.append(Surroundings(folder).train("mae", dataset(), seed=seed))
        assert torch.equal(before, torch.get_rng_state())
    assert_same_weights(results[0], results[1])
    assert not torch.equal(*(weights(each)["blocks.0.attn.qkv.weight"] for each in results[1:]))


def test_finishing_early_publishes_the_present_step(tmp_path: Path) -> None:
    run = Surroundings(tmp_path, finish_at=4)
    run.train("mae", dataset())
    (early,) = run.early
    step = int(early, 16)
    assert 0 < step < STEPS
    assert run.published[step].meta["run"]["step"] == step


def test_a_loss_that_is_no_number_keeps_the_last_good_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Checkpoint, "due", property(lambda self: True))
    good = MaskedAutoencoder.loss

    def breaks(self: Any, batch: Any) -> Any:
        terms = good(self, batch)
        return {"loss": terms["loss"] * (float("nan") if self.clock.step == 5 else 1.0)}

    monkeypatch.setattr(MaskedAutoencoder, "loss", breaks)
    run = Surroundings(tmp_path)
    with pytest.raises(MethodFailed, match="at step 6: .* encoder of step 5 is kept") as caught:
        run.train("mae", dataset())
    assert "smaller learning rate" in caught.value.message
    assert all(torch.isfinite(each).all() for each in weights(run.published[5]).values())


def test_a_batch_that_does_not_fit_is_accumulated_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    # No crop and the same masks: the mean over parts is then the mean over the batch.
    settings: dict[str, Any] = {"crop": 1.0, "flip": False, "stop_at": 1}
    monkeypatch.setattr(
        torch, "rand", lambda *size, device=None: torch.linspace(0, 1, size[-1]).expand(size)
    )
    expected = Surroundings(whole).train("mae", dataset(), **settings)
    good = MaskedAutoencoder.loss

    def small(self: Any, batch: Any) -> Any:
        if len(batch) > 5:
            raise torch.OutOfMemoryError
        return good(self, batch)

    monkeypatch.setattr(MaskedAutoencoder, "loss", small)
    run = Surroundings(tmp_path)
    result = run.train("mae", dataset(), **settings)
    assert result.meta["run"]["accumulate"] == 4
    assert "accumulated over 4 parts" in run.of("log")[-1]["text"]
    assert result.array("history_loss")[0] == pytest.approx(
        expected.array("history_loss")[0], rel=1e-5
    )
    first, second = (each.array("history_gradient")[0] for each in (expected, result))
    assert second == pytest.approx(first, rel=1e-4)


def test_a_fork_begins_with_the_weights_of_another() -> None:
    before = make("encoder", "mae", {**TINY, "stop_at": 4}, dataset=dataset())
    after = make("encoder", "mae", {**TINY, "stop_at": 0}, seed=9, dataset=dataset(), start=before)
    assert_same_weights(before, after)
    with pytest.raises(InvalidRecipe, match="another network") as caught:
        make("encoder", "mae", {**TINY, "patch_size": 8}, dataset=dataset(), start=before)
    assert caught.value.field == "inputs.start"
    with pytest.raises(InvalidRecipe, match="has no weights"):
        make("encoder", "mae", TINY, dataset=dataset(), start=make("encoder", "pixels"))


def test_a_split_of_the_dataset_is_used(tmp_path: Path) -> None:
    result = Surroundings(tmp_path).train("mae", dataset(split=True), stop_at=0)
    assert result.array("held_out").tolist() == list(range(3, 80, 4))


def test_without_labels_there_is_no_accuracy(tmp_path: Path) -> None:
    result = Surroundings(tmp_path).train("mae", dataset(labels=False), stop_at=1)
    assert result.meta["run"]["snapshots"][-1]["knn"] is None
    assert "knn" not in result.metrics


def test_too_few_images_are_told() -> None:
    with pytest.raises(MethodFailed, match="at least 2 images"):
        make("encoder", "mae", TINY, dataset=dataset(1))
