"""Zips that are made to do harm, or that are none."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pytest

from repscope.core.errors import MethodFailed
from repscope.core.images import images_of
from repscope.core.uploads import UploadStore
from repscope.workers.datasets import decoders
from repscope.workers.datasets.decoder import Decoder
from tests.workers.datasets.mutation import mutations
from tests.workers.making import make, upload, uploads
from tests.workers.zipping import entry, packed, picture

JPEG = picture("JPEG", (60, 40))
PNG = picture("PNG", (30, 50))


def refusal(data: bytes) -> str:
    """The one sentence with which an archive is refused."""
    with pytest.raises(MethodFailed) as caught:
        make("dataset", "archive", {"upload": upload(data)})
    message = caught.value.message
    assert message.endswith(".")
    assert "\n" not in message
    assert len(message) < 400
    return message


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
        monkeypatch.setattr(decoders, "Decoder", lambda: decoder)
        monkeypatch.setattr(decoders, "cores", lambda: 1)
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
