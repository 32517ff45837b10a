"""`make shots`: one picture of every lens, light and dark, wide and narrow, and one contact sheet.

The pictures go into shots/, which git ignores. `--readme` also takes the one that the README shows.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from tools.app import App, running_app
from tools.browser import open_browser

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "shots"
README_PICTURE = ROOT / "docs" / "images" / "map-light.png"

_DISSIMILARITY = "lens=dissimilarity&dataset=digits&encoder=zoo&encoder.name=mae_digits"
# What each lens shows in its picture, as the part of the link behind '#'.
VIEWS = {
    "map": "lens=map&dataset=digits&encoder=pixels&analysis=pca&row=0",
    "map-tsne": "lens=map&dataset=digits&encoder=pixels&analysis=tsne&row=0",
    "map-3d": "lens=map&dataset=shapes&encoder=pixels&analysis=pca&analysis.dimensions=3&row=4",
    "train": "lens=train&dataset=digits&encoder=pixels&analysis=pca&row=0",
    "runs": "lens=runs&dataset=digits&encoder=pixels&analysis=pca&row=0",
    "attention": "lens=attention&dataset=shapes&encoder=zoo&encoder.name=mae_shapes&look:random=1",
    "dissimilarity": f"{_DISSIMILARITY}&row=0",
    "compare": f"{_DISSIMILARITY}&rdm:view=compare",
    "layers": f"{_DISSIMILARITY}&rdm:view=layers",
    "map-photos": "lens=map&dataset=photos&encoder=random&analysis=pca&row=10",
}
SIZES = {"wide": (1440, 900), "narrow": (390, 844)}
SCHEMES = ("light", "dark")
#: What tells that a lens is drawn; those without one show a map.
READY = {
    "attention": '[data-testid="attention"][data-state="ready"]',
    "dissimilarity": '[data-testid="matrix"] canvas[data-state="ready"]',
    "compare": '[data-testid="compare"][data-state="ready"]',
    "layers": '[data-testid="layers"][data-state="ready"]',
    "train": '[data-testid="start-run"]',
    "runs": '[data-testid="runs"]',
}
MAP = '[data-testid="map-canvas"][data-state="ready"]'
QUIET = '[data-testid="jobs-tray"][data-active="0"]'
MAKING = 180_000  # milliseconds that a view may take until it is drawn

SHEET_HEIGHT = 420
GAP = 16


def take(browser: Browser, app: App, view: str, scheme: str, size: str, path: Path) -> None:
    """Photograph one view, once it is drawn and all its jobs are done."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{app.url}/#{VIEWS[view]}")
    page.locator(READY.get(view, MAP)).wait_for(timeout=MAKING)
    page.locator(QUIET).wait_for(timeout=MAKING)
    if size == "wide" and view not in READY:
        page.get_by_test_id("neighbor-image").first.wait_for(timeout=MAKING)
    page.wait_for_timeout(1500)  # thumbnails arrive, and the picture comes to rest
    page.locator(QUIET).wait_for(timeout=MAKING)  # it asks how far to trust the map meanwhile
    page.screenshot(path=path)
    context.close()


def contact_sheet(pictures: list[Path]) -> Image.Image:
    """Lay all pictures on one sheet, a row for each view and scheme."""
    rows: list[list[Image.Image]] = []
    for start in range(0, len(pictures), len(SIZES)):
        row = [Image.open(path).convert("RGB") for path in pictures[start : start + len(SIZES)]]
        rows.append([p.resize((p.width * SHEET_HEIGHT // p.height, SHEET_HEIGHT), 1) for p in row])
    columns = 2 if len(rows) > 1 else 1
    row_width = max(sum(p.width + GAP for p in row) for row in rows)
    lines = -(-len(rows) // columns)
    size = (columns * row_width + GAP, lines * (SHEET_HEIGHT + GAP) + GAP)
    sheet = Image.new("RGB", size, (128, 128, 128))
    for number, row in enumerate(rows):
        x = GAP + (number % columns) * row_width
        y = GAP + (number // columns) * (SHEET_HEIGHT + GAP)
        for picture in row:
            sheet.paste(picture, (x, y))
            x += picture.width + GAP
    return sheet


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true", help="take the README's picture as well")
    readme = parser.parse_args().readme
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir()
    pictures = []
    with (
        tempfile.TemporaryDirectory() as folder,
        open_browser() as browser,
        running_app(Path(folder) / "data") as app,
    ):
        for view, scheme, size in itertools.product(VIEWS, SCHEMES, SIZES):
            path = SHOTS / f"{view}-{scheme}-{size}.png"
            take(browser, app, view, scheme, size, path)
            pictures.append(path)
            print(path.relative_to(ROOT), flush=True)
    contact_sheet(pictures).save(SHOTS / "contact-sheet.png", optimize=True)
    print((SHOTS / "contact-sheet.png").relative_to(ROOT))
    if readme:
        README_PICTURE.parent.mkdir(exist_ok=True)
        shutil.copy(SHOTS / "map-light-wide.png", README_PICTURE)
        print(README_PICTURE.relative_to(ROOT))


if __name__ == "__main__":
    main()
