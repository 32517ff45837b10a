"""Bringing files: packed alike each time, sent once, compared on arrival."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from safetensors.torch import save

from repscope.backend.cli import main
from repscope.client import Client, Recipe, TooLarge, Unavailable
from repscope.client.packing import pieces_of, zipped
from tests.client.conftest import TOKEN
from tests.workers.encoders.checkpoints.official import vit
from tests.workers.zipping import picture
from tools.app import App, free_port


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pets"
    for name in ("cat", "dog"):
        (folder / name).mkdir(parents=True)
        for number in range(3):
            data = picture("JPEG", (40 + number, 30))
            (folder / name / f"{number}.jpg").write_bytes(data)
    (folder / "cat" / "cut.jpg").write_bytes(picture("JPEG", (300, 300))[:-500])
    (folder / "LICENSE").write_text("CC0 1.0")
    (folder / ".hidden").write_text("x")
    (folder / "link.jpg").symlink_to("/etc/hostname")
    return folder


def test_a_folder_is_packed_alike_each_time(folder: Path) -> None:
    data = b"".join(zipped(folder))
    os.utime(folder / "LICENSE", (0, 0))
    assert b"".join(pieces_of(folder)) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert archive.read("pets/LICENSE") == b"CC0 1.0"
    assert len(names) == 8
    assert "pets/dog/2.jpg" in names
    assert not any("hidden" in name or "link" in name for name in names)


def test_large_files_are_packed_in_little_memory(tmp_path: Path) -> None:
    folder = tmp_path / "big"
    folder.mkdir()
    with (folder / "zeros").open("wb") as file:
        file.truncate(50_000_000)
    assert max(map(len, zipped(folder))) <= 3 * 2**20


@pytest.mark.slow
def test_a_folder_becomes_a_dataset(
    app: App, repscope: Client, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sha256 = repscope.upload(folder, progress=False)
    place = app.data / "uploads" / sha256[:2] / sha256
    assert place.read_bytes() == b"".join(zipped(folder))
    inode = place.stat().st_ino
    assert repscope.upload(folder) == sha256
    assert place.stat().st_ino == inode  # it was not sent again
    recipe = Recipe("dataset", "archive", upload=sha256, image_size=16)
    made = repscope.get(recipe, progress=False)
    assert made.arrays["images"] == (6, 16, 16, 3)
    assert made.meta["license"] == "CC0 1.0"
    order = ["dataset", "add", str(folder), "--url", app.url, "--title", "2024", "--image-size"]
    assert main([*order, "16"]) == 0
    said = capsys.readouterr().out
    assert "'2024': 6 images of 16 by 16 pixels, 2 classes." in said
    assert "pets/cat/cut.jpg: it is broken" in said
    assert said.splitlines()[-1].endswith("&dataset.image_size=16&dataset.title=%222024%22")


@pytest.mark.slow
def test_a_file_of_weights_becomes_an_encoder(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "dino.safetensors"
    file.write_bytes(save(vit()))
    order = ["encoder", "add", str(file), "--url", app.url]
    assert main(order) == 1
    assert "give 'heads', which divides 32" in capsys.readouterr().err
    assert main([*order, "--heads", "2"]) == 0
    said = capsys.readouterr().out
    assert "'dino': Vision Transformer, 32,224 parameters, 20 layers." in said
    assert "&encoder.heads=2" in said.splitlines()[-1]
    assert main(["encoder", "add", str(tmp_path), "--url", app.url]) == 1
    assert "There is no file" in capsys.readouterr().err


@pytest.mark.slow
def test_what_cannot_be_brought(
    app: App, repscope: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FileNotFoundError):
        repscope.upload(tmp_path / "nothing")
    text = tmp_path / "text.zip"
    text.write_text("PK but no zip")
    assert main(["dataset", "add", str(text), "--url", app.url]) == 1
    assert capsys.readouterr().err.endswith("This is no zip archive, or its end is missing.\n")
    assert main(["dataset", "add", str(tmp_path / "no"), "--url", app.url]) == 1
    assert "There is no" in capsys.readouterr().err
    with pytest.raises(Unavailable):
        Client(f"http://127.0.0.1:{free_port()}").upload(text, progress=False)


@pytest.mark.slow
def test_a_server_that_takes_less_is_heard(guarded: App, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(os.urandom(30_000_000))
    with pytest.raises(TooLarge, match="1 MiB"):
        Client(guarded.url, token=TOKEN).upload(large, progress=False)
