"""Hundreds of thousands of points, or a million: they load, are drawn, and move."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.amounts import POINTS
from tests.e2e.conftest import OpenPage
from tests.e2e.map_page import MapPage
from tests.e2e.recipes import embedding
from tools.app import App


@pytest.mark.browser
@pytest.mark.timeout(600)
def test_many_points_are_drawn_and_can_be_moved(app: App, open_page: OpenPage) -> None:
    app.wait_for_method("many_images")
    dataset = {"kind": "dataset", "method": "many_images", "params": {"count": POINTS}}
    recipe = {"kind": "projection", "method": "pca", "inputs": {"embedding": embedding(dataset)}}
    job = app.finish(recipe, seconds=300)
    assert job["state"] == "done", job["error"]

    fragment = f"#lens=map&dataset=many_images&dataset.count={POINTS}&encoder=pixels&analysis=pca"
    view = MapPage(open_page(fragment))
    view.page.set_default_timeout(120_000)
    view.ready(points=POINTS).settled()
    assert view.inked() > 0.1
    before = view.picture()
    view.part("tool-pan").click()
    view.drag((0.4, 0.5), (0.6, 0.7))
    view.settled()
    assert np.mean(view.picture() != before) > 0.05
    assert "camera=" in view.page.url
    view.page.keyboard.press("l")
    expect(view.part("selected-count")).to_have_text("Nothing selected")
    view.lasso_all()
    expect(view.part("selected-count")).to_contain_text("Selected")
    assert POINTS // 10 < view.selected() < POINTS
    _zoom_until_images_show(view)


def _zoom_until_images_show(view: MapPage) -> None:
    """Go near: of a million images the parts of the atlas that are in sight are made for it."""
    for _ in range(60):
        if view.canvas_data()["images"] != "0":
            return
        view.page.mouse.move(*view.densest())
        view.page.mouse.wheel(0, -400)
        view.page.wait_for_timeout(500)
    raise AssertionError("no image showed however near it was")
