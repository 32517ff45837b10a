"""Published sets, read by torchvision's own classes from small files in their real formats."""

import functools
import gzip
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torchvision import datasets

from repscope.core.errors import Cancelled, InvalidRecipe, MethodFailed
from repscope.workers.context import Context, Result
from repscope.workers.datasets.published import PUBLISHED
from repscope.workers.datasets.torchvision import fetch
from repscope.workers.fetching import require_network
from repscope.workers.registry import find
from tests.workers.datasets.published_pictures import COUNT, shade
from tests.workers.datasets.publishing import WRITERS
from tests.workers.datasets.publishing_arrays import mnist

#: Classes that compare the published files' checksums when they open them: no other file, however
#: well formed, has those. For them alone, being there is enough in these tests.
CHECKED = ("cifar", "stl10", "svhn", "flowers102", "omniglot", "semeion")

#: First and last class of what is written, where the names are ours to give.
NAMES = {
    "MNIST": ("0", "9"),
    "FashionMNIST": ("T-shirt/top", "Ankle boot"),
    "EMNIST": ("0", "t"),
    "EMNIST/letters": ("a", "z"),
    "USPS": ("0", "9"),
    "Omniglot": ("Greek/character01", "Tengwar/character04"),
    "STL10": ("airplane", "deer"),
    "OxfordIIITPet": ("Abyssinian", "Boxer"),
    "Imagenette": ("tench", "English springer"),
    "GTSRB": ("limit 20", "end of no overtaking by trucks"),
    "Caltech101": ("accordion", "yin_yang"),
    "Caltech256": ("ak47", "american-flag"),
    "PCAM": ("no tumor", "tumor"),
    "CLEVRClassification": ("0", "10"),
    "SUN397": ("abbey", "church/outdoor"),
}
#: Pictures that are black or white, so that parts do not differ.
BITS = ("SEMEION", "Omniglot")


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in CHECKED:
        there = lambda path, md5=None: Path(path).is_file()  # noqa: E731
        monkeypatch.setattr(getattr(datasets, module), "check_integrity", there)
    return tmp_path / "downloads"


def load(downloads: Path, name: str, **params: Any) -> Result:
    context = Context.local(downloads=downloads)
    return find("dataset", "torchvision").call(context, {"name": name, **params}, {})


def download(downloads: Path, name: str) -> None:
    fetch(Context.local(downloads=downloads).downloads, name, lambda _share, _text: None)


def write(downloads: Path, name: str) -> None:
    WRITERS[name](downloads / "torchvision" / name.partition("/")[0])


def middle(result: Result, row: int) -> np.ndarray:
    """The color in the middle of an image, gray as red."""
    if "images" in result.arrays:
        image = result.array("images")[row]
    else:
        from repscope.core.images import images_of

        image = images_of(result).array(row)
    return image[image.shape[0] // 2, image.shape[1] // 2]


def test_every_set_is_written_here() -> None:
    assert set(WRITERS) == set(PUBLISHED)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_set_is_read_with_its_classes_and_parts(downloads: Path, name: str) -> None:
    write(downloads, name)
    result = load(downloads, name)
    published = PUBLISHED[name]
    parts = [p for p in ("train", "validation", "test") if p in published.parts]
    assert result.meta["count"] == COUNT * max(1, len(parts))
    assert result.meta["title"] == published.title
    assert result.meta["license"]
    assert result.meta["source"]
    labels, classes = result.array("labels"), result.meta["classes"]
    assert len(labels) == result.meta["count"]
    assert labels.min() >= 0
    assert labels.max() < len(classes) == len(set(classes))
    if name in NAMES:
        assert (classes[0], classes[-1]) == NAMES[name]
    if parts:
        assert result.meta["splits"] == parts
        assert result.array("column_split").tolist() == np.repeat(range(len(parts)), COUNT).tolist()
    if name in BITS:
        return
    found = [int(middle(result, row)[0]) for row in range(result.meta["count"])]
    for place, part in enumerate(parts or ["train"]):
        shades = found[place * COUNT : (place + 1) * COUNT]
        expected = [shade(part, number) for number in range(COUNT)]
        np.testing.assert_allclose(sorted(shades), expected, atol=3)


@pytest.mark.parametrize("name", ["CIFAR10", "Flowers102", "GTSRB", "SVHN", "STL10"])
def test_a_label_belongs_to_its_image(downloads: Path, name: str) -> None:
    write(downloads, name)
    result = load(downloads, name, split="train")
    classes = 2 if name == "GTSRB" else COUNT
    for row, label in enumerate(result.array("labels")):
        number = round((int(middle(result, row)[0]) - shade("train", 0)) / 5)
        assert label == number % classes


def test_images_of_one_size_are_pixels_and_others_files(downloads: Path) -> None:
    write(downloads, "CIFAR10")
    assert load(downloads, "CIFAR10").array("images").shape == (8, 32, 32, 3)
    write(downloads, "MNIST")
    assert load(downloads, "MNIST").array("images").shape == (8, 28, 28, 1)
    write(downloads, "Flowers102")
    mixed = load(downloads, "Flowers102")
    assert mixed.array("sizes")[:4].tolist() == [[20, 24], [20, 25], [20, 26], [20, 27]]
    assert (mixed.meta["height"], mixed.meta["width"]) == (20, 27)
    fitted = load(downloads, "Flowers102", image_size=16)
    assert fitted.array("images").shape == (12, 16, 16, 3)


def test_letters_of_emnist_stand_upright(downloads: Path) -> None:
    raw = downloads / "torchvision" / "EMNIST" / "EMNIST" / "raw"
    write(downloads, "EMNIST")
    path = raw / "emnist-balanced-train-images-idx3-ubyte"
    data = bytearray(path.read_bytes())
    data[16 : 16 + 28] = b"\xff" * 28  # the first row as published is the first column
    path.write_bytes(bytes(data))
    image = load(downloads, "EMNIST").array("images")[0, :, :, 0]
    assert (image[:, 0] == 255).all()
    assert (image[:, 1] == shade("train", 0)).all()


def test_columns_of_stl_are_columns(downloads: Path) -> None:
    write(downloads, "STL10")
    assert load(downloads, "STL10").array("images")[0, 0, 5, 0] == 255


def test_the_first_of_each_part_and_one_part_alone(downloads: Path) -> None:
    write(downloads, "DTD")
    few = load(downloads, "DTD", first=2)
    assert few.array("column_split").tolist() == [0, 0, 1, 1, 2, 2]
    test = load(downloads, "DTD", split="test")
    assert test.meta["count"] == COUNT
    assert test.meta["splits"] == ["test"]


def test_a_part_that_is_not_there_is_said(downloads: Path) -> None:
    with pytest.raises(InvalidRecipe, match="CIFAR-10 has no part 'validation'; it has train and"):
        load(downloads, "CIFAR10", split="validation")
    with pytest.raises(InvalidRecipe, match="EuroSAT has no part 'test'; it has no parts"):
        load(downloads, "EuroSAT", split="test")
    with pytest.raises(InvalidRecipe, match="there is no 'Foo'"):
        load(downloads, "Foo")


class Publisher(http.server.SimpleHTTPRequestHandler):
    """A publisher on this machine."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small MNIST as a publisher serves it; torchvision is told its address and checksums."""
    folder = tmp_path / "published"
    mnist("MNIST")(tmp_path)
    resources = []
    folder.mkdir()
    for path in sorted((tmp_path / "MNIST" / "raw").iterdir()):
        packed = folder / f"{path.name}.gz"
        packed.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        resources.append((packed.name, datasets.utils.calculate_md5(packed)))
    handler = functools.partial(Publisher, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setattr(datasets.MNIST, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
    monkeypatch.setattr(datasets.MNIST, "resources", resources)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield folder
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_set_is_downloaded_once_and_tells_its_bytes(mirror: Path, tmp_path: Path) -> None:
    heard: list[tuple[float | None, str]] = []
    context = Context.local(downloads=tmp_path / "downloads")
    fetch(context.downloads, "MNIST", lambda share, text: heard.append((share, text)))
    texts = [text for share, text in heard if share == 1.0]
    assert any(text.startswith("t10k-images-idx3-ubyte.gz: ") for text in texts)
    assert all(" of " in text and "KiB" in text for text in texts)
    for path in mirror.iterdir():
        path.unlink()
    result = load(tmp_path / "downloads", "MNIST")
    assert result.meta["count"] == 2 * COUNT
    assert not list((tmp_path / "downloads" / ".staging").iterdir())


def test_a_wrong_checksum_is_one_sentence_and_leaves_nothing(mirror: Path, tmp_path: Path) -> None:
    path = mirror / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(MethodFailed, match="A file of MNIST has another checksum than its"):
        download(tmp_path / "downloads", "MNIST")
    left = [p for p in (tmp_path / "downloads").rglob("*") if p.is_file()]
    assert left == []


def test_nobody_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Port 1 of this machine: nobody listens, and no network is asked.
    monkeypatch.setattr(datasets.MNIST, "mirrors", ["http://127.0.0.1:1/"])
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(MethodFailed, match="MNIST could not be downloaded: there is no network"):
        download(tmp_path / "downloads", "MNIST")
    # Where names cannot be looked up it is known before anything is loaded.
    with pytest.raises(OSError, match="refused"):
        require_network("127.0.0.1", 1)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    require_network("127.0.0.1", 1)


def test_a_download_stops_when_nobody_wants_it(mirror: Path, tmp_path: Path) -> None:
    def heard(share: float | None, text: str) -> None:
        if "KiB" in text:
            raise Cancelled

    context = Context.local(downloads=tmp_path / "downloads")
    with pytest.raises(Cancelled):
        fetch(context.downloads, "MNIST", heard)
    assert not context.downloads.has("torchvision", "MNIST")
