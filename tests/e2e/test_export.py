"""What a person takes home from a map: tables, figures, a file that stands alone, Python lines."""

import csv
import io
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import WIDE, OpenPage, Visit, opened
from tests.e2e.map_page import MAKING, MapPage
from tests.e2e.test_access import PHONE, expect_accessible, expect_accessible_in_both_themes
from tools.app import App

pytestmark = pytest.mark.browser

DIGITS = 1797
SVG = "{http://www.w3.org/2000/svg}"
SOLID = "#dataset=digits&encoder=pixels&analysis=pca&analysis.dimensions=3&row=3"
NEAR = "#dataset=digits&encoder=pixels&analysis=pca&camera=0,0,6"
MANY = "#dataset=many_images&dataset.count=30000&encoder=pixels&analysis=pca&row=0"


def take(view: MapPage, item: str, folder: Path, *settings: str) -> Path:
    """Open the menu, set what is asked for, take one item, and keep the file."""
    view.part("export").click()
    for setting in settings:
        view.part(setting).click()
    with view.page.expect_download(timeout=MAKING) as download:
        view.part(f"export-{item}").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    expect(view.part("export-menu")).to_be_hidden()
    return path


def quiet(view: MapPage) -> MapPage:
    """Wait until all jobs are done: thumbnails and the measure of trust are there."""
    view.page.locator('[data-testid="jobs-tray"][data-active="0"]').wait_for(timeout=MAKING)
    return view


def test_points_come_as_tables(visit: Visit, tmp_path: Path) -> None:
    view = MapPage(visit()).ready(points=DIGITS)
    path = take(view, "csv", tmp_path)
    assert path.name == "pca-digits-pixels.csv"
    head, *rows = csv.reader(io.StringIO(path.read_text(), newline=""))
    assert head == ["row", "label", "x", "y"]
    with np.load(take(view, "npz", tmp_path)) as file:
        xy = np.stack([file["x"], file["y"]], axis=1)
    assert np.array_equal(np.array([row[2:] for row in rows], dtype=np.float32), xy)
    table = pq.read_table(take(view, "parquet", tmp_path))
    assert np.array_equal(np.stack([table["x"], table["y"]], axis=1), xy)


def test_computed_colors_come_along(visit: Visit, tmp_path: Path) -> None:
    view = MapPage(visit()).ready(points=DIGITS)
    view.part("color-by").select_option("clusters/kmeans")
    expect(view.part("computing")).to_have_count(0, timeout=MAKING)
    expect(view.part("legend-entry")).to_have_count(10)
    head, *rows = csv.reader(io.StringIO(take(view, "csv", tmp_path).read_text(), newline=""))
    assert head[:4] == ["row", "label", "x", "y"]
    assert len(head) == 5
    assert len({row[4] for row in rows}) == 10


def test_a_figure_for_print(open_page: OpenPage, tmp_path: Path) -> None:
    view = quiet(MapPage(open_page(color_scheme="dark")).ready(points=DIGITS))
    for paper, width, dpi in (("column", 1004, 300), ("page", 2126, 300), ("slide", 1920, 192)):
        with Image.open(take(view, "png", tmp_path, f"paper-{paper}")) as picture:
            assert picture.width == width
            assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
            assert '"digits"' in picture.info["Repscope recipe"]
            pixels = np.asarray(picture.convert("RGB"))
        assert (pixels[0] == 255).all(), "paper is white, also under a dark theme"
        colors = {tuple(color) for color in pixels[::3, ::3].reshape(-1, 3)}
        assert (0, 114, 178) in colors, "the first class has its color"
    assert picture.height == 1080


def test_a_figure_has_its_sentence_and_selection_where_asked(visit: Visit, tmp_path: Path) -> None:
    view = quiet(MapPage(visit(SOLID)).ready(points=DIGITS, dimensions=3))
    expect(view.part("neighbor-image").first).to_be_visible(timeout=MAKING)
    plain = ElementTree.parse(take(view, "svg", tmp_path)).getroot()
    assert plain.findall(f".//{SVG}line") == []
    full = ElementTree.parse(
        take(view, "svg", tmp_path, "figure-sentence", "figure-selection")
    ).getroot()
    assert len(full.findall(f".//{SVG}line")) == 12
    words = " ".join(text.text or "" for text in full.iter(f"{SVG}text"))
    assert "axes keep" in words
    assert full.get("width") == "180mm"


def test_svg_has_circles_and_above_many_points_a_picture(
    app: App, visit: Visit, tmp_path: Path
) -> None:
    view = MapPage(visit()).ready(points=DIGITS)
    root = ElementTree.parse(take(view, "svg", tmp_path)).getroot()
    points = root.find(f".//{SVG}g[@id='points']")
    assert points is not None
    assert len(points) == DIGITS
    app.wait_for_method("many_images")
    view = MapPage(visit(MANY)).ready(points=30_000)
    view.part("export").click()
    expect(view.part("export-svg")).to_contain_text("points as one picture")
    view.page.keyboard.press("Escape")
    root = ElementTree.parse(take(view, "svg", tmp_path)).getroot()
    assert root.find(f".//{SVG}g[@id='points']") is None
    assert len(root.findall(f".//{SVG}image")) == 1


def test_a_figure_from_near_has_its_thumbnails(visit: Visit, tmp_path: Path) -> None:
    view = quiet(MapPage(visit(NEAR)).ready(points=DIGITS).settled())
    assert int(view.canvas_data()["images"]) > 20
    root = ElementTree.parse(take(view, "svg", tmp_path)).getroot()
    images = root.findall(f".//{SVG}image")
    assert len(images) > 20
    data = images[0].get("{http://www.w3.org/1999/xlink}href") or ""
    assert data.startswith("data:image/png;base64,")
    with Image.open(take(view, "png", tmp_path)) as picture:
        dark = (np.asarray(picture.convert("L")) < 16).mean()
    assert dark > 0.02, "the black ground of the digits"


def test_the_python_lines_draw_the_figure(visit: Visit, tmp_path: Path) -> None:
    view = MapPage(visit("#dataset=digits&encoder=pixels&analysis=pca&hidden=3"))
    view.ready(points=DIGITS)
    view.part("export").click()
    view.part("export-python").click()
    expect(view.part("code-figure")).to_be_in_viewport()
    lines = view.part("code-figure").inner_text()
    view.page.keyboard.press("Escape")
    with np.load(take(view, "npz", tmp_path)) as file:
        table = dict(file)
    # A fresh interpreter: the lines bring all that they need.
    check = (
        "\nimport sys\nimport numpy as np"
        "\nnp.savez(sys.argv[1], *[np.stack([t.x, t.y], 1) for t in figure.data])"
        "\nprint(*[t.name for t in figure.data], figure.data[3].visible)"
    )
    out = tmp_path / "traces.npz"
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", lines + check, out],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == [*"0123456789", "legendonly"]
    with np.load(out) as traces:
        for code in range(10):
            rows = table["label"] == code
            expected = np.stack([table["x"][rows], table["y"][rows]], axis=1)
            assert np.array_equal(traces[f"arr_{code}"], expected)
    assert "plotly" in (tmp_path / "pca-digits-pixels.html").read_text()


@pytest.fixture(scope="module")
def standalone(app: App, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The digits' map as a file, downloaded from the page."""
    complaints: list[str] = []
    page = opened(browser, complaints)
    page.goto(app.url)
    view = quiet(MapPage(page).ready(points=DIGITS))
    expect(view.part("trust-sentence")).to_be_visible(timeout=MAKING)
    view.part("export").click()
    told = re.search(r"([\d.]+) MB$", view.part("export-html").inner_text().strip())
    page.keyboard.press("Escape")
    path = take(view, "html", tmp_path_factory.mktemp("standalone"))
    page.context.close()
    assert complaints == []
    assert told is not None
    assert path.stat().st_size / 1e6 == pytest.approx(float(told[1]), abs=0.06)
    return path


def open_offline(browser: Browser, path: Path, **options: object) -> tuple[Page, list[str]]:
    """Open a file without a network; also returns what it asked for or complained of."""
    context = browser.new_context(**{"viewport": WIDE, "offline": True, **options})
    page = context.new_page()
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url.partition(":")[0]))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda message: heard.append(message.text))
    page.goto(path.as_uri())
    page.locator('[data-testid="map-canvas"][data-state="ready"]').wait_for(timeout=MAKING)
    return page, heard


def test_a_standalone_map_needs_no_network(browser: Browser, standalone: Path) -> None:
    page, heard = open_offline(browser, standalone)
    view = MapPage(page)
    assert view.inked() > 0.01
    sentences = " ".join(page.get_by_test_id("sentence").all_inner_texts())
    assert "29% of the variance" in sentences
    assert "of the 15 nearest neighbors survive" in sentences

    place = view.find_point()
    card = view.part("hover-card")
    row = int(card.get_attribute("data-row") or -1)
    assert 0 <= row < DIGITS
    thumbnail = card.locator("img")
    expect(thumbnail).to_be_visible()
    assert (thumbnail.get_attribute("src") or "").startswith("data:image/png")
    assert thumbnail.evaluate("image => image.naturalWidth") >= 8

    before = view.inked()
    view.part("legend-entry").first.dblclick()
    expect(page.locator('[data-testid="legend-entry"][aria-pressed="true"]')).to_have_count(1)
    page.wait_for_timeout(200)
    assert view.inked() < before / 2, "one class alone"
    view.part("legend-all").click()
    page.mouse.move(*place)
    for _ in range(12):
        page.mouse.wheel(0, -150)
    images = '[data-testid="map-canvas"]:not([data-images="0"])'
    page.locator(images).wait_for(timeout=MAKING)
    assert [each for each in heard if each not in {"file", "blob", "data"}] == []
    page.context.close()


def test_a_standalone_map_is_for_everyone(browser: Browser, standalone: Path) -> None:
    for viewport, scheme in ((WIDE, "dark"), (PHONE, "light")):
        # Axe is brought in past the file's own policy.
        options = {"viewport": viewport, "color_scheme": scheme, "bypass_csp": True}
        page, _ = open_offline(browser, standalone, **options)
        ground = np.median(MapPage(page).picture())
        assert ground < 60 if scheme == "dark" else ground > 200
        expect_accessible_in_both_themes(page)
        page.context.close()


def test_the_menu_is_one_for_the_keyboard(visit: Visit) -> None:
    view = MapPage(visit()).ready(points=DIGITS)
    keyboard = view.page.keyboard
    view.part("export").focus()
    keyboard.press("ArrowDown")
    expect(view.part("export-csv")).to_be_focused()
    expect_accessible(view.page)
    keyboard.press("ArrowUp")
    expect(view.part("export-python")).to_be_focused()
    keyboard.press("Home")
    keyboard.press("s")
    expect(view.part("paper-slide")).to_be_focused()
    keyboard.press("Space")
    expect(view.part("paper-slide")).to_have_attribute("aria-checked", "true")
    expect(view.part("paper-page")).to_have_attribute("aria-checked", "false")
    expect(view.part("export-png")).to_contain_text("1,920 px")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(view.part("figure-sentence")).to_have_attribute("aria-checked", "true")
    keyboard.press("Escape")
    expect(view.part("export-menu")).to_be_hidden()
    expect(view.part("export")).to_be_focused()
    keyboard.press("Enter")
    expect(view.part("export-csv")).to_be_focused()
    with view.page.expect_download() as download:
        keyboard.press("Enter")
    assert download.value.suggested_filename == "pca-digits-pixels.csv"


def test_nothing_is_exported_before_the_map_is_there(visit: Visit) -> None:
    view = MapPage(visit("#dataset=digits&encoder=pixels&analysis=tsne&analysis.iterations=2003"))
    forming = '[data-testid="map-canvas"][data-state="forming"]'
    view.page.locator(forming).wait_for(timeout=MAKING)
    expect(view.part("export")).to_be_disabled()
    view.part("finish-now").click()
    view.ready(points=DIGITS)
    expect(view.part("export")).to_be_enabled()
