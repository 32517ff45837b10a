"""Datasets that went out as files are brought in again."""

from typing import Any

import numpy as np

from repscope.core.artifacts import Artifact
from repscope.core.images import images_of
from repscope.core.texts import Texts, offsets_of
from tests.backend.conftest import Bench
from tests.backend.recipes import shapes
from tests.workers.zipping import packed, picture


def bring_back(bench: Bench, dataset: Artifact) -> tuple[Artifact, list[int]]:
    """Export a dataset and import it; returns the new one and the old row of each of its rows."""
    data = bench.client.get(f"/api/datasets/{dataset.id}/export/images.zip").content
    digest = bench.client.put("/api/uploads", content=data).json()["sha256"]
    again = bench.make({"kind": "dataset", "method": "archive", "params": {"upload": digest}})
    assert again.meta["left_out"]["count"] == 0
    assert again.meta["title"] == dataset.meta["title"]
    files = values_of(again, "file")
    return again, [int(name.rpartition("/")[2].partition(".")[0]) for name in files]


def values_of(dataset: Artifact, name: str) -> list[Any]:
    """The values of a column, classes by name."""
    (column,) = [each for each in dataset.meta["columns"] if each["name"] == name]
    values = dataset.array(column["array"])
    if column["type"] == "text":
        return Texts(values, dataset.array(offsets_of(column["array"])))[:]
    names = column["categories"]
    if names is None:
        return list(values.tolist())
    return [names[code] if code >= 0 else None for code in values.tolist()]


def test_what_went_out_comes_in_again(bench: Bench) -> None:
    dataset = bench.make(shapes(count=40, image_size=32))
    again, rows = bring_back(bench, dataset)
    assert sorted(rows) == list(range(40))
    assert again.meta["license"] == dataset.meta["license"]
    assert np.array_equal(again.array("images"), dataset.array("images")[rows])
    told = [each["name"] for each in dataset.meta["columns"]]
    assert [each["name"] for each in again.meta["columns"]] == [*told, "file"]
    for name in told:
        before = values_of(dataset, name)
        found = values_of(again, name)
        if isinstance(before[0], float):
            # Shortest texts of float32 read back as those very numbers.
            assert np.array_equal(np.float32(found), np.float32([before[row] for row in rows]))
        else:
            assert found == [before[row] for row in rows]


def test_splits_and_files_of_mixed_sizes_come_in_again(bench: Bench) -> None:
    members = {
        f"pets/{split}/{kind}/{number}.jpg": picture("JPEG", size=(20 + 7 * number, 30))
        for split in ("train", "test")
        for kind in ("cat", "dog")
        for number in range(3)
    }
    members["pets/metadata.csv"] = b"file_name,weight,words\r\n" + b"".join(
        f'{name[5:]},{number}.5,"number {number}, with a comma"\r\n'.encode()
        for number, name in enumerate(members)
    )
    digest = bench.client.put("/api/uploads", content=packed(members)).json()["sha256"]
    recipe = {"kind": "dataset", "method": "archive", "params": {"upload": digest}}
    dataset = bench.make(recipe)
    assert "bytes" in dataset.array_names
    again, rows = bring_back(bench, dataset)
    assert again.meta["splits"] == dataset.meta["splits"] == ["train", "test"]
    for name in ("label", "split", "weight", "words"):
        before = values_of(dataset, name)
        assert values_of(again, name) == [before[row] for row in rows]
    assert np.array_equal(again.array("sizes"), dataset.array("sizes")[rows])
    assert same_pictures(again, dataset, rows)


def same_pictures(again: Artifact, dataset: Artifact, rows: list[int]) -> bool:
    found, before = images_of(again), images_of(dataset)
    return all(
        np.abs(found.array(new).astype(int) - before.array(old)).max() <= 4
        for new, old in enumerate(rows)
    )
