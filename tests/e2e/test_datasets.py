"""Other datasets, other colors, a third dimension."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.map_page import MAKING, MapPage

pytestmark = pytest.mark.browser


def test_shapes_in_three_dimensions_colored_by_a_factor(visit: Visit) -> None:
    link = "#lens=map&dataset=shapes&dataset.count=400&encoder=pixels&analysis=pca&row=0"
    view = MapPage(visit(link)).ready(points=400, dimensions=2)
    view.part("axes-3").click()
    view.ready(dimensions=3).settled()
    assert view.inked() > 0.005
    expect(view.part("caption")).to_contain_text("the three axes keep")
    # The last line below the map, which takes of its height.
    expect(view.part("trust-sentence")).to_be_visible(timeout=MAKING)
    before = view.settled().picture()
    expect(view.part("tool-pan")).to_have_attribute("aria-pressed", "true")
    view.drag((0.4, 0.5), (0.6, 0.6))
    view.settled()
    assert np.mean(view.picture() != before) > 0.005
    assert "camera=" in view.page.url
    view.part("color-by").select_option("size")
    view.settled()
    assert "color=size" in view.page.url
    expect(view.part("value-size")).to_be_visible()


def test_photos_show_as_images(visit: Visit) -> None:
    view = MapPage(visit("#lens=map&dataset=photos&encoder=pixels&analysis=pca&row=0")).ready()
    expect(view.part("neighbor-image")).to_have_count(12)
    assert view.inked() > 0.001


def test_random_weights_have_layers_to_choose(visit: Visit) -> None:
    view = MapPage(visit()).ready(points=1797)
    view.choose("encoder", "random")
    layer = view.part("chooser-layer")
    expect(layer.locator("option").nth(1)).to_be_attached(timeout=60_000)
    first = view.part("map-canvas").get_attribute("data-artifact")
    layer.select_option(index=0)
    expect(view.part("map-canvas")).not_to_have_attribute(
        "data-artifact", first or "", timeout=60_000
    )
    view.ready(points=1797)
    assert "layer=" in view.page.url
