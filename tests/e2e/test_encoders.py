"""The chooser of encoder A: what an encoder looks for, as images."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.map_page import MAKING, MapPage
from tests.e2e.test_access import expect_accessible

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("method", "said"),
    [("patch_kmeans&encoder.patches=2000", "The first 100 of 128"), ("kmeans", "All 64")],
)
def test_filters_are_seen_in_the_chooser(open_page: OpenPage, method: str, said: str) -> None:
    page = open_page(f"#dataset=digits&encoder={method}&encoder/dataset=digits&analysis=pca")
    view = MapPage(page)
    view.part("chooser-encoder").click()
    filters = view.part("filters")
    expect(filters).to_contain_text(re.compile(said), timeout=MAKING)
    drawn = filters.locator("canvas").evaluate(
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0)"
    )
    assert drawn
    expect_accessible(page)
