"""Zips of images: what becomes of good ones, and of broken images in them."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from repscope.core.errors import Cancelled, MethodFailed
from repscope.core.images import images_of
from repscope.core.texts import Texts
from repscope.workers.context import Context, Result
from repscope.workers.registry import find
from tests.workers.making import make, upload, uploads
from tests.workers.zipping import packed, picture

JPEG = picture("JPEG", (60, 40))
PNG = picture("PNG", (30, 50))


def archive(files: dict[str, bytes], **params: object) -> Result:
    return make("dataset", "archive", {"upload": upload(packed(files)), **params})


def names(result: Result) -> list[str]:
    return Texts(result.array("column_file"), result.array("column_file_offsets"))[:]


def test_folders_are_classes() -> None:
    result = archive({"pets/dog/2.jpg": JPEG, "pets/dog/10.png": PNG, "pets/cat/x.gif": JPEG})
    assert sizes(result) == [(40, 60), (40, 60), (50, 30)]
    assert [result.meta[name] for name in ("count", "height", "width", "channels")] == [
        3,
        50,
        60,
        3,
    ]
    assert result.meta["title"] == "pets"
    assert result.meta["classes"] == ["cat", "dog"]
    assert result.array("labels").tolist() == [0, 1, 1]
    assert names(result) == ["pets/cat/x.gif", "pets/dog/2.jpg", "pets/dog/10.png"]
    columns = {column["name"]: column for column in result.meta["columns"]}
    assert list(columns) == ["label", "file"]
    assert columns["file"]["type"] == "text"
    assert result.meta["left_out"] == {"count": 0, "files": []}


def test_folders_of_a_benchmark_are_splits() -> None:
    files = {f"{split}/{name}/1.png": PNG for split in ("Train", "val", "test") for name in "ab"}
    result = archive(files)
    assert result.meta["columns"][1]["categories"] == ["train", "validation", "test"]
    assert result.meta["splits"] == ["train", "validation", "test"]
    assert result.array("column_split").tolist() == [2, 2, 0, 0, 1, 1]
    assert result.array("labels").tolist() == [0, 1] * 3


def test_one_photo_is_a_dataset_without_classes() -> None:
    result = archive({"photo.jpg": JPEG})
    assert result.array("images").shape == (1, 40, 60, 3)
    assert result.meta["classes"] is None
    assert "labels" not in result.arrays
    assert result.meta["title"] == "Your images"


def test_images_of_one_size_are_kept_and_others_fitted_when_asked() -> None:
    alike = archive({"a.png": PNG, "b.png": PNG})
    np.testing.assert_array_equal(alike.array("images")[1], np.asarray(Image.open(io.BytesIO(PNG))))
    assert archive({"a.png": PNG}, image_size=20).array("images").shape == (1, 20, 20, 3)


def sizes(result: Result) -> list[tuple[int, int]]:
    """Height and width of each image, as its file has them."""
    images = images_of(result)
    found = [images.array(row).shape[:2] for row in range(len(images))]
    assert found == [tuple(size) for size in result.array("sizes").tolist()]
    return [(height, width) for height, width in found]


def test_mixed_sizes_are_kept_whole_up_to_a_bound() -> None:
    photo = picture("JPEG", (900, 600))
    result = archive({"a.jpg": photo, "b.png": PNG, "c.png": picture("PNG", (300, 1000))})
    assert sizes(result) == [(341, 512), (50, 30), (512, 154)]
    assert [result.meta[name] for name in ("height", "width")] == [512, 512]
    images = images_of(result)
    files = [images.encoded(row) for row in range(3)]
    assert [file and file[:4] for file in files] == [b"\xff\xd8\xff\xe0", *2 * [b"\x89PNG"]]
    np.testing.assert_array_equal(images.array(1), np.asarray(Image.open(io.BytesIO(PNG))))
    reference = Image.open(io.BytesIO(photo)).resize((512, 341), Image.Resampling.LANCZOS)
    assert np.abs(images.array(0).astype(int) - np.asarray(reference).astype(int)).mean() < 1.5
    one = archive({"a.png": picture("PNG", (700, 600))})
    assert sizes(one) == [(439, 512)]


def test_mixed_sizes_are_gray_if_all_are() -> None:
    gray, other = picture("PNG", (30, 50), "L"), picture("JPEG", (40, 20), "L")
    assert images_of(archive({"a.png": gray, "b.jpg": other})).array(1).shape == (20, 40, 1)
    assert images_of(archive({"a.png": gray, "b.jpg": JPEG})).array(0).shape == (50, 30, 3)


@pytest.mark.parametrize("photo", [picture("JPEG", (900, 600)), PNG], ids=["large", "small"])
def test_one_photo_goes_through_everything(photo: bytes) -> None:
    dataset = archive({"photo.jpg": photo})
    assert make("atlas", "sprites", dataset=dataset).meta["count"] == 1
    for encoder in (make("encoder", "pixels"), make("encoder", "random")):
        embedding = make("embedding", "embed", dataset=dataset, encoder=encoder)
        assert len(embedding.array("features")) == 1
        points = make("projection", "pca", embedding=embedding).array("points")
        np.testing.assert_array_equal(points, [[0.0, 0.0]])
        with pytest.raises(MethodFailed, match="at least 2 images"):
            make("neighbors", "knn", embedding=embedding)


def test_a_table_brings_classes_splits_and_columns() -> None:
    table = (
        "file,label,split,width (cm),country,caption\n"
        '1.jpg,cat,train,3.5,NL,"a cat, asleep"\n'
        "sub/2.jpg,dog,dev,,NL,\n"
        "3.jpg,cat,test,1e2,DE,third\n"
    )
    files = {"a/1.jpg": JPEG, "a/sub/2.jpg": JPEG, "a/3.jpg": JPEG, "a/4.jpg": JPEG}
    result = archive(files | {"a/labels.csv": table.encode()})
    assert names(result) == ["a/1.jpg", "a/3.jpg", "a/4.jpg", "a/sub/2.jpg"]
    assert result.meta["classes"] == ["cat", "dog"]
    assert result.array("labels").tolist() == [0, 0, -1, 1]
    columns = {column["name"]: column for column in result.meta["columns"]}
    expected = ["label", "folder", "split", "width_cm", "country", "caption", "file"]
    assert list(columns) == expected
    assert columns["folder"]["categories"] == ["sub"]
    assert result.meta["splits"] == ["train", "validation", "test"]
    assert result.array("column_split").tolist() == [0, 2, -1, 1]
    numbers = result.array(columns["width_cm"]["array"])
    np.testing.assert_array_equal(numbers, np.array([3.5, 100, np.nan, np.nan], np.float32))
    assert columns["country"]["categories"] == ["DE", "NL"]
    assert columns["caption"]["type"] == "category"  # so few values
    assert result.meta["left_out"]["count"] == 0


def test_a_table_that_names_no_image_is_left_out() -> None:
    result = archive({"a.png": PNG, "labels.csv": b"file,label\nother.png,cat\n"})
    assert result.meta["classes"] is None
    assert result.meta["left_out"]["files"][0]["name"] == "labels.csv"
    assert "names of the images" in result.meta["left_out"]["files"][0]["why"]


def test_gray_stays_gray_unless_one_has_color() -> None:
    gray = picture("PNG", (30, 50), "L")
    assert archive({"a.png": gray, "b.png": gray}).array("images").shape == (2, 50, 30, 1)
    mixed = archive({"a.png": gray, "b.png": PNG}).array("images")
    assert mixed.shape == (2, 50, 30, 3)
    assert (mixed[0, ..., 0] == mixed[0, ..., 2]).all()


def test_license_and_clutter() -> None:
    files = {
        "set/LICENSE.txt": b"CC BY 4.0\nYou are free to share.",
        "set/a.png": PNG,
        "set/notes.txt": b"mine",
        "__MACOSX/set/._a.png": b"fork",
        "set/.DS_Store": b"x",
        "set/Thumbs.db": b"x",
    }
    result = archive(files, title="My set")
    assert result.meta["license"] == "CC BY 4.0"
    assert result.meta["license_text"].endswith("to share.")
    assert result.meta["title"] == "My set"
    assert result.meta["left_out"]["count"] == 0
    assert archive({"a.png": PNG}).meta["license"] == "not given"


def test_what_is_broken_is_left_out_and_listed() -> None:
    files = {
        "ok.png": PNG,
        "cut.jpg": picture("JPEG", (300, 300))[:-500],
        "text.png": b"no picture",
        "empty.gif": b"",
        "drawing.svg": b'<?xml version="1.0"?><svg onload="alert(1)"/>',
        "array.npy": b"\x93NUMPY\x01\x00v\x00{'descr': '|O'}",
    }
    result = archive(files)
    assert names(result) == ["ok.png"]
    assert result.metrics["left_out"] == 5
    why = {each["name"]: each["why"] for each in result.meta["left_out"]["files"]}
    assert set(why) == set(files) - {"ok.png"}
    assert "truncated" in why["cut.jpg"]
    assert "SVG" in why["drawing.svg"]
    assert "NumPy" in why["array.npy"]


def test_a_member_whose_bytes_changed_is_left_out() -> None:
    data = packed({"a.png": PNG, "b.png": picture("PNG", (31, 50))})
    at = data.index(PNG) + 20
    changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    result = make("dataset", "archive", {"upload": upload(changed)})
    assert names(result) == ["b.png"]
    assert "CRC" in result.meta["left_out"]["files"][0]["why"]


def test_an_upload_that_is_not_here() -> None:
    with pytest.raises(MethodFailed, match="send its file to the server again"):
        make("dataset", "archive", {"upload": "f" * 64})


def test_cancelling_stops_it_and_leaves_nothing(tmp_path: Path) -> None:
    sha256 = upload(packed({f"{i}.png": PNG for i in range(20)}))
    context = Context.local(folder=tmp_path, uploads=uploads())
    calls = 0

    def progress(fraction: float | None, message: str = "", **_: float) -> None:
        nonlocal calls
        calls += 1
        if calls > 30:
            raise Cancelled

    context.progress = progress  # type: ignore[method-assign]
    with pytest.raises(Cancelled):
        find("dataset", "archive").call(context, {"upload": sha256}, {})
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
