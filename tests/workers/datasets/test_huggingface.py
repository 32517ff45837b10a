"""Sets of Hugging Face, read by the real library from Parquet files as the hub keeps them."""

import io
import sys
from pathlib import Path
from typing import Any

import datasets
import huggingface_hub
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Context, Result
from repscope.workers.datasets.huggingface import Params, collect
from tests.workers.making import make


def png(value: int, size: tuple[int, int] = (9, 7), mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, value if mode == "L" else (value, 0, 200)).save(file, "PNG")
    return file.getvalue()


def cell(data: bytes | None, path: str | None = None) -> dict[str, Any]:
    return {"bytes": data, "path": path}


def stream(folder: Path, rows: dict[str, list[Any]], features: datasets.Features) -> Any:
    """Write a Parquet file with its features in the metadata, and open it as a stream."""
    table = pa.Table.from_pydict(rows, schema=features.arrow_schema)
    path = folder / "data.parquet"
    pq.write_table(table, path)
    return datasets.load_dataset(
        "parquet",
        data_files=str(path),
        split="train",
        streaming=True,
        cache_dir=str(folder / "cache"),
    )


def collected(rows: Any, **params: Any) -> Result:
    return collect(Context.local(), Params(name="someone/pets", **params), rows)


PETS = datasets.Features(
    {
        "id": datasets.Value("int64"),
        "photo": datasets.Image(),
        "kind": datasets.ClassLabel(names=["cat", "dog"]),
    }
)


def pets(folder: Path, images: list[dict[str, Any]] | None = None) -> Any:
    images = images or [cell(png(40 * row)) for row in range(5)]
    count = len(images)
    rows = {"id": list(range(count)), "photo": images, "kind": [row % 2 for row in range(count)]}
    return stream(folder, rows, PETS)


def test_the_first_images_with_their_declared_classes(tmp_path: Path) -> None:
    result = collected(pets(tmp_path), first=4)
    assert result.array("images").shape == (4, 7, 9, 3)
    assert result.array("images")[:, 3, 3, 0].tolist() == [0, 40, 80, 120]
    assert result.meta["classes"] == ["cat", "dog"]
    assert result.array("labels").tolist() == [0, 1, 0, 1]
    assert result.meta["source"] == "https://huggingface.co/datasets/someone/pets"
    assert result.meta["title"] == "someone/pets, first 4 of train"
    assert result.meta["license"] == "see source"


def test_columns_are_found_by_their_usual_names(tmp_path: Path) -> None:
    features = datasets.Features(
        {"image": datasets.Value("binary"), "label": datasets.Value("string")}
    )
    rows = {"image": [png(row) for row in range(3)], "label": ["b", "a", "b"]}
    result = collected(stream(tmp_path, rows, features))
    assert result.meta["classes"] == ["a", "b"]
    assert result.array("labels").tolist() == [1, 0, 1]


def test_columns_may_be_named(tmp_path: Path) -> None:
    result = collected(pets(tmp_path), image_column="photo", label_column="id")
    assert result.meta["classes"] == ["0", "1", "2", "3", "4"]
    with pytest.raises(InvalidRecipe, match="no column 'picture'; there is id, photo, kind"):
        collected(pets(tmp_path), image_column="picture")
    plain = datasets.Features({"id": datasets.Value("int64")})
    with pytest.raises(InvalidRecipe, match="No column of someone/pets holds images; it has id"):
        collected(stream(tmp_path, {"id": [1]}, plain))


def test_sizes_stay_or_are_fitted(tmp_path: Path) -> None:
    images = [cell(png(10, (8 + 4 * row, 8), "L")) for row in range(3)]
    mixed = collected(pets(tmp_path, images))
    assert mixed.array("sizes").tolist() == [[8, 8], [8, 12], [8, 16]]
    assert mixed.meta["channels"] == 1
    fitted = collected(pets(tmp_path, images), image_size=10)
    assert fitted.array("images").shape == (3, 10, 10, 1)


def test_broken_images_and_paths_of_this_machine_are_left_out(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(png(7))
    images = [cell(png(1)), cell(png(2)[:40]), cell(None, str(secret)), cell(png(80))]
    result = collected(pets(tmp_path, images))
    assert result.array("images")[:, 0, 0, 0].tolist() == [1, 80]
    assert result.array("labels").tolist() == [0, 1]
    assert result.meta["left_out"]["count"] == 2
    assert [each["name"] for each in result.meta["left_out"]["files"]] == ["row 1", "row 2"]
    with pytest.raises(MethodFailed, match="no image that can be read: it holds no image"):
        collected(pets(tmp_path, [cell(None, str(secret))]))


def test_no_network_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    # The library's own switch: it asks no network, and reports as if there were none.
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    with pytest.raises(MethodFailed, match="someone/pets could not be fetched: there is no netw"):
        make("dataset", "huggingface", {"name": "someone/pets"})


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MethodFailed, match=r"pip install 'repscope\[huggingface\]'"):
        make("dataset", "huggingface", {"name": "someone/pets"})


def test_folders_of_this_machine_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "someone" / "pets").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MethodFailed, match="is a folder of this machine"):
        make("dataset", "huggingface", {"name": "someone/pets"})


@pytest.mark.parametrize("name", ["pets", "../pets", "/etc/pets", "a/b/c", "https://a/b", "a/../b"])
def test_only_names_of_the_hub_are_taken(name: str) -> None:
    with pytest.raises(InvalidRecipe):
        make("dataset", "huggingface", {"name": name})


def test_classes_of_numbers_and_missing_ones(tmp_path: Path) -> None:
    features = datasets.Features({"img": datasets.Image(), "target": datasets.Value("int64")})
    rows = {"img": [cell(png(row)) for row in range(4)], "target": [10, 2, None, 10]}
    result = collected(stream(tmp_path, rows, features))
    assert result.meta["classes"] == ["2", "10"]
    assert result.array("labels").tolist() == [1, 0, -1, 1]
    bare = datasets.Features({"img": datasets.Image()})
    without = collected(stream(tmp_path, {"img": [cell(png(3))]}, bare))
    assert without.meta["classes"] is None
    assert "labels" not in without.arrays
    assert np.array_equal(without.array("images")[0, 0, 0], [3, 0, 200])
