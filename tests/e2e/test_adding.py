"""Data that people bring through the page: a folder, a zip, one photo; broken and hostile files."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, Visit
from tests.e2e.map_page import MAKING, MapPage
from tests.workers.zipping import packed, picture
from tools.app import App

pytestmark = pytest.mark.browser


def bring(page: Page, files: list[Path] | Path) -> None:
    """Open the panel and choose files, or a whole folder."""
    page.get_by_test_id("add-data-open").click()
    folder = isinstance(files, Path) and files.is_dir()
    page.get_by_test_id("folder-input" if folder else "files-input").set_input_files(files)


def drop(page: Page, name: str, data: bytes) -> None:
    """Drag one file over the window and let go."""
    transfer = page.evaluate_handle(
        """([name, bytes]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name));
            return transfer;
        }""",
        [name, list(data)],
    )
    page.dispatch_event("body", "dragenter", {"dataTransfer": transfer})
    expect(page.get_by_test_id("drop-target")).to_be_visible()
    page.dispatch_event("body", "drop", {"dataTransfer": transfer})
    expect(page.get_by_test_id("drop-target")).to_have_count(0)


def expect_added(page: Page, points: int) -> MapPage:
    """Wait until the panel is gone and so many images are on the map."""
    expect(page.get_by_test_id("add-data-dialog")).to_be_hidden(timeout=MAKING)
    return MapPage(page).ready(points=points)


def expect_refused(page: Page, words: str, by: str = "choose-files") -> None:
    """Wait for the sentence of a refusal; the panel must be ready for something else."""
    refused = page.get_by_test_id("add-refused")
    expect(refused).to_contain_text(words, timeout=MAKING)
    expect(page.get_by_test_id(by)).to_be_enabled()


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    """A folder of three classes of small photos, with what systems leave in folders."""
    rng = np.random.default_rng(5)
    for kind, color in (("daisy", 220), ("rose", 120), ("tulip", 40)):
        folder = tmp_path / "flowers" / kind
        folder.mkdir(parents=True)
        for number in range(8):
            noise = rng.integers(0, 32, (24, 20, 3), dtype=np.uint8)
            Image.fromarray(noise + np.uint8(color)).save(folder / f"{number}.png")
    (tmp_path / "flowers" / ".DS_Store").write_bytes(b"\0")
    (tmp_path / "flowers" / "LICENSE").write_text("CC0 1.0\n")
    return tmp_path / "flowers"


def test_a_folder_of_photos(visit: Visit, flowers: Path) -> None:
    page = visit()
    MapPage(page).ready()
    bring(page, flowers)
    expect(page.get_by_test_id("add-found")).to_have_text("24 images in 3 folders")
    page.get_by_test_id("add-take").click()
    view = expect_added(page, 24)
    expect(view.part("legend-entry")).to_have_count(3)
    expect(view.part("neighbor-image")).not_to_have_count(0)
    assert "dataset=archive" in page.url


def test_one_photo_that_is_dropped_opens_at_once(app: App, visit: Visit) -> None:
    page = visit()
    MapPage(page).ready()
    drop(page, "cat.png", picture("PNG", (40, 30)))
    expect(page.get_by_test_id("add-data-dialog")).to_be_hidden(timeout=MAKING)
    expect(page.get_by_test_id("lone-image")).to_be_visible()
    expect(page).to_have_title("cat, Repscope")
    expect(page.get_by_test_id("jobs-tray")).to_have_attribute("data-active", "0", timeout=MAKING)
    assert "failed" not in {job["state"] for job in app.get("/api/jobs")["jobs"]}


def test_broken_files_are_left_out_and_told(visit: Visit) -> None:
    page = visit()
    MapPage(page).ready()
    whole = picture("JPEG", (32, 32))
    files = {f"good/{i}.png": picture("PNG", (16 + i, 16)) for i in range(6)}
    files |= {"good/half.jpg": whole[: len(whole) // 2], "good/drawing.svg": b"<svg/>"}
    drop(page, "mixed.zip", packed(files))
    page.get_by_test_id("add-take").click()
    left = page.get_by_test_id("add-data-dialog")
    expect(left.get_by_test_id("add-left-out")).to_contain_text("2 files were", timeout=MAKING)
    expect(left).to_contain_text("drawing.svg")
    expect(left).to_contain_text("half.jpg")
    left.get_by_test_id("add-done").click()
    expect_added(page, 6)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("escape.zip", packed({"../../escape.png": picture()}), "'../../escape.png'"),
        ("nested.zip", packed({"a/inner.zip": packed({"b.png": picture()})}), "'a/inner.zip'"),
        ("empty.zip", packed({"notes.txt": b"nothing here"}), "no images"),
    ],
)
def test_harmful_and_empty_archives_are_refused_by_a_sentence(
    visit: Visit, name: str, data: bytes, words: str
) -> None:
    page = visit()
    MapPage(page).ready()
    drop(page, name, data)
    page.get_by_test_id("add-take").click()
    expect_refused(page, words)
    drop(page, "film.mp4", b"\0\0\0\x18ftypmp42")
    expect_refused(page, "film.mp4 cannot be read")


def test_an_import_can_be_given_up(open_page: OpenPage, flowers: Path) -> None:
    page = open_page()
    MapPage(page).ready()
    # What is sent waits until the button was pressed.
    page.route("**/api/uploads", lambda _route: None)
    bring(page, flowers)
    page.get_by_test_id("add-take").click()
    expect(page.get_by_test_id("add-progress")).to_be_visible()
    page.get_by_test_id("add-cancel").click()
    expect(page.get_by_test_id("choose-files")).to_be_visible()
