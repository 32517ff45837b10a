"""`make shots`: every lens with every kind of data and in every state, on one sheet.

The pictures go into shots/, which git ignores, with `index.html`, the sheet. `--only map train`
takes the views whose names begin so, `--many` those of 70,000 images as well, and `--readme` the
one that the README shows.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, TimeoutError

from tools.app import App, running_app
from tools.browser import open_browser
from tools.shot_data import few, many_classes, send, unlabeled
from tools.shot_sheet import Picture, write_sheet
from tools.shot_views import MANY, PROJECTED, QUIET, STATES, UNATTENDED, VIEWS, State, View

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "shots"
PLUGINS = ROOT / "tests" / "e2e" / "plugins"  # with a map that fails
README_PICTURE = ROOT / "docs" / "images" / "map-light.png"

SIZES = {"wide": (1440, 900), "middle": (1024, 768), "narrow": (390, 844)}
SCHEMES = ("light", "dark")
MAKING = 90_000  # milliseconds that a view may take until it is drawn
RESTING = 1200  # until thumbnails have come and the picture is at rest
RESIZING = 500


class Camera:
    """Takes the pictures of one server.

    Attributes:
        pictures: those that are taken.
        complaints: what the pages have said in their consoles, each with the picture's name.
    """

    def __init__(self, browser: Browser, app: App, only: Sequence[str]) -> None:
        """Only the views whose names begin with one of `only` are taken; none is all."""
        self._browser = browser
        self._app = app
        self._only = tuple(only)
        self.pictures: list[Picture] = []
        self.complaints: list[str] = []

    def take(self, view: View, *, schemes: Sequence[str], sizes: Sequence[str]) -> None:
        """Photograph a finished view in some sizes and both themes."""
        if not self._wants(view.name):
            return
        page = self._open(view.name)
        try:
            page.goto(f"{self._app.url}/#{view.link}")
            try:
                if view.prepare:
                    view.prepare(page)
                page.locator(view.ready).first.wait_for(timeout=MAKING)
                page.locator(QUIET).wait_for(timeout=MAKING)
                page.wait_for_timeout(RESTING)
                page.locator(QUIET).wait_for(timeout=MAKING)  # it asks how far to trust the map
            except TimeoutError as error:
                # The picture of what has not come tells more than none.
                self.complaints.append(f"{view.name}: {error.message.splitlines()[0]}")
            self._series(page, view.name, schemes, sizes)
            if view.name in PROJECTED:
                self._projector(page, view.name)
        finally:
            page.context.close()

    def take_state(self, state: State) -> None:
        """Photograph what is on the way, or has gone wrong, wide and light, narrow and dark."""
        if not self._wants(state.name):
            return
        page = self._open(state.name, strict=False)
        try:
            if state.before:
                state.before(page, self._app)
            page.goto(f"{self._app.url}/#{state.link}")
            if state.after:
                state.after(page, self._app)
            page.wait_for_timeout(state.waits)
            self._series(page, state.name, ("light",), ("wide",))
            self._series(page, state.name, ("dark",), ("narrow",))
        finally:
            page.context.set_offline(False)
            page.context.close()

    def _wants(self, name: str) -> bool:
        return not self._only or name.startswith(self._only)

    def _open(self, name: str, *, strict: bool = True) -> Page:
        page = self._browser.new_context(
            viewport=dict(zip(("width", "height"), SIZES["wide"], strict=True)),  # type: ignore[arg-type]
            color_scheme="light",
            reduced_motion="reduce",
        ).new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{name}: {error}"))
        if strict:
            page.on(
                "console",
                lambda said: (
                    self.complaints.append(f"{name}: {said.text} {said.location.get('url', '')}")
                    if said.type == "error"
                    else None
                ),
            )
        return page

    def _series(self, page: Page, name: str, schemes: Sequence[str], sizes: Sequence[str]) -> None:
        for size in sizes:
            width, height = SIZES[size]
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(RESIZING)
            for scheme in schemes:
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.wait_for_timeout(RESIZING)
                self._keep(page, name, f"{scheme}-{size}")

    def _projector(self, page: Page, name: str) -> None:
        page.set_viewport_size(dict(zip(("width", "height"), SIZES["wide"], strict=True)))  # type: ignore[arg-type]
        page.emulate_media(color_scheme="light")
        page.locator("body").press("p")
        page.wait_for_timeout(RESTING)
        self._keep(page, name, "projector")

    def _keep(self, page: Page, name: str, variant: str) -> None:
        path = SHOTS / f"{name}-{variant}.png"
        page.screenshot(path=path)
        self.pictures.append(Picture(name, variant, path))
        print(path.relative_to(ROOT), flush=True)


def data_views(app: App) -> Iterator[View]:
    """The lenses with data that is unlike the built-in: sent to the server first."""
    links = {
        "photos": "dataset=photos",
        "few": f"dataset=archive&dataset.upload={send(app, few())}",
        "unlabeled": f"dataset=archive&dataset.upload={send(app, unlabeled())}",
        "classes": f"dataset=archive&dataset.upload={send(app, many_classes())}",
    }
    for kind, dataset in links.items():
        for view in VIEWS:
            if view.general:
                yield view.on(kind, dataset)


@contextmanager
def without_workers(app: App) -> Iterator[None]:
    """Halt all that works for the server, until it knows."""
    workers = psutil.Process(app.process.pid).children(recursive=True)
    for worker in workers:
        worker.suspend()
    try:
        while app.get("/api/health")["workers"]:
            time.sleep(0.5)
        yield
    finally:
        for worker in workers:
            worker.resume()


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="the views whose names begin so")
    parser.add_argument("--many", action="store_true", help="70,000 images as well; takes minutes")
    parser.add_argument("--readme", action="store_true", help="take the README's picture as well")
    options = parser.parse_args()
    if not options.only:
        shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser = stack.enter_context(open_browser())
        shutil.copytree(PLUGINS, folder / "busy" / "data" / "plugins")
        app = stack.enter_context(running_app(folder / "busy" / "data"))
        camera = Camera(browser, app, options.only)
        for view in VIEWS:
            camera.take(view, schemes=SCHEMES, sizes=tuple(SIZES))
        for view in data_views(app):
            camera.take(view, schemes=("light",), sizes=("wide",))
            camera.take(view, schemes=("dark",), sizes=("narrow",))
        for view in MANY if options.many else ():
            camera.take(view, schemes=("light",), sizes=("wide",))
        for state in STATES:
            camera.take_state(state)
        with without_workers(app):
            for state in UNATTENDED:
                camera.take_state(state)
        write_sheet(SHOTS / "index.html", camera.pictures, camera.complaints)
        shutil.copy(app.log, SHOTS)  # it has what the server complained of
    print((SHOTS / "index.html").relative_to(ROOT))
    for complaint in camera.complaints:
        print(complaint)
    if options.readme:
        README_PICTURE.parent.mkdir(exist_ok=True)
        shutil.copy(SHOTS / "map-light-wide.png", README_PICTURE)
        print(README_PICTURE.relative_to(ROOT))


if __name__ == "__main__":
    main()
