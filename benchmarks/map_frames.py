"""How quickly the map draws: the first frame after the bytes' arrival, and frames while panning.

Measured in the real page, in a real browser, with the real server behind it. Where the browser has
no graphics card, it draws WebGL on the CPU; `device` says which it was.

    python -m benchmarks.map_frames [--quick]
"""

import argparse
import json
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tools.app import App, running_app
from tools.browser import open_browser

COUNTS = {"100k": 100_000, "1m": 1_000_000}
REPEATS = 3
PAN_STEPS = 60
READY = '[data-testid="map-canvas"][data-state="ready"][data-points="{count}"]'

RENDERER = """() => {
  const gl = document.createElement("canvas").getContext("webgl2");
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  return gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
}"""
FIRST_FRAME = """() => {
  const last = (name) => performance.getEntriesByName(name).at(-1).startTime;
  return last("repscope:first-frame") - last("repscope:points-received");
}"""
# Times between frames that the map really drew: its canvas counts them.
WATCH = """() => {
  const canvas = document.querySelector('[data-testid="map-canvas"]');
  window.drawn = [];
  let before = canvas.dataset.frames;
  const look = (now) => {
    if (canvas.dataset.frames !== before) window.drawn.push(now);
    before = canvas.dataset.frames;
    window.watching = requestAnimationFrame(look);
  };
  window.watching = requestAnimationFrame(look);
}"""
WATCHED = "() => { cancelAnimationFrame(window.watching); return window.drawn; }"


def recipe(count: int) -> dict[str, Any]:
    """The principal components of as many tiny images."""
    dataset = {"kind": "dataset", "method": "many_images", "params": {"count": count}}
    inputs = {"dataset": dataset, "encoder": {"kind": "encoder", "method": "pixels"}}
    embedding = {"kind": "embedding", "method": "embed", "inputs": inputs}
    return {"kind": "projection", "method": "pca", "inputs": {"embedding": embedding}}


def device_of(page: Page) -> str:
    """Return what draws: `cpu` in software, or the name of the graphics card."""
    renderer: str = page.evaluate(RENDERER)
    return "cpu" if "SwiftShader" in renderer or "llvmpipe" in renderer else renderer


def first_frame(page: Page, app: App, count: int) -> float:
    """Open the map; returns seconds from the arrival of the coordinates to the first frame."""
    view = f"lens=map&dataset=many_images&dataset.count={count}&encoder=pixels&analysis=pca"
    page.goto("about:blank")
    page.goto(f"{app.url}/#{view}")
    page.locator(READY.format(count=count)).wait_for(timeout=120_000)
    return float(page.evaluate(FIRST_FRAME)) / 1000


def pan(page: Page) -> list[float]:
    """Drag the map for a while; returns the seconds between drawn frames."""
    page.get_by_test_id("tool-pan").click()
    box: Any = page.get_by_test_id("map-canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(WATCH)
    for step in range(PAN_STEPS):
        page.mouse.move(x + 4 * step, y + step)
        page.wait_for_timeout(16)
    drawn = page.evaluate(WATCHED)
    page.mouse.up()
    return [(b - a) / 1000 for a, b in zip(drawn, drawn[1:], strict=False)]


def tell(figure: str, seconds: float, count: int, device: str, **more: float) -> None:
    """Print one line."""
    line = {"figure": figure, "ours": round(seconds, 4), "unit": "s", "n": count, "device": device}
    print(json.dumps({**line, **more}), flush=True)


def measure(app: App, page: Page, name: str, count: int) -> None:
    """Measure one size."""
    job = app.finish(recipe(count), seconds=600)
    if job["state"] != "done":
        raise RuntimeError(f"The map of {count} points could not be made: {job['error']}")
    device = device_of(page)
    firsts = [first_frame(page, app, count) for _ in range(REPEATS)]
    tell(
        f"map_first_frame_{name}",
        statistics.median(firsts),
        count,
        device,
        worst=round(max(firsts), 4),
    )
    page.wait_for_timeout(2000)
    frames = sorted(pan(page))
    late = frames[int(0.95 * (len(frames) - 1))]
    tell(
        f"map_pan_frame_{name}",
        statistics.median(frames),
        count,
        device,
        p95=round(late, 4),
        frames=len(frames),
    )


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100,000 points only")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        plugins = Path(folder) / "data" / "plugins"
        plugins.mkdir(parents=True)
        shutil.copy(Path(__file__).with_name("many_images.py"), plugins)
        with running_app(Path(folder) / "data") as app:
            app.wait_for_method("many_images")
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            for name, count in COUNTS.items():
                if name == "100k" or not quick:
                    measure(app, page, name, count)


if __name__ == "__main__":
    main()
