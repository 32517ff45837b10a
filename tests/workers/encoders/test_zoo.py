"""Encoders that come with Repscope: small, complete, loadable, better than their baselines."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from repscope.core.errors import InvalidRecipe
from repscope.core.recipes import normalized_id
from repscope.workers.context import Context, Result
from repscope.workers.encoders import shelf
from repscope.workers.encoders.base import load
from repscope.workers.folder import PlainFolder
from repscope.workers.objectives import base
from repscope.workers.probes.division import plan
from repscope.workers.probes.params import SplitParams
from repscope.workers.registry import find
from repscope.workers.reporting import Silent
from repscope.workers.training.publishing import WEIGHTS
from repscope.workers.zoo.baselines import Verdict
from repscope.workers.zoo.entries import find as find_entry
from repscope.workers.zoo.table import table
from tests.workers.making import make

ROOT = Path(__file__).resolve().parents[3]
NAMES = list(shelf.titles())
MOST_BYTES = 12_000_000


def opened(name: str, stop_at: int | None = None) -> Result:
    return make("encoder", "zoo", {"name": name, "stop_at": stop_at})


def test_all_of_them_are_small() -> None:
    files = list(shelf.folder().iterdir())
    assert {path.suffix for path in files} == {".safetensors"}
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES


def test_the_page_has_their_numbers() -> None:
    assert table() in (ROOT / "docs/zoo.md").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_each_is_what_its_recipe_makes_and_beats_its_baseline(name: str) -> None:
    card, entry = shelf.read_card(shelf.place(name)), find_entry(name)
    assert (card.title, card.recipe) == (entry.title, entry.recipe)
    assert Verdict(**card.beats).better
    assert bool(shelf.steps(name)) == entry.snapshots
    params: Any = find("encoder", card.recipe["method"]).params
    assert card.meta["params"] == params.model_validate(card.recipe["params"]).model_dump(
        mode="json"
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_describes_images_and_comes_back_with_its_heads(name: str) -> None:
    encoder = opened(name)
    images = np.random.default_rng(0).integers(0, 256, (3, 20, 24, 3), dtype=np.uint8)
    layers = [layer["name"] for layer in encoder.meta["layers"]]
    features = load(encoder).encode(images, layers)
    for layer in encoder.meta["layers"]:
        assert features[layer["name"]].shape == (3, layer["width"])
        assert np.isfinite(features[layer["name"]]).all()
    objective = base.load(encoder)
    weights = load_file(encoder.file(WEIGHTS))
    kept = {name.split(".")[0] for name in weights} & set(objective.heads)
    for prefix in kept:
        for key, value in objective.heads[prefix].state_dict().items():
            assert torch.equal(value, weights[f"{prefix}.{key}"])
    assert kept == set(objective.heads) - {"head"}
    assert encoder.array("samples").shape[0] == len(encoder.meta["samples"]["rows"])
    assert len(encoder.array("history_loss")) == len(encoder.array("history_step"))


def test_snapshots_are_those_that_were_kept() -> None:
    (name,) = (name for name in NAMES if shelf.steps(name))
    whole = opened(name)
    steps = [snapshot["step"] for snapshot in whole.meta["run"]["snapshots"]]
    assert steps == [*shelf.steps(name), whole.meta["run"]["steps"]] == whole.meta["run"]["planned"]
    first = opened(name, steps[0])
    assert first.meta["run"]["step"] == steps[0] == 0
    assert first.metrics["knn"] < whole.metrics["knn"]
    with pytest.raises(InvalidRecipe, match=f"has a snapshot: {steps[0]}, "):
        opened(name, 1_000_000)


def test_snapshots_are_published_beside_the_run(tmp_path: Path) -> None:
    (name,) = (name for name in NAMES if shelf.steps(name))
    area = PlainFolder(tmp_path)
    recipe = {"kind": "encoder", "method": "zoo", "version": 1, "inputs": {}, "seed": 0}
    context = Context(
        area,
        Silent(),
        work=tmp_path,
        publish=area.publish,
        recipe=recipe | {"params": {"name": name, "stop_at": None}},
    )
    whole = find("encoder", "zoo").call(context, {"name": name}, {})
    told = [snapshot["id"] for snapshot in whole.meta["run"]["snapshots"]]
    published = [normalized_id(made.model_dump()) for made, _ in area.published]
    assert told == [*published, normalized_id(context.recipe)]
    assert [result.meta["run"]["step"] for _, result in area.published] == shelf.steps(name)


def test_one_without_snapshots_says_so() -> None:
    name = next(name for name in NAMES if not shelf.steps(name))
    (only,) = opened(name).meta["run"]["snapshots"]
    assert only["step"] == opened(name).meta["run"]["steps"]
    with pytest.raises(InvalidRecipe, match="it has none; leave it empty"):
        opened(name, 0)


def test_a_training_goes_on_from_one() -> None:
    start = opened("supervised_digits")
    trained = shelf.read_card(shelf.place("supervised_digits"))
    params = trained.recipe["params"] | {"epochs": 1, "stop_at": 0}
    digits = make("dataset", "digits")
    fork = make("encoder", "supervised", params, dataset=digits, start=start)
    before, after = load_file(start.file(WEIGHTS)), load_file(fork.file(WEIGHTS))
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_probe_tests_on_the_images_that_it_has_not_seen() -> None:
    encoder, digits = opened("supervised_digits"), make("dataset", "digits")
    method = find("dataset", "digits").method
    dataset = {"kind": "dataset", "method": "digits", "version": method.version}
    inputs = {
        "dataset": dataset | {"inputs": {}, "params": {}, "seed": 0},
        "encoder": {"kind": "encoder", "method": "zoo", "inputs": {}},
    }
    assert encoder.meta["trained_on"] == normalized_id(inputs["dataset"])
    context = Context.local()
    context.recipe = {"inputs": inputs}
    pixels = digits.array("images").reshape(1797, -1)
    drawn = plan(context, SplitParams(), digits, pixels, [encoder], varied=False)
    assert drawn.about["split"]["source"] == "held_out"
    assert drawn.divisions[0].test.tolist() == encoder.array("held_out").tolist()
    inputs["dataset"]["version"] += 1
    other = plan(context, SplitParams(), digits, pixels, [encoder], varied=False)
    assert other.about["split"]["source"] == "random"
