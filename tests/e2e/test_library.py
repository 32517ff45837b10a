"""The library of datasets, and selections that are kept by name."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.map_page import MAKING, MapPage
from tests.e2e.recipes import projection
from tests.e2e.test_access import expect_accessible
from tools.app import App

pytestmark = pytest.mark.browser


def some_digits(app: App, count: int) -> str:
    """Make a dataset that no other test looks at; returns its id."""
    digits = {"kind": "dataset", "method": "digits"}
    recipe = {"kind": "dataset", "method": "subset", "params": {"count": count}}
    job = app.finish({**recipe, "inputs": {"dataset": digits}})
    assert job["state"] == "done", job["error"]
    return str(job["id"])


def test_a_card_is_named_noted_found_opened_and_deleted(app: App, visit: Visit) -> None:
    dataset = some_digits(app, 97)
    view = MapPage(visit()).ready()
    view.part("lens-library").click()
    card = view.page.locator(f'[data-testid="card"][data-id="{dataset}"]')
    expect(card).to_contain_text("97 images")
    expect(card.locator("img")).to_be_visible()
    card.get_by_test_id("title-text").click()
    card.get_by_test_id("edit-title").fill("Ninety-seven")
    card.get_by_test_id("edit-title").press("Enter")
    expect(card.get_by_test_id("title-text")).to_contain_text("Ninety-seven")
    card.get_by_test_id("note-text").click()
    card.get_by_test_id("edit-note").fill("for Tuesday")
    card.get_by_test_id("edit-note").press("Enter")
    view.part("library-find").fill("tuesday")
    expect(view.part("card")).to_have_count(1)
    with view.page.expect_download() as download:
        card.get_by_test_id("card-export").click()
        card.get_by_test_id("export-table.csv").click()
    assert len(download.value.path().read_text().splitlines()) == 98
    card.get_by_test_id("card-open").click()
    view.ready(points=97)
    expect(view.page).to_have_title("Ninety-seven, Repscope")
    view.choose("dataset", "digits")
    view.ready()
    view.part("lens-library").click()
    card.get_by_test_id("card-delete").click()
    dialog = view.part("delete-dialog")
    expect(dialog).to_contain_text("projection")
    dialog.get_by_test_id("delete-confirm").click()
    expect(card).to_have_count(0)


def test_parts_that_nobody_asked_for_are_out_of_sight(app: App, visit: Visit) -> None:
    part = {"kind": "dataset", "method": "subset", "params": {"count": 59}}
    part["inputs"] = {"dataset": {"kind": "dataset", "method": "digits"}}
    pixels = {"kind": "encoder", "method": "pixels"}
    embedding = {"kind": "embedding", "method": "embed"}
    app.finish({**embedding, "inputs": {"dataset": part, "encoder": pixels}})
    view = MapPage(visit("#lens=library"))
    card = view.part("card").filter(has_text="59 images")
    more = view.part("library-parts")
    expect(more).to_be_visible()
    expect(card).to_have_count(0)
    more.click()
    expect(card).to_contain_text("Handwritten digits, first 59")
    expect_accessible(view.page)
    # It can be looked at, and is then one that somebody asked for.
    card.get_by_test_id("card-open").click()
    view.ready(points=59)
    view.part("lens-library").click()
    expect(card).to_have_count(1)


def rows_of(name: str, file: Path) -> int:
    """Count the images that an exported file tells of."""
    data = file.read_bytes()
    if name == "images.zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(each.endswith(".png") for each in archive.namelist())
    if name == "table.parquet":
        return int(pq.read_table(io.BytesIO(data)).num_rows)
    if name == "arrays.npz":
        with np.load(io.BytesIO(data)) as arrays:
            return len(arrays["images"])
    return len(data.decode().splitlines()) - 1


def test_a_card_gives_its_images_in_every_form(app: App, visit: Visit) -> None:
    dataset = some_digits(app, 31)
    view = MapPage(visit("#lens=library")).part("library")
    card = view.locator(f'[data-testid="card"][data-id="{dataset}"]')
    for name in ("images.zip", "table.csv", "table.parquet", "arrays.npz"):
        card.get_by_test_id("card-export").click()
        with view.page.expect_download() as download:
            card.get_by_test_id(f"export-{name}").click()
        assert rows_of(name, download.value.path()) == 31, name


def test_a_part_is_taken_and_its_license_read(app: App, visit: Visit) -> None:
    dataset = some_digits(app, 41)
    view = MapPage(visit("#lens=library"))
    card = view.page.locator(f'[data-testid="card"][data-id="{dataset}"]')
    card.get_by_test_id("card-terms").click()
    expect(view.part("terms-dialog")).to_contain_text("scikit-learn")
    view.page.keyboard.press("Escape")
    card.get_by_test_id("card-part").click()
    dialog = view.part("part-dialog")
    count = dialog.get_by_test_id("field-count").get_by_role("textbox")
    count.fill("13")
    # One button does it: nothing is to be applied before.
    expect(dialog.get_by_role("button", name="Apply")).to_have_count(0)
    dialog.get_by_test_id("part-take").click()
    view.ready(points=13)
    assert "dataset=subset" in view.page.url


def test_a_selection_is_saved_loaded_and_goes_into_a_dataset_of_its_own(
    app: App, visit: Visit
) -> None:
    app.finish(projection("pca"))
    fragment = "#lens=map&dataset=digits&encoder=pixels&analysis=pca&row=3&rows=3,7,11-15"
    view = MapPage(visit(fragment)).ready(points=1797)
    view.part("selections").click()
    panel = view.part("selections-panel")
    panel.get_by_test_id("selection-name").fill("odd ones")
    panel.get_by_test_id("selection-save").click()
    # Other tests may have saved some of this dataset, too.
    saved = panel.locator('[data-name="odd ones"], [data-name="strange ones"]')
    expect(saved).to_be_visible(timeout=MAKING)
    saved.get_by_test_id("saved-rename").click()
    saved.get_by_test_id("saved-new-name").fill("strange ones")
    saved.get_by_test_id("saved-rename-done").click()
    expect(saved.get_by_test_id("saved-load")).to_contain_text("strange ones")
    view.page.keyboard.press("Escape")
    view.page.keyboard.press("Escape")
    view.part("map-canvas").click(position={"x": 5, "y": 300})
    view.expect_selected(0)
    view.part("selections").click()
    saved.get_by_test_id("saved-load").click()
    view.expect_selected(7)
    view.part("selections").click()
    saved.get_by_test_id("saved-part").click()
    view.ready(points=7)
    # What was selected is selected here too, and again when one goes back.
    view.expect_selected(7)
    view.choose("dataset", "digits")
    view.ready(points=1797)
    view.expect_selected(7)
    view.part("selections").click()
    saved.get_by_test_id("saved-delete").click()
    expect(saved).to_have_count(0)
