"""The chooser of encoder A: what an encoder looks for, as images."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, Visit
from tests.e2e.map_page import MAKING, MapPage
from tests.e2e.test_access import expect_accessible, expect_accessible_in_both_themes

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("method", "said"),
    [("patch_kmeans&encoder.patches=2000", "The first 100 of 128"), ("kmeans", "All 64")],
)
def test_filters_are_seen_in_the_chooser(visit: Visit, method: str, said: str) -> None:
    few = "dataset=subset&dataset.count=200&dataset/dataset=digits"
    images = few.replace("&", "&encoder/")
    page = visit(f"#{few}&encoder={method}&encoder/{images}&analysis=pca")
    view = MapPage(page)
    view.part("chooser-encoder").click()
    filters = view.part("filters")
    expect(filters).to_contain_text(re.compile(said), timeout=MAKING)
    drawn = filters.locator("canvas").evaluate(
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0)"
    )
    assert drawn
    expect_accessible(page)


def test_the_first_page_offers_encoders_by_one_click(open_page: OpenPage) -> None:
    page = open_page()
    view = MapPage(page)
    view.ready()
    offers = view.part("beginning")
    # Those that are published come once the server has said that it would fetch them.
    expect(offers).to_have_text(
        ["Supervised", "Masked autoencoder", "DINO ViT-S/16", "MAE ViT-B/16"], timeout=MAKING
    )
    offers.first.click()
    expect(view.part("chooser-encoder")).to_contain_text("Supervised")
    expect(view.part("caption")).to_contain_text("supervised", ignore_case=True, timeout=MAKING)
    expect(view.part("beginnings")).to_have_count(0)


def test_a_published_encoder_says_where_there_is_no_network(open_page: OpenPage) -> None:
    page = open_page()
    view = MapPage(page)
    view.ready()
    view.part("beginning").filter(has_text="DINO").click()
    expect(page.get_by_role("alert").first).to_contain_text(
        "there is no network here", timeout=MAKING
    )


def test_axe_finds_nothing_in_the_chooser(visit: Visit) -> None:
    page = visit("#dataset=digits&encoder=random&encoder.patch_size=8&analysis=pca")
    view = MapPage(page).ready()
    view.part("chooser-encoder").click()
    expect(view.part("option-shelf").first).to_be_visible()
    expect(view.part("encoder-from-file")).to_be_visible()
    view.part("model-search").fill("dinov2")
    expect(view.part("option-model").first).to_contain_text("dinov2")
    expect_accessible_in_both_themes(page)
    page.get_by_role("radiogroup", name="Fitted on this dataset").scroll_into_view_if_needed()
    expect_accessible_in_both_themes(page)
    with page.expect_download() as download:
        view.part("encoder-download").click()
    assert download.value.suggested_filename.endswith(".safetensors")
