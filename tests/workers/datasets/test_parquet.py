"""Images in Parquet: every way a column holds them, what is beside them, and bad files."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from repscope.core.errors import MethodFailed
from repscope.core.images import images_of
from repscope.workers.context import Result
from repscope.workers.files.parquet import Parquet
from tests.workers.filing import parquet
from tests.workers.hostile import survives
from tests.workers.making import make, upload
from tests.workers.zipping import picture

ALIKE = [picture("PNG", (20 + 0 * i, 10), "L") for i in range(6)]
MIXED = [picture("JPEG", (20 + i, 10)) for i in range(6)]
LABELS = [0, 1, 2, 0, 1, -1]
NAMES = {"label": ["cat", "dog", "emu"]}
HUGGING_FACE = parquet(
    {
        "image": [{"bytes": each, "path": f"{i}.jpg"} for i, each in enumerate(MIXED)],
        "label": LABELS,
        "age": [1.5, None, 3.0, 4.0, 5.0, 6.0],
        "city": ["Ulm", "Ulm", "Bonn", "Bonn", "", "Ulm"],
        "split": ["train", "train", "test", "dev", "test", "train"],
        "box": [[1.0, 2.0]] * 6,
    },
    NAMES,
    row_group_size=2,
)


def read(data: bytes, **params: object) -> Result:
    return make("dataset", "parquet", {"upload": upload(data), **params})


def refusal(data: bytes, **params: object) -> str:
    with pytest.raises(MethodFailed) as caught:
        read(data, **params)
    return caught.value.message


def test_the_format_of_hugging_face() -> None:
    result = read(HUGGING_FACE)
    images = images_of(result)
    assert (len(images), images.size, images.channels) == (6, None, 3)
    assert images.array(3).shape == (10, 23, 3)
    assert result.meta["classes"] == ["cat", "dog", "emu"]
    assert result.array("labels").tolist() == LABELS
    columns = {each["name"]: each for each in result.meta["columns"]}
    assert list(columns) == ["label", "age", "city", "split"]
    assert columns["city"]["categories"] == ["Bonn", "Ulm"]
    assert np.isnan(result.array("column_age")[1])
    assert result.meta["splits"] == ["train", "validation", "test"]
    assert result.array("column_split").tolist() == [0, 0, 2, 1, 2, 0]
    other = read(HUGGING_FACE, image_size=8, label_column="split")
    assert other.array("images").shape == (6, 8, 8, 3)
    assert other.meta["classes"] == ["dev", "test", "train"]


def test_ways_to_hold_a_file(tmp_path: Path) -> None:
    ways = {
        "bytes": ALIKE,
        "large": pa.array(ALIKE, pa.large_binary()),
        "lists": pa.array([list(each) for each in ALIKE], pa.list_(pa.uint8())),
        "dictionary": pa.array(ALIKE).dictionary_encode(),
        "struct": [{"bytes": each} for each in ALIKE],
    }
    path = tmp_path / "file"
    path.write_bytes(parquet(ways))
    with Parquet.open(path, "The file") as file:
        assert {each.kind for each in file.fields} == {"bytes"}
        (batch,) = file.read(file.fields, len(ALIKE))
    assert batch == dict.fromkeys(ways, ALIKE)


def test_columns_are_found_or_named() -> None:
    data = parquet({"mask": ALIKE, "image": MIXED, "kind": LABELS, "other": [3, 4] * 3})
    assert images_of(read(data)).size is None
    named = read(data, image_column="mask", label_column="other")
    assert named.array("images").shape == (6, 10, 20, 1)
    assert named.meta["classes"] == ["3", "4"]
    assert "no column 'x'" in refusal(data, image_column="x")
    assert "neither numbers nor texts" in refusal(data, label_column="mask")
    assert "no column of images" in refusal(data, image_column="kind")


def test_an_empty_text_is_no_class() -> None:
    result = read(parquet({"image": MIXED, "label": ["dog", None, "cat", "", " ", " dog"]}))
    assert result.meta["classes"] == ["cat", "dog"]
    assert result.array("labels").tolist() == [1, -1, 0, -1, -1, 1]
    nothing = read(parquet({"image": MIXED, "label": [""] * len(MIXED)}))
    assert not nothing.meta["classes"]


def test_what_is_broken_is_left_out() -> None:
    data = parquet({"image": [MIXED[0], b"", MIXED[1][:200], None, MIXED[2]], "n": range(5)})
    result = read(data)
    assert result.array("column_n").tolist() == [0, 4]
    assert result.meta["left_out"]["count"] == 3
    assert [each["name"] for each in result.meta["left_out"]["files"]] == [
        "row 1",
        "row 2",
        "row 3",
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PAR1PAR1", "cannot be read as Parquet"),
        (HUGGING_FACE[:-20], "cannot be read as Parquet"),
        (parquet({"a": [1, 2]}), "no column of images as bytes; it has a (number)"),
        (parquet({"image": [b"x", b"y"]}), "no image that can be read: row 0"),
        (parquet({"image": pa.array([], pa.binary())}), "has no rows"),
    ],
)
def test_what_is_wrong_is_refused_by_a_sentence(data: bytes, words: str) -> None:
    sentence = refusal(data)
    assert words in sentence
    assert sentence.endswith(".")


@pytest.mark.slow
def test_mutated_files_are_read_or_refused() -> None:
    data = parquet(
        {"image": [{"bytes": each, "path": None} for each in ALIKE[:2]], "label": [0, 1]},
        {"label": ["cat", "dog"]},
        compression="zstd",
    )
    survives("dataset", "parquet", data, share=50)
