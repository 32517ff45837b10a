"""Exported tables, read with the readers that people have."""

import csv
import io
import json
import tracemalloc
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from repscope.backend.export.table import BLOCK, Table, table_of
from repscope.backend.export.text import write_csv
from repscope.backend.routes.export import _WRITERS, Format
from repscope.core.artifacts import Artifact
from repscope.core.recipes import normalized_id
from tests.backend.conftest import Bench
from tests.backend.recipes import DIGITS, EMBEDDING, MAP, UNKNOWN

AWKWARD = ["plain", 'a "quoted", name', "=1+1", "two\r\nlines", "@x", "-2", "", "Größe"]
LARGE = 300_000
#: The recipe of datasets that tests publish themselves.
ODD: dict[str, Any] = {
    "kind": "dataset",
    "method": "odd",
    "version": 1,
    "inputs": {},
    "params": {},
    "seed": 0,
}


def fetch(bench: Bench, artifact: str, ending: str, **query: str) -> Any:
    answer = bench.client.get(f"/api/artifacts/{artifact}/export.{ending}", params=query)
    assert answer.status_code == 200, answer.text
    return answer


def read_csv(data: bytes) -> tuple[list[str], list[list[str]]]:
    head, *rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    assert all(len(row) == len(head) for row in rows)
    return head, rows


def same_bits(ours: Any, theirs: NDArray[Any]) -> bool:
    found = np.ascontiguousarray(np.asarray(ours, dtype=theirs.dtype))
    return found.tobytes() == np.ascontiguousarray(theirs).tobytes()


def publish(
    bench: Bench, artifact_id: str, recipe: dict[str, Any], meta: Any, **arrays: Any
) -> Artifact:
    staging = bench.artifacts.stage(artifact_id)
    for name, values in arrays.items():
        staging.write(name, values)
    return staging.publish(
        {"version": 1, "inputs": {}, "params": {}, "seed": 0, **recipe}, meta=meta
    )


def column(name: str, type_: str, categories: list[str] | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "title": name.title(),
        "type": type_,
        "array": f"column_{name}",
        "categories": categories,
    }


@pytest.fixture
def odd(bench: Bench) -> tuple[Artifact, Artifact, Artifact]:
    """A dataset with awkward names and numbers, its map in 3D, and values with a clashing name."""
    count = len(AWKWARD) + 1
    codes = np.arange(-1, count - 1, dtype=np.int32)
    numbers = np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45, 3.4028235e38, 0.1, 1 / 3, 7], "<f4")
    meta = {
        "count": count,
        "columns": [
            column("name", "category", AWKWARD),
            column("x", "number"),
            column("bare", "category"),
            column("exact", "number"),
        ],
    }
    dataset = publish(
        bench,
        normalized_id(ODD),
        ODD,
        meta,
        column_name=codes,
        column_x=numbers,
        column_bare=codes,
        column_exact=numbers.astype("<f8") / 3,
    )
    points = np.random.default_rng(0).normal(size=(count, 3)).astype("<f4")
    made = {"kind": "projection", "method": "pca", "inputs": {"embedding": ODD}}
    chart = publish(bench, "aa" * 16, made, {"axes": ["PC 1", "PC 2", "PC 3"]}, points=points)
    found = {"kind": "clusters", "method": "kmeans", "inputs": {"embedding": ODD}}
    meta = {"count": count, "columns": [column("x", "category", ["one", "two"])]}
    values = publish(bench, "bb" * 16, found, meta, column_x=codes % 2)
    return dataset, chart, values


def test_a_map_as_csv(finished: Bench) -> None:
    chart, digits = finished.make(MAP), finished.make(DIGITS)
    answer = fetch(finished, chart.id, "csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="pca-digits-pixels.csv"'
    head, rows = read_csv(answer.content)
    assert head == ["row", "label", "x", "y"]
    assert [int(row[0]) for row in rows] == list(range(1797))
    names = digits.meta["classes"]
    assert [row[1] for row in rows] == [names[code] for code in digits.array("labels")]
    assert same_bits([[float(v) for v in row[2:]] for row in rows], chart.array("points"))


def test_a_map_as_npz(finished: Bench) -> None:
    chart, digits = finished.make(MAP), finished.make(DIGITS)
    with np.load(io.BytesIO(fetch(finished, chart.id, "npz").content), allow_pickle=False) as file:
        assert set(file) == {"row", "label", "label_names", "x", "y", "recipe"}
        assert same_bits(np.stack([file["x"], file["y"]], axis=1), chart.array("points"))
        assert same_bits(file["label"], digits.array("labels"))
        assert list(file["label_names"]) == digits.meta["classes"]
        recipe = json.loads(str(file["recipe"]))
    assert recipe == chart.recipe
    assert finished.client.post("/api/jobs", json=recipe).json()["id"] == chart.id


def test_a_map_as_parquet(finished: Bench) -> None:
    chart, digits = finished.make(MAP), finished.make(DIGITS)
    table = pq.read_table(io.BytesIO(fetch(finished, chart.id, "parquet").content))
    assert table.column_names == ["row", "label", "x", "y"]
    names = digits.meta["classes"]
    assert table["label"].to_pylist() == [names[code] for code in digits.array("labels")]
    assert same_bits(np.stack([table["x"], table["y"]], axis=1), chart.array("points"))
    assert json.loads(table.schema.metadata[b"repscope.recipe"]) == chart.recipe
    assert table.schema.field("x").metadata[b"title"].decode().startswith("PC 1")


def test_awkward_names_and_numbers_survive_csv(
    bench: Bench, odd: tuple[Artifact, Artifact, Artifact]
) -> None:
    dataset, chart, values = odd
    data = fetch(bench, chart.id, "csv", **{"with": values.id}).content
    head, rows = read_csv(data)
    assert head == ["row", "name", "odd_x", "bare", "exact", "x", "y", "z", "kmeans_x"]
    assert [row[1] for row in rows] == ["", *AWKWARD]
    assert same_bits([float(row[2]) for row in rows], dataset.array("column_x"))
    assert [row[3] for row in rows] == ["", *map(str, range(len(AWKWARD)))]
    assert same_bits([float(row[4]) for row in rows], dataset.array("column_exact"))
    assert same_bits([[float(v) for v in row[5:8]] for row in rows], chart.array("points"))
    assert b"\r\n3,=1+1," in data, "what is no CSV syntax is not touched"


def test_awkward_names_and_numbers_survive_npz_and_parquet(
    bench: Bench, odd: tuple[Artifact, Artifact, Artifact]
) -> None:
    dataset, chart, values = odd
    query = {"with": values.id}
    with np.load(io.BytesIO(fetch(bench, chart.id, "npz", **query).content)) as file:
        assert list(file["name_names"]) == AWKWARD
        assert same_bits(file["odd_x"], dataset.array("column_x"))
        assert same_bits(file["kmeans_x"], values.array("column_x"))
        assert "bare_names" not in file
        assert [json.loads(text) for text in file["joined_recipes"]] == [values.recipe]
    table = pq.read_table(io.BytesIO(fetch(bench, chart.id, "parquet", **query).content))
    assert table["name"].to_pylist() == [None, *AWKWARD]
    assert table["bare"].to_pylist() == [None, *range(len(AWKWARD))]
    assert same_bits(table["odd_x"].to_numpy(), dataset.array("column_x"))
    assert table["kmeans_x"].to_pylist()[1:3] == ["one", "two"]
    assert json.loads(table.schema.metadata[b"repscope.joined_recipes"]) == [values.recipe]


def test_values_are_a_table_of_their_own(
    bench: Bench, odd: tuple[Artifact, Artifact, Artifact]
) -> None:
    _, _, values = odd
    answer = fetch(bench, values.id, "csv")
    assert 'filename="kmeans-odd.csv"' in answer.headers["content-disposition"]
    assert read_csv(answer.content)[0] == ["row", "name", "odd_x", "bare", "exact", "x"]


def test_no_column_is_lost_to_what_else_stands_in_a_file(bench: Bench) -> None:
    codes = np.array([1, 0], np.int32)
    columns = [column(name, "category", ["one", "two"]) for name in ("row", "label", "recipe")]
    meta = {"count": 2, "columns": [*columns, column("label_names", "number")]}
    arrays = {f"column_{name}": codes for name in ("row", "label", "recipe", "label_names")}
    publish(bench, normalized_id(ODD), ODD, meta, **arrays)
    made = {"kind": "projection", "method": "pca", "inputs": {"embedding": ODD}}
    chart = publish(bench, "cc" * 16, made, {}, points=np.zeros((2, 2), "<f4"))
    with np.load(io.BytesIO(fetch(bench, chart.id, "npz").content)) as file:
        assert len(set(file.files)) == len(file.files)
        assert json.loads(str(file["recipe"]))["method"] == "pca"
        for name in ("odd_row", "label", "odd_recipe", "odd_label_names"):
            assert same_bits(file[name], codes)
        assert list(file["odd_recipe_names"]) == list(file["label_names"]) == ["one", "two"]


def test_who_has_the_file_gets_304(finished: Bench) -> None:
    chart = finished.make(MAP)
    address = f"/api/artifacts/{chart.id}/export.csv"
    etag = finished.client.get(address).headers["etag"]
    again = finished.client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    for other in (address.replace("csv", "npz"), address + "?with="):
        tag = finished.client.get(other).headers["etag"]
        assert (tag == etag) == other.endswith("with=")


@pytest.mark.parametrize("ending", list(Format))
def test_the_same_table_gives_the_same_bytes(finished: Bench, ending: Format) -> None:
    chart = finished.make(MAP)
    assert fetch(finished, chart.id, ending).content == fetch(finished, chart.id, ending).content


def test_what_is_no_table_is_told(bench: Bench, odd: tuple[Artifact, Artifact, Artifact]) -> None:
    dataset, chart, _ = odd
    vectors = bench.make(EMBEDDING)
    other = bench.make(MAP)

    def refused(artifact: str, status: int, ending: str = "csv", **query: str) -> str:
        answer = bench.client.get(f"/api/artifacts/{artifact}/export.{ending}", params=query)
        assert answer.status_code == status
        message: str = answer.json()["error"]["message"]
        assert message.count(". ") == 0
        return message

    assert "is no table" in refused(vectors.id, 422)
    assert "is no table" in refused(dataset.id, 422)
    assert "'csv', 'npz' or 'parquet'" in refused(chart.id, 422, "xlsx")
    assert "other images" in refused(chart.id, 422, **{"with": other.id})
    assert "32 hexadecimal digits" in refused(chart.id, 422, **{"with": "abc"})
    refused(UNKNOWN, 404)
    refused(chart.id, 404, **{"with": UNKNOWN})
    bench.artifacts.delete(dataset.id)
    assert dataset.id in refused(chart.id, 404)


@pytest.fixture
def large(bench: Bench) -> Table:
    """A map of many rows."""
    about = {
        "kind": "dataset",
        "method": "many",
        "version": 1,
        "inputs": {},
        "params": {},
        "seed": 0,
    }
    rng = np.random.default_rng(0)
    meta = {"count": LARGE, "columns": [column("label", "category", list("abc"))]}
    labels = rng.integers(-1, 3, LARGE).astype("<i4")
    publish(bench, normalized_id(about), about, meta, column_label=labels)
    points = rng.normal(size=(LARGE, 2)).astype("<f4")
    made = {"kind": "projection", "method": "umap", "inputs": {"embedding": about}}
    publish(bench, "cc" * 16, made, {}, points=points)
    return table_of(bench.services, "cc" * 16, [])


@pytest.mark.parametrize("ending", list(Format))
def test_many_rows_take_the_memory_of_a_block(large: Table, ending: Format) -> None:
    write, _ = _WRITERS[ending]
    tracemalloc.start()
    pieces, total = 0, 0
    for piece in write(large):
        pieces, total = pieces + 1, total + len(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert pieces > LARGE // BLOCK
    assert total > 8 * LARGE
    # Python's own objects for a block of text fields are what costs most.
    assert peak < 64 * 1024 * 1024


def test_blocks_join_without_a_seam(large: Table) -> None:
    head, rows = read_csv(b"".join(write_csv(large)))
    assert head == ["row", "label", "x", "y"]
    assert [row[0] for row in rows] == [str(n) for n in range(LARGE)]
    xy = np.array([[row[2], row[3]] for row in rows], dtype="<f4")
    expected = np.stack([column.values for column in large.columns[1:]], axis=1)
    assert same_bits(xy, expected)
