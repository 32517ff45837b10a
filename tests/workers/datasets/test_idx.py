"""IDX files: as torchvision reads them, bounded, and refused by a sentence."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from torchvision.datasets.mnist import read_image_file, read_label_file

from repscope.core.errors import Cancelled, InvalidRecipe, MethodFailed
from repscope.workers.context import Context, Result
from repscope.workers.registry import find
from tests.workers.filing import idx
from tests.workers.hostile import survives
from tests.workers.making import make, upload, uploads

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (20, 6, 5), np.uint8)
LABELS = RNG.integers(0, 4, 20).astype(np.uint8)


def read(images: bytes, **params: object) -> Result:
    return make("dataset", "idx", {"images": upload(images), **params})


def refusal(images: bytes, **params: object) -> str:
    with pytest.raises(MethodFailed) as caught:
        read(images, **params)
    return caught.value.message


@pytest.mark.parametrize("packed", [False, True])
def test_it_reads_what_torchvision_reads(packed: bool, tmp_path: Path) -> None:
    (tmp_path / "images").write_bytes(idx(IMAGES))
    (tmp_path / "labels").write_bytes(idx(LABELS))
    result = read(idx(IMAGES, packed), labels=upload(idx(LABELS, packed)))
    expected = read_image_file(str(tmp_path / "images")).numpy()
    np.testing.assert_array_equal(result.array("images")[..., 0], expected)
    labels = read_label_file(str(tmp_path / "labels")).numpy()
    np.testing.assert_array_equal(result.array("labels"), labels)
    assert result.meta["classes"] == ["0", "1", "2", "3"]
    assert [each["name"] for each in result.meta["columns"]] == ["label"]


def test_test_files_are_a_split() -> None:
    test = RNG.integers(0, 256, (7, 6, 5), np.uint8)
    result = read(
        idx(IMAGES),
        test_images=upload(idx(test, packed=True)),
        test_labels=upload(idx(LABELS[:7])),
        class_names=["a", "b", "c", "d", "e"],
    )
    assert result.array("images").shape == (27, 6, 5, 1)
    np.testing.assert_array_equal(result.array("images")[20:, ..., 0], test)
    assert result.array("column_split").tolist() == [0] * 20 + [1] * 7
    assert result.array("labels").tolist() == [-1] * 20 + LABELS[:7].tolist()
    assert result.meta["classes"] == ["a", "b", "c", "d", "e"]
    assert result.meta["columns"][1]["categories"] == ["train", "test"]


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.linspace(0, 1, 18, dtype=np.float32), [0, 255]),
        (np.linspace(0, 255, 18), [0, 255]),
        (np.arange(18, dtype=np.int16), [0, 17]),
        (np.linspace(-500, 500, 18).astype(np.int32), [0, 255]),
        (np.arange(18, dtype=np.int8) - 9, [0, 255]),
    ],
)
def test_other_numbers_become_pixels(array: np.ndarray, expected: list[int]) -> None:
    images = read(idx(array.reshape(2, 3, 3))).array("images")
    assert [images.min(), images.max()] == expected


def test_rows_of_a_square_number_are_squares_and_colors_are_read() -> None:
    flat = read(idx(IMAGES[:, :5].reshape(20, 25))).array("images")
    np.testing.assert_array_equal(flat[..., 0], IMAGES[:, :5])
    colors = RNG.integers(0, 256, (3, 4, 5, 3), np.uint8)
    np.testing.assert_array_equal(read(idx(colors)).array("images"), colors)


def head(*shape: int, code: int = 8) -> bytes:
    return struct.pack(f">HBB{len(shape)}I", 0, code, len(shape), *shape)


def packed(data: bytes) -> bytes:
    """The same at every time, for a test is named by it, and processes share the tests by name."""
    return gzip.compress(data, mtime=0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04", "does not begin as one"),
        (b"\0\0", "does not begin as one"),
        (head(3, 4, 4, code=7) + bytes(48), "does not begin as one"),
        (head(3, 4, 4)[:7], "cut off within its header"),
        (head(3, 4, 4) + bytes(47), "is cut off"),
        (head(3, 4, 4) + bytes(49), "is too long"),
        (head(2**31, 1, 16), "is cut off"),
        (head(2**31, 2**31, 2**31), "64 GiB"),
        (head(3, 0, 4), "holds no numbers"),
        (head(), "has 0 axes"),
        (head(*[1] * 9) + b"\0", "has 9 axes"),
        (head(5) + bytes(5), "none of images"),
        (head(1, 2000, 1) + bytes(2000), "up to 1,024"),
        (idx(IMAGES, packed=True)[:-20], "gzip file whose end is missing"),
        (idx(IMAGES, packed=True)[:-8] + bytes(8), "damaged gzip"),
        (idx(IMAGES, packed=True) + b"more", "behind the end of its gzip"),
        (packed(idx(IMAGES) + b"x"), "more bytes than its header"),
        (packed(idx(IMAGES)[:-1]), "is cut off"),
        (packed(head(80, 500, 500) + bytes(20_000_000)), "cannot be in a gzip"),
        (packed(head(1, 4, 4) + bytes(20_000_000)), "more bytes than its header"),
        (packed(head(2**31, 1, 16)), "cannot be in a gzip"),
        (idx(np.array([[[0.0, np.nan]]])), "not finite"),
    ],
)
def test_what_is_wrong_is_refused_by_a_sentence(data: bytes, words: str) -> None:
    sentence = refusal(data)
    assert words in sentence
    assert sentence.endswith(".")


def test_parts_that_do_not_fit() -> None:
    other = upload(idx(IMAGES[:, :4]))
    assert "do not go together" in refusal(idx(IMAGES), test_images=other)
    assert "each image has one label" in refusal(idx(IMAGES), labels=upload(idx(LABELS[:5])))
    names = {"labels": upload(idx(LABELS)), "class_names": ["a", "b"]}
    assert "2 names of classes" in refusal(idx(IMAGES), **names)
    assert "no labels that they name" in refusal(idx(IMAGES), class_names=["a"])
    with pytest.raises(InvalidRecipe, match="without 'test_images'"):
        read(idx(IMAGES), test_labels=upload(idx(LABELS)))


def test_cancelling_stops_it_and_leaves_nothing(tmp_path: Path) -> None:
    context = Context.local(folder=tmp_path, uploads=uploads())

    def progress(fraction: float | None, message: str = "", **_: float) -> None:
        if fraction is None or "black" not in message:
            raise Cancelled

    context.progress = progress  # type: ignore[method-assign]
    for packed in (True, False):
        with pytest.raises(Cancelled):
            find("dataset", "idx").call(context, {"images": upload(idx(IMAGES, packed))}, {})
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] in ([], ["images.npy"])


@pytest.mark.slow
def test_mutated_files_are_read_or_refused() -> None:
    good = [idx(IMAGES, packed) for packed in (False, True)]
    survives("dataset", "idx", *good, field="images", labels=upload(idx(LABELS)))


@pytest.mark.data
@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_the_real_files(name: str) -> None:
    folder = Path(os.environ["REPSCOPE_TEST_DATA"]) / name

    def sent(file: str) -> str:
        return upload((folder / f"{file}-ubyte.gz").read_bytes())

    result = read(
        (folder / "train-images-idx3-ubyte.gz").read_bytes(),
        labels=sent("train-labels-idx1"),
        test_images=sent("t10k-images-idx3"),
        test_labels=sent("t10k-labels-idx1"),
    )
    plain = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())
    expected = np.frombuffer(plain, np.uint8, offset=16).reshape(10_000, 28, 28)
    assert result.array("images").shape == (70_000, 28, 28, 1)
    np.testing.assert_array_equal(result.array("images")[60_000:, ..., 0], expected)
    assert len(result.meta["classes"]) == 10
    assert np.bincount(result.array("labels")[60_000:]).sum() == 10_000
