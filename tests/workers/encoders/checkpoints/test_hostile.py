"""Files that are damaged, absurd or hostile are refused by a sentence, and nothing is kept."""

import io
import json
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save
from torch import nn

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.files.torch_reader import Reader
from tests.workers.encoders.checkpoints.official import (
    HEADS,
    brought,
    dinov2,
    drawn,
    mae_decoder,
    saved,
    vit,
)
from tests.workers.hostile import survives


class Harm:
    """A pickle that makes a file when it is opened."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self._mark),)


def refused(data: bytes, folder: Path) -> str:
    """What the program that reads pickles says of a file; here it runs with all rights."""
    path = folder / "file"
    path.write_bytes(data)
    with path.open("rb") as file:
        said, _ = Reader(file)({"task": "open"}, b"")
    words: str = said["broken"]
    assert "\n" not in words
    return words


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_that_runs_code_runs_nothing(zipped: bool, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    data = saved({"a": Harm(mark)}, _use_new_zipfile_serialization=zipped)
    assert "asks to run posix.mkdir, which is never done" in refused(data, tmp_path)
    assert not mark.exists()
    pickle.loads(pickle.dumps(Harm(mark)))
    assert mark.exists()  # it would have


def test_a_whole_network_is_refused_with_what_to_do(tmp_path: Path) -> None:
    words = refused(saved(nn.Linear(2, 2)), tmp_path)
    assert words.endswith("save the state_dict of its network alone")


def test_the_process_that_reads_says_the_same(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with pytest.raises(MethodFailed, match="asks to run posix.mkdir"):
        brought(saved(vit() | {"harm": Harm(mark)}))
    assert not mark.exists()


def test_what_is_cut_off_is_refused(tmp_path: Path) -> None:
    whole = saved(vit())
    for share in (0.2, 0.5, 0.99):
        assert "cannot be read as weights" in refused(whole[: int(share * len(whole))], tmp_path)
    with pytest.raises(MethodFailed, match="is cut off"):
        brought(save(vit())[:-1])
    with pytest.raises(MethodFailed, match="neither a .safetensors file nor"):
        brought(b"weights, as I remember them")


def test_an_archive_that_unpacks_to_more_is_refused(tmp_path: Path) -> None:
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved({"a": torch.zeros(10**6)}))) as given,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for entry in given.infolist():
            packed.writestr(entry.filename, given.read(entry))
    assert refused(sink.getvalue(), tmp_path) == "would unpack to more bytes than it has"


def test_shapes_beyond_the_file_are_refused_before_they_are_made() -> None:
    with pytest.raises(MethodFailed, match="'a' as 1,000,000 x 1,000,000 .* than the file holds"):
        brought(saved({"a": torch.ones(1).expand(10**6, 10**6)}))
    header = {"a": {"dtype": "F32", "shape": [10**6, 10**6], "data_offsets": [0, 4 * 10**12]}}
    with pytest.raises(MethodFailed, match="asks for more bytes than are there"):
        brought(safetensors(header, bytes(16)))
    overlapping = {
        f"{i}": {"dtype": "F32", "shape": [1000], "data_offsets": [0, 4000]} for i in range(100)
    }
    with pytest.raises(MethodFailed, match="more numbers in all than the file holds"):
        brought(safetensors(overlapping, bytes(4000)))


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}, "shape and a place"),
        ({"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}}, "not of safetensors"),
        ({"a": {"dtype": "F32", "shape": [True], "data_offsets": [0, 4]}}, "not of safetensors"),
        ({"a": {"dtype": "F32", "shape": [2]}}, "not of safetensors"),
        ({"a": [1]}, "not of safetensors"),
        ({"__metadata__": {"a": "b"}}, "holds no tensors"),
        ({"a" * 301: {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, "301 characters"),
        ({"a": {"dtype": "F32", "shape": [1] * 9, "data_offsets": [0, 4]}}, "axes"),
    ],
)
def test_absurd_headers_are_refused(header: dict[str, Any], words: str) -> None:
    with pytest.raises(MethodFailed, match=words):
        brought(safetensors(header, bytes(8)))


def test_a_header_longer_than_the_file_is_refused() -> None:
    with pytest.raises(MethodFailed, match="its header is not whole"):
        brought((2**40).to_bytes(8, "little") + b"{}")


def safetensors(header: dict[str, Any], data: bytes) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def test_types_that_are_no_weights_are_refused_by_name() -> None:
    wrong = vit() | {"norm.weight": torch.ones(32, dtype=torch.complex64)}
    with pytest.raises(MethodFailed, match="'norm.weight' as torch.complex64"):
        brought(saved(wrong), heads=HEADS)
    with pytest.raises(InvalidRecipe, match="'norm.weight' in whole numbers"):
        brought(vit() | {"norm.weight": torch.ones(32).long()}, heads=HEADS)
    with pytest.raises(MethodFailed, match="numbers in 'norm.weight' that are not finite"):
        brought(vit() | {"norm.weight": torch.full((32,), float("nan"))}, heads=HEADS)


def test_what_does_not_fit_is_named_tensor_by_tensor() -> None:
    wrong = vit() | {"norm.bias": torch.ones(31), "blocks.1.extra": torch.ones(2)}
    del wrong["blocks.0.mlp.fc2.bias"]
    with pytest.raises(InvalidRecipe) as caught:
        brought(wrong, heads=HEADS)
    assert caught.value.message == (
        "These weights do not fit (Vision Transformer): 'blocks.0.mlp.fc2.bias' is missing; "
        "'norm.bias' is 31 instead of 32; 'blocks.1.extra' has no place."
    )
    many = {name: each for name, each in vit().items() if ".norm" not in name}
    with pytest.raises(InvalidRecipe, match="; and 2 more.$"):
        brought(many, heads=HEADS)


def test_what_no_file_tells_is_asked_for() -> None:
    with pytest.raises(InvalidRecipe, match="give 'heads', which divides 32"):
        brought(vit())
    with pytest.raises(InvalidRecipe, match="give 'heads', which divides 32"):
        brought(vit(), heads=5)
    with pytest.raises(
        InvalidRecipe, match="tensors named 'what.weight' and so on; give the 'name'"
    ):
        brought(drawn(**{"what.weight": (3, 3)}))
    with pytest.raises(InvalidRecipe, match="not of resnet18"):
        brought(vit(), name="resnet18")
    with pytest.raises(InvalidRecipe, match="did you mean"):
        brought(vit(), name="resnet18x")
    with pytest.raises(InvalidRecipe, match="multiple of the patches' side, 8; it is 36"):
        brought(vit(), heads=HEADS, image_size=36)


@pytest.mark.parametrize(
    "absurd",
    [
        {"pos_embed": (1, 12, 32)},
        {"pos_embed": (17, 32)},
        {"patch_embed.proj.weight": (32, 3, 8, 4)},
        {"patch_embed.proj.weight": (32, 5, 8, 8)},
        {"blocks.0.mlp.fc1.weight": (0, 32)},
        {"decoder_embed.weight": (33, 32)},
        {f"blocks.{number}.x": (1,) for number in range(200)},
    ],
)
def test_sizes_of_no_network_are_refused(absurd: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(InvalidRecipe):
        brought(vit() | mae_decoder() | drawn(**absurd), heads=HEADS)


@pytest.mark.slow
def test_mutated_files_are_read_or_refused() -> None:
    survives("encoder", "checkpoint", save(dinov2(2)), saved(vit()), share=50, heads=HEADS)
