"""Published data by name: without a network it is one sentence, and what is missing is said."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.map_page import MapPage
from tests.e2e.test_adding import expect_refused

pytestmark = pytest.mark.browser


def test_without_a_network_there_is_one_sentence(visit: Visit) -> None:
    page = visit()
    MapPage(page).ready()
    page.get_by_test_id("add-data-open").click()
    page.get_by_test_id("add-tab-torchvision").click()
    page.get_by_test_id("field-name").get_by_role("combobox").select_option("CIFAR10")
    page.get_by_test_id("add-fetch").click()
    refused = page.get_by_test_id("add-refused")
    expect_refused(
        page, "CIFAR-10 could not be downloaded: there is no network here", by="add-fetch"
    )
    expect(refused).not_to_contain_text("urlopen")
    # It is told where it belongs, and not beside another source.
    page.get_by_test_id("add-tab-files").click()
    expect(refused).to_have_count(0)


def test_a_name_that_is_missing_is_asked_for_in_words(visit: Visit) -> None:
    page = visit()
    MapPage(page).ready()
    page.get_by_test_id("add-data-open").click()
    page.get_by_test_id("add-tab-Hugging Face").click()
    field = page.get_by_test_id("field-name")
    expect(field.get_by_role("textbox")).to_have_attribute("aria-invalid", "false")
    expect(field.get_by_role("alert")).to_have_count(0)
    page.get_by_test_id("add-fetch").click()
    expect(field.get_by_role("alert")).to_have_text(
        "Name is missing: owner and name on Hugging Face, such as ylecun/mnist."
    )
    expect(field.get_by_role("textbox")).to_be_focused()
    field.get_by_role("textbox").fill("mnist")
    expect(field.get_by_role("alert")).to_contain_text("Name has another form than it must")
    expect(page.get_by_test_id("add-refused")).to_have_count(0)
