"""Five things that a lecturer shows, each from the opening page by what can be read on it."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.map_page import MAKING, MapPage

pytestmark = pytest.mark.browser

MAE = "Masked autoencoder (handwritten digits)"


def opening(open_page: OpenPage) -> MapPage:
    """The page as it greets everyone: a finished map of handwritten digits."""
    return MapPage(open_page()).ready(points=1797)


def go(page: Page, lens: str) -> None:
    page.get_by_role("navigation", name="Lenses").get_by_role("button", name=lens).click()


def seen(picture: Locator) -> str:
    """What tells one picture from another."""
    return hashlib.sha256(picture.screenshot()).hexdigest()


def test_a_masking_ratio_is_slid_and_the_reconstruction_follows(
    open_page: OpenPage, live_worker: None
) -> None:
    page = opening(open_page).page
    go(page, "Masking")
    drawn = page.get_by_role("img", name=f"Row 0, drawn by {MAE}")
    expect(drawn).to_be_visible(timeout=MAKING)
    ratio = page.get_by_role("slider", name="Hidden")
    expect(page.get_by_text("48 of 64 patches, 16 left to see")).to_be_visible(timeout=MAKING)
    before = seen(drawn)
    ratio.press("End")
    expect(page.get_by_text("16 left to see")).to_have_count(0)
    expect(page.get_by_text("left to see")).to_be_visible()
    assert seen(drawn) != before


def test_heads_are_shown_on_a_photo_of_ones_own(
    open_page: OpenPage, live_worker: None, tmp_path: Path
) -> None:
    photo = tmp_path / "my garden.png"
    across = np.linspace(0, 255, 200, dtype=np.uint8)
    pixels = np.stack([np.tile(across, (150, 1)), np.full((150, 200), 90, np.uint8)] * 2, axis=2)
    Image.fromarray(pixels[:, :, :3]).save(photo)
    page = opening(open_page).page
    page.get_by_role("button", name="Add data").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(photo)
    expect(page.get_by_role("button", name="Dataset my garden")).to_be_visible(timeout=MAKING)
    go(page, "Attention")
    heads = page.get_by_role("group", name="All heads of all images")
    expect(heads.get_by_text("Head 3", exact=True)).to_be_visible(timeout=MAKING)
    large = page.get_by_role("figure", name="Row 0")
    before = seen(large)
    heads.get_by_role("button", name="Head 2").first.click()
    expect(large).to_contain_text("head 2")
    assert seen(large) != before
    # A small network sees little of a photo, and the page says so.
    expect(page.get_by_text("This network sees each image as")).to_be_visible()


def accuracy(frame: Locator) -> float:
    """The k-NN accuracy that a snapshot tells, in percent."""
    return float(frame.inner_text().split()[-1].rstrip("%"))


def test_classes_come_apart_during_training(open_page: OpenPage) -> None:
    page = opening(open_page).page
    go(page, "Train")
    page.get_by_role("radio", name="Supervised").click()
    page.get_by_role("button", name="Settings for a few seconds").click()
    expect(page.get_by_role("combobox", name="Backbone")).to_have_value('"cnn_micro"')
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text("The curves begin with the first step")).to_be_visible()
    # The maps of all snapshots are there without being asked for: the samples never change.
    expect(page.get_by_text("Trained for 6 epochs")).to_be_visible(timeout=MAKING)
    frames = page.get_by_role("radiogroup", name="Snapshots").get_by_role("radio")
    maps = page.get_by_role("radiogroup", name="Snapshots").locator('canvas[data-made="true"]')
    expect(maps).to_have_count(frames.count(), timeout=MAKING)
    assert accuracy(frames.last) > accuracy(frames.first) + 5
    assert seen(maps.first) != seen(maps.last)
    page.get_by_role("button", name="Open in Map").click()
    MapPage(page).ready(points=1797)
    expect(page.get_by_role("button", name="Encoder A Supervised")).to_be_visible()


def test_the_rdms_of_two_encoders_are_compared(open_page: OpenPage) -> None:
    page = opening(open_page).page
    go(page, "Dissimilarity")
    matrices = page.get_by_role("application", name="Dissimilarity matrix of 1797 images")
    expect(matrices).to_have_count(1, timeout=MAKING)
    page.get_by_role("combobox", name="Compare with B").select_option(label=MAE)
    expect(matrices).to_have_count(2, timeout=MAKING)
    expect(page.get_by_role("application", name=f"1797 images, B: {MAE}.")).to_have_count(1)
    page.get_by_role("button", name="Compare", exact=True).click()
    bar = page.get_by_role("button", name=MAE)
    expect(bar).to_contain_text("p < 0.001", timeout=MAKING)


def test_a_cluster_is_found_and_saved(open_page: OpenPage) -> None:
    view = opening(open_page).settled()
    page = view.page
    box = view.box()
    corners = [(0.3, 0.2), (0.3, 0.5), (0.5, 0.5), (0.5, 0.2), (0.3, 0.2)]
    path = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*path[0])
    page.mouse.down()
    for corner in path[1:]:
        page.mouse.move(*corner, steps=4)
    page.mouse.up()
    inspector = page.get_by_role("complementary", name="Inspector")
    told = inspector.get_by_role("heading", name="Selected")
    expect(told).not_to_have_text("Selected 1")
    count = told.inner_text().removeprefix("Selected ")
    inspector.get_by_role("button", name="Save").click()
    page.get_by_role("textbox", name="Name of this selection").fill("a cluster")
    page.get_by_role("button", name=f"Save {count}").click()
    saved = page.get_by_role("button", name="a cluster")
    expect(saved.first).to_be_visible(timeout=MAKING)
    page.keyboard.press("Escape")
    inspector.get_by_role("button", name="Clear").click()
    expect(inspector.get_by_role("heading", name="Nothing selected")).to_be_visible()
    inspector.get_by_role("button", name="Saved").click()
    saved.first.click()
    expect(told).to_have_text(f"Selected {count}")
