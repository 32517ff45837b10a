"""The page as a person sees it: what stands on it, and what hands can do to it."""

import io
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

MAKING = 120_000  # milliseconds that the making of a map may take on a slow machine


@dataclass(frozen=True)
class MapPage:
    """A page with the Map lens."""

    page: Page

    def part(self, name: str) -> Locator:
        """A part of the page by its test id."""
        return self.page.get_by_test_id(name)

    def ready(self, *, points: int | None = None, dimensions: int | None = None) -> "MapPage":
        """Wait until a map is drawn (with so many points and axes) and the jobs are done."""
        wanted = '[data-testid="map-canvas"][data-state="ready"]'
        if points is not None:
            wanted += f'[data-points="{points}"]'
        if dimensions is not None:
            wanted += f'[data-dimensions="{dimensions}"]'
        self.page.locator(wanted).wait_for(state="visible", timeout=MAKING)
        return self

    def settled(self) -> "MapPage":
        """Wait until nothing moves: no animation, no line of text, and the address is written."""
        before = None
        while (now := (self.canvas_data()["frames"], self.box(), self.page.url)) != before:
            before = now
            self.page.wait_for_timeout(200)
        return self

    def canvas_data(self) -> dict[str, str]:
        """What the canvas says of itself: state, points, dimensions, artifact, frames, images."""
        data: dict[str, str] = self.part("map-canvas").evaluate("canvas => ({...canvas.dataset})")
        return data

    def picture(self) -> NDArray[np.uint8]:
        """The pixels of the part of the map that nothing is laid over, (height, width, 3)."""
        png = self.part("map-canvas").screenshot()
        picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
        height, width, _ = picture.shape
        return picture[height // 10 :, : width * 4 // 5]

    def inked(self) -> float:
        """The share of the map that is not plain ground."""
        picture = self.picture().astype(np.int16)
        ground = np.median(picture.reshape(-1, 3), axis=0)
        return float((np.abs(picture - ground).max(axis=2) > 24).mean())

    def selected(self) -> int:
        """How many rows are selected, as the inspector says it."""
        text = self.part("selected-count").inner_text()
        digits = re.sub(r"\D", "", text)
        return int(digits) if digits else 0

    def expect_selected(self, count: int) -> None:
        """Wait until so many rows are selected."""
        words = f"Selected {count:,}" if count else "Nothing selected"
        expect(self.part("selected-count")).to_have_text(words)

    def primary(self) -> int:
        """The row that leads the selection."""
        return int(self.part("primary").get_attribute("data-row") or -1)

    def box(self) -> dict[str, float]:
        """Where the map lies on the page."""
        box: Any = self.part("map-canvas").bounding_box()
        assert box is not None
        return dict(box)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place on the map, given in shares of its width and height, as page coordinates."""
        box = self.box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def drag(self, *corners: tuple[float, float]) -> None:
        """Press at the first corner, move over all others, let go; corners in shares of the map."""
        mouse = self.page.mouse
        mouse.move(*self.at(*corners[0]))
        mouse.down()
        for corner in corners[1:]:
            mouse.move(*self.at(*corner), steps=8)
        mouse.up()

    def find_point(self) -> tuple[float, float]:
        """Move the pointer over the map until a point answers with its card; returns where."""
        for step in range(60):
            place = self.at(0.3 + step / 150, 0.5)
            self.page.mouse.move(*place)
            self.page.wait_for_timeout(200)
            if self.part("hover-card").is_visible():
                return place
        raise AssertionError("No point lies on the middle line of the map.")

    def densest(self) -> tuple[float, float]:
        """Where on the page most of the map is inked, within a square of 16 pixels."""
        picture = self.picture().astype(np.int16)
        ground = np.median(picture.reshape(-1, 3), axis=0)
        inked = np.abs(picture - ground).max(axis=2) > 24
        lines, columns = (side // 16 for side in inked.shape)
        squares = inked[: lines * 16, : columns * 16].reshape(lines, 16, columns, 16)
        line, column = divmod(int(squares.sum(axis=(1, 3)).argmax()), columns)
        box = self.box()
        above = int(box["height"]) // 10  # `picture` leaves it out
        return box["x"] + column * 16 + 8, box["y"] + above + line * 16 + 8

    def lasso_all(self) -> None:
        """Draw a lasso along the edge of the map, under what is laid over its upper corners."""
        self.drag(*EDGE)

    def choose(self, chooser: str, option: str) -> None:
        """Open a chooser and take an option, which closes it again."""
        self.part(f"chooser-{chooser}").click()
        self.part(f"chooser-{chooser}-panel").get_by_test_id(f"option-{option}").click()
        expect(self.part(f"chooser-{chooser}-panel")).to_be_hidden()


# Nothing lies over the middle of the left edge, where the press begins.
EDGE = [(0.01, 0.5), (0.01, 0.01), (0.99, 0.01), (0.99, 0.99), (0.01, 0.99), (0.01, 0.5)]
