"""An encoder as a file to take along, and back."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load

from repscope.core.encoder_card import CARD
from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Result
from repscope.workers.encoders.base import load as load_encoder
from repscope.workers.encoders.preprocess import Preprocess
from tests.backend.conftest import Bench
from tests.backend.recipes import shapes
from tests.workers.making import make, upload

TINY = {"architecture": "vit", "size": "micro", "image_size": 28}
IMAGES = np.random.default_rng(0).integers(0, 256, (3, 30, 40, 1), dtype=np.uint8)


def taken(bench: Bench, artifact: str) -> tuple[httpx2.Response, dict[str, Any]]:
    """Download an encoder, and read its card."""
    answer = bench.client.get(f"/api/artifacts/{artifact}/encoder.safetensors")
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    length = int.from_bytes(answer.content[:8], "little")
    assert length % 8 == 0
    words = json.loads(answer.content[8 : 8 + length])["__metadata__"]
    return answer, json.loads(words[CARD])


def back(content: bytes, **params: Any) -> Result:
    return make("encoder", "checkpoint", {"upload": upload(content), **params})


def prepared(meta: dict[str, Any]) -> Preprocess:
    preprocess = Preprocess.from_json(meta["preprocess"])
    return replace(preprocess, resize=preprocess.shorter)


def same(artifact: Any, other: Result, layer: str) -> None:
    own = load_encoder(artifact).encode(IMAGES, [layer])[layer]
    np.testing.assert_allclose(load_encoder(other).encode(IMAGES, [layer])[layer], own, atol=1e-5)


def test_a_trained_encoder_comes_back_as_it_was(bench: Bench) -> None:
    training = {"epochs": 1, "image_size": 16, "patch_size": 4, "snapshots": 1, "norm_pix": True}
    recipe = {
        "kind": "encoder",
        "method": "mae",
        "inputs": {"dataset": shapes(count=40)},
        "params": training,
    }
    mae = bench.make(recipe)
    bench.client.patch(f"/api/artifacts/{mae.id}", json={"title": "Mine, of shapes"})
    answer, card = taken(bench, mae.id)
    assert 'filename="Mine_of_shapes.safetensors"' in answer.headers["content-disposition"]
    assert card["title"] == "Mine, of shapes"
    assert card["recipe"] == mae.recipe
    assert card["preprocess"] == mae.manifest.meta["preprocess"]
    assert card["metrics"] == mae.manifest.metrics
    assert card["data"]["count"] == 40
    weights = load(answer.content)
    assert weights.keys() >= {"patch_embed.proj.weight", "blocks.0.attn.qkv.weight"}
    other = back(answer.content)
    assert prepared(other.meta) == prepared(mae.manifest.meta)
    assert other.meta["title"] == "Mine, of shapes"
    assert other.meta["decoder"]["norm_pix"]
    same(mae, other, "norm:mean")
    # Asked for otherwise, it is otherwise.
    assert set(prepared(back(answer.content, mean=[0.5]).meta).mean) == {0.5}

    tag = answer.headers["etag"]
    again = f"/api/artifacts/{mae.id}/encoder.safetensors"
    assert bench.client.get(again, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("name", ["test_vit", "test_efficientnet"])
def test_a_network_of_a_library_is_known_by_its_card(bench: Bench, name: str) -> None:
    params = {"name": name, "pretrained": False, "image_size": 64, "mean": [0.2, 0.3, 0.4]}
    model = bench.make({"kind": "encoder", "method": "timm", "params": params, "seed": 3})
    answer, card = taken(bench, model.id)
    assert card["data"] is None
    other = back(answer.content)
    assert prepared(other.meta) == prepared(model.manifest.meta)
    same(model, other, "output")


def test_what_is_no_network_has_its_arrays(bench: Bench, tmp_path: Path) -> None:
    pca = bench.make(
        {
            "kind": "encoder",
            "method": "pca",
            "inputs": {"dataset": shapes(count=40)},
            "params": {"components": 5},
        }
    )
    answer, card = taken(bench, pca.id)
    assert card["fit"]["method"] == "pca"
    path = tmp_path / "pca.safetensors"
    path.write_bytes(answer.content)
    with safe_open(path, "np") as file:
        assert set(file.keys()) == set(pca.manifest.arrays)
        for name in file.keys():  # noqa: SIM118  (it is no mapping)
            np.testing.assert_array_equal(file.get_tensor(name), pca.array(name))
    bare, _ = taken(bench, bench.make({"kind": "encoder", "method": "pixels"}).id)
    assert load(bare.content) == {}


def test_what_is_no_encoder_is_refused(bench: Bench) -> None:
    dataset = bench.make(shapes(count=40))
    answer = bench.client.get(f"/api/artifacts/{dataset.id}/encoder.safetensors")
    assert answer.status_code == 404
    assert "not an encoder" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("no JSON", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ({"preprocess": {"image_size": 10**9}}, "preprocess.image_size"),
        ({"preprocess": {"image_size": 28, "channels": 3, "mean": [0], "std": [1]}}, "one number"),
        ({"config": {"heads": -1}}, "config.heads"),
        ({"preprocess": {"image_size": 28, "channels": 1, "mean": [0], "std": [1]}}, "1 channels"),
    ],
)
def test_a_card_that_lies_is_refused_by_a_sentence(bench: Bench, card: Any, reason: str) -> None:
    vit = bench.make({"kind": "encoder", "method": "random", "params": TINY})
    content, _ = taken(bench, vit.id)
    length = int.from_bytes(content.content[:8], "little")
    header = json.loads(content.content[8 : 8 + length])
    header["__metadata__"] = {CARD: card if isinstance(card, str) else json.dumps(card)}
    words = json.dumps(header).encode()
    with pytest.raises(InvalidRecipe, match=reason):
        back(len(words).to_bytes(8, "little") + words + content.content[8 + length :])
