"""Zips of images: what becomes of good ones, broken ones and hostile ones."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from repscope.core.errors import Cancelled, MethodFailed
from repscope.core.images import images_of
from repscope.core.texts import Texts
from repscope.core.uploads import UploadStore
from repscope.workers.context import Context, Result
from repscope.workers.datasets import importing
from repscope.workers.datasets.decoder import Decoder
from repscope.workers.registry import find
from tests.workers.datasets.mutation import mutations
from tests.workers.making import make, upload, uploads
from tests.workers.zipping import entry, packed, picture

JPEG = picture("JPEG", (60, 40))
PNG = picture("PNG", (30, 50))


def archive(files: dict[str, bytes], **params: object) -> Result:
    return make("dataset", "archive", {"upload": upload(packed(files)), **params})


def refusal(data: bytes) -> str:
    """The one sentence with which an archive is refused."""
    with pytest.raises(MethodFailed) as caught:
        make("dataset", "archive", {"upload": upload(data)})
    message = caught.value.message
    assert message.endswith(".")
    assert "\n" not in message
    assert len(message) < 400
    return message


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


def png_header(width: int, height: int) -> bytes:
    """A PNG of some bytes that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        pytest.param({"huge.png": png_header(50_000, 50_000)}, "huge.png", id="2.5 gigapixels"),
        pytest.param({"big.png": png_header(10_001, 10_000)}, "pixels", id="100 megapixels"),
        pytest.param({"../out.png": PNG}, "leads out of it", id="up"),
        pytest.param({"a/../../out.png": PNG}, "leads out of it", id="up from below"),
        pytest.param({"/etc/passwd.png": PNG}, "leads out of it", id="absolute"),
        pytest.param({"C:\\out.png": PNG}, "leads out of it", id="a drive"),
        pytest.param({"..\\out.png": PNG}, "leads out of it", id="up with backslashes"),
        pytest.param({"a\nb.png": PNG}, "no name of a file", id="a line break"),
        pytest.param({"inner.zip": packed({"a.png": PNG})}, "another archive", id="nested"),
        pytest.param({"inner.png": packed({"a.png": PNG})}, "another archive", id="nested, hidden"),
        pytest.param({"inner.tar.gz": b"x"}, "another archive", id="nested tar"),
        pytest.param({}, "holds no images", id="nothing"),
        pytest.param({"readme.txt": b"x"}, "holds no images", id="no images"),
        pytest.param({"cut.jpg": JPEG[:300]}, "'cut.jpg'", id="truncated and alone"),
        pytest.param({"a.svg": b"<svg/>", "b.svg": b"<svg/>"}, "1 more", id="drawings alone"),
    ],
)
def test_hostile_archives_are_refused(files: dict[str, bytes], words: str) -> None:
    assert words in refusal(packed({"good.png": PNG} | files if "leads" in words else files))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = packed({"a.png": PNG, "bomb.bmp": b"\0" * 20_000_000}, zipfile.ZIP_DEFLATED)
    assert "'bomb.bmp' would unpack from" in refusal(bomb)


def test_links_and_devices_are_refused() -> None:
    for mode, words in ((0o120777, "a link"), (0o060600, "no ordinary file")):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as made:
            made.writestr(entry("a.png", mode=mode), b"/etc/passwd")
        assert words in refusal(file.getvalue())


def test_passwords_strange_methods_and_doubles_are_refused() -> None:
    locked = bytearray(packed({"a.png": PNG}))
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    assert "password" in refusal(bytes(locked))
    assert "compressed in a way" in refusal(packed({"a.png": PNG}, zipfile.ZIP_LZMA))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(entry("a.png"), PNG)
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr(entry("a.png"), PNG)
    assert "twice" in refusal(file.getvalue())


@pytest.mark.parametrize("data", [b"x", PNG, b"PK\x05\x06" + b"\0" * 10, packed({"a": PNG})[:-30]])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert "no zip archive" in refusal(data)


def test_a_directory_that_says_it_is_huge_is_not_read() -> None:
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, 2**31, 0, 0)
    # As many bytes as it says, in a file of holes.
    path = uploads() / "sparse"
    with path.open("wb") as file:
        file.truncate(2**31)
        file.seek(0, io.SEEK_END)
        file.write(end)
    sha256 = "0" * 64
    place = uploads() / "00" / sha256
    place.parent.mkdir(exist_ok=True)
    path.replace(place)
    with pytest.raises(MethodFailed, match="too many files"):
        make("dataset", "archive", {"upload": sha256})
    place.unlink()


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


GOOD = packed(
    {
        "a/1.jpg": JPEG,
        "a/2.gif": picture("GIF", (20, 20), "P"),
        "b/3.png": PNG,
        "b/4.tif": picture("TIFF", (20, 20)),
        "b/5.webp": picture("WEBP", (20, 20)),
        "metadata.csv": b"file,size\n1.jpg,3\n3.png,4\n",
    },
    zipfile.ZIP_DEFLATED,
)


@pytest.mark.slow
def test_mutated_archives_are_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with Lasting() as decoder:
        monkeypatch.setattr(importing, "Decoder", lambda: decoder)
        monkeypatch.setattr(importing, "cores", lambda: 1)
        said = list(outcomes())
    assert all(text.endswith(".") and "\n" not in text for text in said)
    assert set(said) & {f"{count} images." for count in range(1, 6)}, "nothing was readable"
    assert "0 images." not in said


class Lasting(Decoder):
    """Serves one archive after the other: to start a process for each takes half a second."""

    def close(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        super().close()


def outcomes() -> Iterator[str]:
    """What becomes of each mutation."""
    for data in filter(None, mutations(GOOD)):  # the server takes no empty upload
        sha256 = upload(data)
        try:
            result = make("dataset", "archive", {"upload": sha256})
            yield f"{len(images_of(result))} images."
        except MethodFailed as error:
            yield error.message
        UploadStore(uploads()).remove(sha256)
