"""Beside every network stands itself as it was before any training."""

import io

import numpy as np
import pytest
import torch

from repscope.workers.context import Result
from repscope.workers.encoders.base import load, untrained
from repscope.workers.probes.baselines import architectures
from repscope.workers.probes.names import name_of, random_name
from tests.workers.encoders.checkpoints.official import dinov2
from tests.workers.making import make, upload

IMAGES = np.random.default_rng(0).integers(0, 256, (4, 40, 40, 3), dtype=np.uint8)
#: Digits that are probed; so few that no penalty is searched for.
COUNT = 40


def by_name(library: str, name: str, seed: int = 7, size: int = 64) -> Result:
    params = {"name": name, "pretrained": False, "image_size": size}
    return make("encoder", library, params, seed=seed)


def from_file() -> Result:
    file = io.BytesIO()
    torch.save(dinov2(2), file)
    return make("encoder", "checkpoint", {"upload": upload(file.getvalue()), "heads": 2})


def digits() -> Result:
    whole = make("dataset", "digits")
    arrays = {name: whole.array(name)[:COUNT] for name in ("images", "labels")}
    return Result(arrays, whole.meta | {"count": COUNT})


@pytest.mark.parametrize(
    ("library", "name"), [("timm", "test_vit"), ("torchvision", "squeezenet1_1")]
)
def test_a_network_by_name_is_drawn_as_its_library_draws_it(library: str, name: str) -> None:
    expected = by_name(library, name, seed=3)
    other = by_name(library, name, seed=7)
    found = untrained(other, 3, "cpu").encode(IMAGES, ["output"])["output"]
    np.testing.assert_array_equal(found, load(expected).encode(IMAGES, ["output"])["output"])
    assert not np.allclose(found, load(other).encode(IMAGES, ["output"])["output"])


def test_a_network_from_a_file_has_the_layers_and_none_of_the_weights() -> None:
    artifact = from_file()
    twin = untrained(artifact, 0, "cpu")
    assert [layer.name for layer in twin.layers] == [
        layer["name"] for layer in artifact.meta["layers"]
    ]
    last = twin.layers[-1].name
    own = load(artifact).encode(IMAGES, [last])[last]
    drawn = twin.encode(IMAGES, [last])[last]
    assert np.isfinite(drawn).all()
    assert not np.allclose(drawn, own)
    np.testing.assert_array_equal(untrained(artifact, 0, "cpu").encode(IMAGES, [last])[last], drawn)


def test_every_network_of_a_table_has_its_own_row_of_random_weights() -> None:
    encoders = [by_name("timm", "test_vit"), by_name("timm", "test_resnet"), from_file()]
    params = {"repetitions": 1, "shots": 2}
    result = make("probe", "table", params, dataset=digits(), encoders=encoders)
    names = {row["name"]: row["baseline"] for row in result.meta["rows"]}
    assert names == {
        "test_vit, untrained": None,
        "test_resnet, untrained": None,
        "DINOv2 with registers": None,
        "Random weights (test_vit)": "random",
        "Random weights (test_resnet)": "random",
        "Random weights (ViT of 2 blocks of 32, 32 px)": "random",
        "Raw pixels": "pixels",
    }


def test_curves_over_layers_have_the_untrained_network_of_a_library() -> None:
    encoder = by_name("timm", "test_resnet")
    params = {"repetitions": 1}
    result = make("probe", "layers", params, dataset=digits(), encoder=encoder)
    linear = [c for c in result.meta["curves"] if c["probe"] == "linear"]
    assert [c["baseline"] for c in linear] == [None, "random", "pixels"]
    assert result.array(linear[1]["array"]).shape == result.array(linear[0]["array"]).shape


def test_one_row_stands_for_all_weights_of_a_network() -> None:
    vit = by_name("timm", "test_vit")
    same = Result(vit.arrays, {**vit.meta, "config": {"name": "test_vit.r160_in1k"}}, {}, vit.files)
    larger = by_name("timm", "test_vit", size=96)
    assert list(architectures([vit, same, larger])) == [vit, larger]
    assert list(architectures([make("encoder", "pixels")])) == [None]


def test_names_say_which_network() -> None:
    own = make("encoder", "random", {"image_size": 32, "architecture": "cnn"})
    assert random_name(own) == name_of(own, None) == "Random weights (CNN-micro, 32 px)"
    resnet = {
        "architecture": "checkpoint",
        "config": {"kind": "resnet", "block": "bottleneck", "layers": [3, 4, 6, 3]},
        "preprocess": {"image_size": 224},
    }
    assert random_name(Result({}, resnet)) == "Random weights (ResNet-50, 224 px)"
    trained = Result({}, {"architecture": "vit", "objective": "mae"})
    recipe = {"kind": "encoder", "method": "mae", "params": {"stop_at": 1200}}
    assert name_of(trained, recipe) == "Masked autoencoder, step 1,200"
    assert name_of(trained, None) == "Masked autoencoder"
