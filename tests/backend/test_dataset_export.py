"""Datasets as files, read with the readers that people have."""

import csv
import io
import tracemalloc
import zipfile
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from PIL import Image

from repscope.backend.export.dataset import table_of_dataset
from repscope.backend.export.pictures import MOST_IMAGES, require_few, write_images
from repscope.core.artifacts import Artifact
from repscope.core.errors import RepscopeError
from repscope.core.recipes import normalized_id
from repscope.core.texts import text_arrays
from tests.backend.conftest import Bench
from tests.backend.recipes import DIGITS, MAP, UNKNOWN, shapes
from tests.backend.test_library import check
from tests.backend.test_selections import select_rows

CLASSES = ["Ringelblume", "a/b", "..", "Nul", "nul", "=1+1"]
CAPTIONS = ["eine Blüme", "", 'with "quotes", and\r\nlines', "🌻", "e", "f", "g"]

RECIPE: dict[str, Any] = {
    "kind": "dataset",
    "method": "test",
    "version": 1,
    "inputs": {},
    "params": {},
    "seed": 0,
}


def fetch(bench: Bench, dataset: Artifact, file: str, **query: str) -> bytes:
    answer = bench.client.get(f"/api/datasets/{dataset.id}/export/{file}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.content


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


def read_npz(data: bytes) -> dict[str, NDArray[Any]]:
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


@pytest.fixture
def mixed(bench: Bench) -> Artifact:
    """Images of many sizes, JPEG and PNG, with awkward classes, numbers and texts."""
    files = []
    sizes = [(20, 30), (64, 48), (8, 8), (9, 100), (33, 33), (5, 7), (40, 40)]
    for number, (height, width) in enumerate(sizes):
        out = io.BytesIO()
        Image.new("RGB", (width, height), (40 * number, 90, 10)).save(
            out, "JPEG" if number % 2 else "PNG"
        )
        files.append(out.getvalue())
    staging = bench.artifacts.stage(normalized_id(RECIPE))
    staging.write("bytes", np.frombuffer(b"".join(files), np.uint8))
    staging.write("offsets", np.cumsum([0, *map(len, files)]).astype(np.int64))
    staging.write("sizes", np.array(sizes, np.int32))
    staging.write("labels", np.array([0, 1, 2, 3, 4, 5, -1], np.int32))
    staging.write("column_weight", np.array([0.1, np.nan, 3, 4, 5, 6, 7], np.float32))
    for name, values in text_arrays("column_caption", CAPTIONS).items():
        staging.write(name, values)
    kinds = {"label": "category", "weight": "number", "caption": "text"}
    arrays = {"label": "labels", "weight": "column_weight", "caption": "column_caption"}
    columns = [
        {"name": name, "title": name.title(), "type": kind, "array": arrays[name]}
        for name, kind in kinds.items()
    ]
    columns[0]["categories"] = CLASSES  # type: ignore[assignment]
    meta = {
        "title": "Ön my window sill",
        "count": 7,
        "height": 64,
        "width": 100,
        "channels": 3,
        "classes": CLASSES,
        "columns": columns,
        "license": "CC0",
        "license_text": "CC0 1.0\nall of it",
    }
    return staging.publish(RECIPE, meta=meta)


def test_the_zip_holds_the_files_and_everything_that_is_known(
    bench: Bench, mixed: Artifact
) -> None:
    answer = bench.client.get(f"/api/datasets/{mixed.id}/export/images.zip")
    assert answer.headers["content-type"] == "application/zip"
    disposition = answer.headers["content-disposition"]
    assert disposition == 'attachment; filename="n-my-window-sill.zip"'
    assert "content-length" not in answer.headers  # it is written while it is sent
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    names = archive.namelist()
    top = "Ön my window sill/"
    assert all(name.startswith(top) for name in names)
    names = [name.removeprefix(top) for name in names]
    assert names[:2] == ["LICENSE.txt", "metadata.csv"]
    assert archive.read(f"{top}LICENSE.txt") == b"CC0 1.0\nall of it"
    lines = read_csv(archive.read(f"{top}metadata.csv"))
    assert [line["file_name"] for line in lines] == names[2:]
    assert names[2:] == [
        "Ringelblume/0.png",
        "a_b/1.jpg",
        "__/2.png",
        "Nul/3.jpg",
        "nul_4/4.png",
        "=1+1/5.jpg",
        "6.png",
    ]
    assert [line["label"] for line in lines] == [*CLASSES, ""]
    assert [line["caption"] for line in lines] == CAPTIONS
    weights = np.array([line["weight"] for line in lines], np.float32)
    assert weights.tobytes() == np.asarray(mixed.array("column_weight")).tobytes()
    data, offsets = mixed.array("bytes"), mixed.array("offsets")
    for row, name in enumerate(names[2:]):
        assert archive.read(f"{top}{name}") == data[offsets[row] : offsets[row + 1]].tobytes()


def test_tables_have_texts_too(bench: Bench, mixed: Artifact) -> None:
    lines = read_csv(fetch(bench, mixed, "table.csv"))
    assert [line["caption"] for line in lines] == CAPTIONS
    table = pq.read_table(io.BytesIO(fetch(bench, mixed, "table.parquet")))
    assert table.column("caption").to_pylist() == CAPTIONS
    assert table.column("label").to_pylist() == [*CLASSES, None]
    arrays = read_npz(fetch(bench, mixed, "arrays.npz"))
    for name in ("bytes", "offsets", "sizes"):
        assert arrays[name].tobytes() == np.asarray(mixed.array(name)).tobytes()
    caption = arrays["caption"].tobytes()
    offsets = arrays["caption_offsets"].tolist()
    found = [caption[a:b].decode() for a, b in zip(offsets, offsets[1:], strict=False)]
    assert found == CAPTIONS


def test_a_selection_picks_rows_of_everything(bench: Bench, mixed: Artifact) -> None:
    rows = [1, 3, 6]
    chosen = {"selection": select_rows(bench, mixed, *rows).id}
    archive = zipfile.ZipFile(io.BytesIO(fetch(bench, mixed, "images.zip", **chosen)))
    names = [name.partition("/")[2] for name in archive.namelist()]
    assert names[2:] == ["a_b/1.jpg", "Nul/3.jpg", "6.png"]
    lines = read_csv(fetch(bench, mixed, "table.csv", **chosen))
    assert [int(line["row"]) for line in lines] == rows
    table = pq.read_table(io.BytesIO(fetch(bench, mixed, "table.parquet", **chosen)))
    assert table.column("caption").to_pylist() == [CAPTIONS[row] for row in rows]
    arrays = read_npz(fetch(bench, mixed, "arrays.npz", **chosen))
    assert arrays["row"].tolist() == rows
    offsets = arrays["offsets"]
    whole, starts = mixed.array("bytes"), mixed.array("offsets")
    for place, row in enumerate(rows):
        part = arrays["bytes"][offsets[place] : offsets[place + 1]]
        assert part.tobytes() == whole[starts[row] : starts[row + 1]].tobytes()
    assert arrays["sizes"].tolist() == mixed.array("sizes")[rows].tolist()


def test_pixels_arrive_as_they_are(bench: Bench) -> None:
    dataset = bench.make(shapes(count=30))
    arrays = read_npz(fetch(bench, dataset, "arrays.npz"))
    for name in ("images", "masks"):
        assert np.array_equal(arrays[name], dataset.array(name))
    assert np.array_equal(arrays["label"], dataset.array("labels"))
    assert np.array_equal(arrays["hue"], dataset.array("column_hue"))
    assert "labels" not in arrays  # once is enough
    archive = zipfile.ZipFile(io.BytesIO(fetch(bench, dataset, "images.zip")))
    for line in read_csv(archive.read("Shapes/metadata.csv")):
        row = int(line["file_name"].rpartition("/")[2].removesuffix(".png"))
        image = np.asarray(Image.open(archive.open(f"Shapes/{line['file_name']}")))
        assert np.array_equal(image, dataset.array("images")[row])


def test_who_has_it_gets_304(bench: Bench, mixed: Artifact) -> None:
    address = f"/api/datasets/{mixed.id}/export/table.csv"
    etag = bench.client.get(address).headers["etag"]
    assert bench.client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_what_cannot_be_exported(finished: Bench) -> None:
    digits = finished.client.post("/api/jobs", json=DIGITS).json()["id"]
    map_ = finished.client.post("/api/jobs", json=MAP).json()["id"]
    get = finished.client.get
    check(get(f"/api/datasets/{digits}/export/images.rar"), 422, "invalid_request", "file")
    check(get(f"/api/datasets/{map_}/export/table.csv"), 404, "not_found", "id")
    check(get(f"/api/datasets/{UNKNOWN}/export/table.csv"), 404, "not_found")
    address = f"/api/datasets/{digits}/export/table.csv"
    check(get(f"{address}?selection=x"), 422, "invalid_request", "selection")
    check(get(f"{address}?selection={UNKNOWN}"), 404, "not_found")
    check(get(f"{address}?selection={map_}"), 422, "invalid_request", "selection")


@pytest.fixture
def large(bench: Bench) -> Artifact:
    """Images of 24 MB together."""
    staging = bench.artifacts.stage(normalized_id(RECIPE))
    images = staging.array("images", (MOST_IMAGES + 1, 8, 12, 1), np.uint8)
    images[:] = np.arange(96, dtype=np.uint8).reshape(8, 12, 1)
    meta = {"title": "Large", "count": len(images), "channels": 1, "columns": []}
    return staging.publish(RECIPE, meta=meta)


def test_a_large_dataset_leaves_in_bounded_memory(bench: Bench, large: Artifact) -> None:
    address = f"/api/datasets/{large.id}/export"
    answer = bench.client.get(f"{address}/images.zip")
    assert "250,000 images" in check(answer, 422, "invalid_request")
    with pytest.raises(RepscopeError, match="export a selection"):
        require_few(table_of_dataset(large, "Large", None))
    few = select_rows(bench, large, *range(0, 12_000))
    tracemalloc.start()
    try:
        size = sum(map(len, write_images(large, table_of_dataset(large, "Large", few))))
        pictures = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        with bench.client.stream("GET", f"{address}/arrays.npz") as stream:
            total = sum(len(piece) for piece in stream.iter_raw())
    finally:
        tracemalloc.stop()
    assert size > 12_000 * 100
    assert total > large.manifest.arrays["images"].bytes
    # A zip's directory is in memory, and no images but those that are being written.
    assert pictures < 24 * 2**20
