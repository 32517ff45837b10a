"""Files of vectors: the same numbers whichever format they come in."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from repscope.workers.files.arrays import Broken
from repscope.workers.files.matrix import Matrix, label_name
from repscope.workers.files.vectors import read_vectors
from tests.workers.filing import csv, npy, npz, parquet

VECTORS = np.random.default_rng(0).normal(size=(12, 4)).astype(np.float32)
WORDS = ["cat", "dog", "emu"] * 4
NAMES = ["a", "b", "c", "d"]
COLUMNS = {name: VECTORS[:, i] for i, name in enumerate(NAMES)}
ROWS = [
    [*map(float, row), word, i] for i, (row, word) in enumerate(zip(VECTORS, WORDS, strict=True))
]


def read(data: bytes, folder: Path) -> Matrix:
    path = folder / "file"
    path.write_bytes(data)
    return read_vectors(path, folder, "The file", lambda share: None)


@pytest.mark.parametrize(
    "data",
    [
        npy(VECTORS),
        npy(np.asfortranarray(VECTORS)),
        npz(vectors=VECTORS),
        csv(None, [list(map(float, row)) for row in VECTORS]),
        csv(NAMES, [list(map(float, row)) for row in VECTORS], "\t"),
        csv(["0", "1", "2", "3"], [list(map(float, row)) for row in VECTORS], ";"),
        b"\xef\xbb\xbf" + csv(["a", "b", "c", "d", "label", "id"], ROWS),
        parquet(COLUMNS),
        parquet(COLUMNS | {"label": np.arange(12)}, row_group_size=5),
        parquet({"vectors": list(VECTORS)}),
        parquet({"vectors": pa.FixedSizeListArray.from_arrays(VECTORS.ravel(), 4)}),
    ],
)
def test_the_same_numbers(data: bytes, tmp_path: Path) -> None:
    matrix = read(data, tmp_path)
    assert list(matrix.layers) == ["vectors"]
    np.testing.assert_array_equal(np.asarray(matrix.layers["vectors"], np.float32), VECTORS)
    assert matrix.count == 12
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_is_beside_them(tmp_path: Path) -> None:
    table = read(csv([*NAMES, "kind", "id"], ROWS), tmp_path)
    assert table.columns["kind"] == WORDS
    assert list(table.columns["id"]) == list(range(12))
    assert label_name(list(table.columns)) is None
    columns = COLUMNS | {"label": np.arange(12) % 3, "text": WORDS, "other": [{"x": 1}] * 12}
    given = read(parquet(columns, {"label": ["x", "y", "z"]}, compression="zstd"), tmp_path)
    assert given.columns["text"] == WORDS
    assert label_name(list(given.columns)) == "label"
    assert given.classes == {"label": ["x", "y", "z"]}
    layers = read(npz(a=VECTORS, b=VECTORS[:, :2], y=np.arange(12), short=VECTORS[:3]), tmp_path)
    assert {name: layer.shape for name, layer in layers.layers.items()} == {
        "a": (12, 4),
        "b": (12, 2),
    }
    assert list(layers.columns) == ["y"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"1,2\n3,4\n5\n", "1 values in line 3, where the first line has 2"),
        (b"a,b\n3,4\n5,x\n", "'x' in line 3, column 'b', which is no number"),
        (b"a,b\n3,4\n5,nan\n", "'nan' in line 3, column 'b', which is no finite number"),
        (b"a,b\n3,4\n5,\n", "which is no number"),
        (b"a,b\n3,4,5\n", "3 values in line 2, where the first line has 2"),
        (b"\n1,inf\n3,4\n", "'inf' in line 2, column '2'"),
        (b"1,2\n\xff\xfe,3\n", "no text in UTF-8 at line 2"),
        (b'1,"2\n3,4\n', "cannot be read at line"),
        (b"a,b\n", "a header and no rows"),
        (b"\n\n", "an empty table"),
        (b"a,b\nc,d\n", "no column of numbers"),
        (b"1," * 3_000_000, "more than 4 MiB"),
        (b"1," * 30_000 + b"1\n", "20,000 are read at most"),
        (npy(VECTORS[0]), "the shape 4"),
        (npy(np.array([["a", "b"]])), "vectors are"),
        (npz(a=VECTORS[0]), "holds no array of N x width"),
        (b"PAR1" + b"x" * 100, "cannot be read as Parquet"),
        (parquet({"a": ["x"]}), "neither a column of lists"),
        (parquet({"a": np.zeros(0)}), "has no rows"),
        (parquet({"a": [[1.0], [1.0, 2.0]]}), "lists of"),
        (parquet({"a": [[], []]}), "neither"),
    ],
)
def test_what_is_wrong_is_refused_by_a_sentence(data: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(Broken) as caught:
        read(data, tmp_path)
    assert words in caught.value.message
    assert caught.value.message.endswith(".")


def test_a_parquet_bomb_takes_no_memory(tmp_path: Path) -> None:
    # One text of 16 MiB, told of 100,000 times by its number in a dictionary.
    index = pa.DictionaryArray.from_arrays(np.zeros(100_000, np.int32), ["x" * 2**24])
    bomb = parquet({"a": np.zeros(100_000), "text": index})
    assert len(bomb) < 2**23
    with pytest.raises(Broken, match="memory"):
        read(bomb, tmp_path)
