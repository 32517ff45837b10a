"""Which dataset a file becomes: by its first bytes, and the files of IDX by their names."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from repscope.client.picking import idx_files, pick
from tests.workers.filing import csv, idx, npy, npz, parquet
from tests.workers.zipping import packed, picture

IMAGES = np.zeros((2, 3, 3), np.uint8)
IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte")


@pytest.mark.parametrize(
    ("data", "method"),
    [
        (packed({"a/b.png": picture()}), "archive"),
        (b"PK\x03\x04 and then nothing", "archive"),
        (npy(IMAGES), "arrays"),
        (npy(IMAGES[0]), "vectors"),
        (npz(a=IMAGES, y=np.zeros(2)), "arrays"),
        (npz(True, a=IMAGES[0], y=np.zeros(2)), "vectors"),
        (idx(IMAGES), "idx"),
        (idx(IMAGES, packed=True), "idx"),
        (parquet({"a": [1.0]}), "parquet"),
        (csv(["a", "b"], [[1, 2]]), "vectors"),
        (b"1\n2\n", "vectors"),
    ],
)
def test_the_first_bytes_tell(data: bytes, method: str, tmp_path: Path) -> None:
    path = tmp_path / "file.npy"  # whatever the name says
    path.write_bytes(data)
    picked = pick(path)
    assert picked.method == method
    assert list(picked.files.values()) == [path]
    assert picked.title == "file"
    assert pick(path, "parquet").files == {"upload": path}


def test_what_nothing_reads_is_told(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\x01\x00\x00\x20ftypisom")
    with pytest.raises(ValueError, match=r"film\.mp4 is none of the files that are read"):
        pick(path)


def test_files_of_idx_belong_together(tmp_path: Path) -> None:
    folder = tmp_path / "clothes"
    folder.mkdir()
    for name in IDX:
        (folder / f"{name}.gz").write_bytes(gzip.compress(idx(IMAGES)))
    (folder / "t10k-labels.idx1-ubyte").write_bytes(idx(IMAGES[:, 0, 0]))  # another way to write it
    (folder / "letters-train-images-idx3-ubyte").write_bytes(idx(IMAGES))
    expected = {
        "images": folder / f"{IDX[0]}.gz",
        "labels": folder / f"{IDX[1]}.gz",
        "test_images": folder / f"{IDX[2]}.gz",
        "test_labels": folder / "t10k-labels.idx1-ubyte",
    }
    for name in (f"{IDX[0]}.gz", f"{IDX[1]}.gz", "t10k-labels.idx1-ubyte"):
        picked = pick(folder / name)
        assert (picked.method, picked.files, picked.title) == ("idx", expected, "clothes")
    letters = idx_files(folder / "letters-train-images-idx3-ubyte")
    assert letters == {"images": folder / "letters-train-images-idx3-ubyte"}
    (folder / "letters-train-images-idx3-ubyte").unlink()
    assert pick(folder).files == expected


def test_test_files_alone_are_all_there_is(tmp_path: Path) -> None:
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(IMAGES))
    assert list(pick(tmp_path).files) == ["images"]
    (tmp_path / "t10k-images-idx3-ubyte").rename(tmp_path / "t10k-labels-idx1-ubyte")
    with pytest.raises(ValueError, match="no images beside them"):
        pick(tmp_path)


def test_a_folder_of_images_is_packed(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture())
    assert pick(tmp_path).files == {"upload": tmp_path}
    assert pick(tmp_path).method == "archive"
