"""Jobs on the page: progress, stopping, and the words of an error."""

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import Visit
from tests.e2e.map_page import MapPage
from tests.e2e.recipes import projection
from tools.app import App

# As tests/e2e/plugins/failing_map.py says it; importing a plugin would register it here.
REASON = "These vectors have no third side. Choose another map."

#: The job that the tray shows. Other jobs may still run: all are listed once more in what it opens.
IN_TRAY = '[data-testid="jobs-tray"] > [data-testid="job-row"]'

pytestmark = pytest.mark.browser


@pytest.fixture
def view(app: App, visit: Visit) -> MapPage:
    app.wait_for_method("slow_map")
    return MapPage(visit()).ready()


def test_a_running_job_shows_its_progress_and_can_be_stopped(view: MapPage, app: App) -> None:
    view.choose("map", "slow_map")
    row = view.page.locator(f'{IN_TRAY}[data-state="running"]').filter(has_text="of 600")
    expect(row).to_be_visible()
    expect(row.locator("progress")).not_to_have_attribute("value", "0", timeout=15_000)
    job = row.get_attribute("data-job")
    row.get_by_test_id("job-cancel").click()
    expect(view.part("trouble")).to_contain_text("This map was stopped")
    assert job is not None
    assert app.wait_for(job, "cancelled")["state"] == "cancelled"
    # The page goes on: the map before is one choice away.
    view.choose("map", "pca")
    expect(view.part("trouble")).to_have_count(0)
    view.ready(points=1797)


def test_what_is_left_goes_on_for_what_is_made_of_it(view: MapPage, visit: Visit, app: App) -> None:
    app.finish(projection())
    slow = app.post("/api/jobs", projection("slow_map"))["id"]
    app.wait_for(slow, "running")  # so nothing else is made yet
    whole = "#lens=map&encoder=pixels&analysis=pca&dataset=shapes&dataset.count=57"
    part = "#lens=map&encoder=pixels&analysis=pca&dataset=subset&dataset.count=30"
    visit(whole)
    expect(view.part("jobs-tray")).to_contain_text("Raw pixels on Shapes")
    # What was looked at is given up last of all.
    late: list[Route] = []
    view.page.route("**/cancel*", lambda route: late.append(route))
    view.page.goto(f"{app.url}/{part}&dataset/dataset=shapes&dataset/dataset.count=57")
    expect(view.part("jobs-tray")).to_contain_text("PCA of Raw pixels on part of Shapes")
    assert late
    for call in late:
        with view.page.expect_response(call.request.url):
            call.continue_()
    view.page.unroute("**/cancel*")
    app.post(f"/api/jobs/{slow}/cancel")
    view.ready(points=30)


def test_a_failed_job_says_why_with_its_id(view: MapPage) -> None:
    view.choose("map", "failing_map")
    trouble = view.part("trouble")
    expect(trouble).to_contain_text(REASON)
    failed = view.page.locator(f'{IN_TRAY}[data-state="failed"]')
    expect(failed).to_contain_text(REASON)
    expect(trouble).to_contain_text(failed.get_attribute("data-job") or "no id")
    failed.get_by_test_id("job-dismiss").click()
    expect(failed).to_have_count(0)


def test_a_form_refuses_what_does_not_fit_in_words(view: MapPage) -> None:
    view.choose("dataset", "many_images")
    view.part("chooser-dataset").click()
    field = view.part("chooser-dataset-panel").get_by_test_id("field-count")
    box = field.locator("input[type=text]")
    box.fill("3")
    expect(field.get_by_role("alert")).to_be_visible()
    expect(view.part("apply")).to_have_count(0)
    box.fill("many")
    expect(field.get_by_role("alert")).to_be_visible()
