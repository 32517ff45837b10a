"""The zoo is made from nothing by its recipes, and only what beats its baseline is kept."""

from pathlib import Path

import pytest
import torch

from repscope.workers.encoders import shelf, shelved
from repscope.workers.zoo import build as building
from repscope.workers.zoo.baselines import Verdict
from repscope.workers.zoo.build import build, main
from repscope.workers.zoo.entries import ENTRIES, find

SMALLEST = "supervised_digits"


def test_names_are_told_apart_and_one_run_has_snapshots() -> None:
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES)
    assert sum(entry.snapshots for entry in ENTRIES) == 1
    with pytest.raises(KeyError, match="There is no 'nothing'; there are autoencoder_digits, "):
        find("nothing")


@pytest.mark.slow
def test_the_smallest_is_made_again(tmp_path: Path) -> None:
    """On the machine that made it the file is the same to the bit.

    Another processor rounds otherwise, and a training magnifies that from step to step. So what is
    compared is what was learned: the accuracy, to 2 percent points (9 of 449 images), and the
    baselines, which nothing magnifies, to half a point.
    """
    verdict = build(find(SMALLEST), tmp_path)
    made, committed = (shelf.read_card(shelf.place(SMALLEST, shelf=f)) for f in (tmp_path, None))
    assert verdict.better
    assert made.beats["own"] == pytest.approx(committed.beats["own"], abs=0.02)
    assert made.beats["others"] == pytest.approx(committed.beats["others"], abs=0.005)
    assert made.recipe == committed.recipe
    assert made.meta["run"]["steps"] == committed.meta["run"]["steps"]
    assert made.meta["samples"]["rows"] == committed.meta["samples"]["rows"]
    _, weights, arrays = shelved.read(shelf.place(SMALLEST, shelf=tmp_path))
    _, theirs, _ = shelved.read(shelf.place(SMALLEST))
    assert {n: w.shape for n, w in weights.items()} == {n: w.shape for n, w in theirs.items()}
    assert all(torch.equal(weight, shelved.kept(weight)) for weight in weights.values())
    assert len(arrays["held_out"]) == verdict.rows == committed.beats["rows"]


def test_what_is_no_better_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        building, "judge", lambda *_: Verdict("accuracy", 9, 0.5, {"chance": 0.5}, larger=True)
    )
    recipe = find(SMALLEST).recipe
    monkeypatch.setitem(recipe["params"], "stop_at", 1)
    assert main([SMALLEST, "--out", str(tmp_path / "new")]) == 1
    assert "0.5000 (chance 0.5000): not kept" in capsys.readouterr().out
    assert not (tmp_path / "new").exists()
