"""How quickly the Masking lens answers: from the slider's input event to drawn pixels.

Measured in the real page, in a real browser, with the real server and worker behind it, alone and
with a training beside it. `step` moves the slider and waits for the picture; `drag` moves it every
16 ms, as a hand does, and tells how old the setting is that each new picture shows.

    python -m benchmarks.live [--quick]
"""

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tools.app import App, running_app
from tools.browser import open_browser

#: Data sets, and the encoders from the zoo that are at home on them.
CASES = {"digits": "mae_digits", "shapes": "mae_shapes"}
IMAGES = (1, 4, 8)
VIEW = "lens=masking&dataset={dataset}&encoder=zoo&encoder.name={encoder}&images={images}"
READY = '[data-testid="masking"][data-state="ready"]'
#: Long enough to go on beside all that is measured; it is cancelled afterwards.
TRAINING = {
    "kind": "encoder",
    "method": "mae",
    "inputs": {"dataset": {"kind": "dataset", "method": "digits"}},
    "params": {"epochs": 5000, "snapshots": 1},
}

# Pixels are in the canvases as soon as the lens names the ratio that they show, as both follow
# from one answer. The next frame brings them to the screen: a message that is sent when it begins
# arrives once it is painted.
MEASURE = """async ([steps, pause]) => {
  const lens = document.querySelector('[data-testid="masking"]');
  const slider = document.querySelector('[data-testid="ratio"]');
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(null);
  }));
  const changed = () => new Promise((resolve) => {
    new MutationObserver((_, observer) => {
      observer.disconnect();
      resolve();
    }).observe(lens, { attributeFilter: ["data-ratio"] });
  });
  const shown = () => Number(lens.dataset.ratio);
  const sent = new Map();
  const move = (i) => {
    const percent = 5 + ((i * 37) % 90);
    slider.value = String(percent);
    sent.set(percent, performance.now());
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    return percent;
  };
  const ages = [];
  if (pause === null) {
    for (let i = 0; i < steps; i++) {
      const percent = move(i);
      while (Math.round(shown() * 100) !== percent) await changed();
      await painted();
      ages.push(performance.now() - sent.get(percent));
    }
    return ages;
  }
  let over = false;
  const watch = (async () => {
    while (!over) {
      await changed();
      const since = sent.get(Math.round(shown() * 100));
      await painted();
      ages.push(performance.now() - since);
    }
  })();
  for (let i = 0; i < steps; i++) {
    move(i);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  over = true;
  await watch; // the last move is answered after the loop
  return ages;
}"""


def tell(figure: str, milliseconds: list[float], **more: Any) -> None:
    """Print one line."""
    ordered = sorted(milliseconds)
    line = {
        "figure": figure,
        "median": round(statistics.median(ordered), 1),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1),
        "unit": "ms",
        "n": len(ordered),
        "cores": os.cpu_count(),
    }
    print(json.dumps({**line, **more}), flush=True)


def measure(app: App, page: Page, beside: str, steps: int) -> None:
    """Measure all cases."""
    for dataset, encoder in CASES.items():
        for images in IMAGES:
            page.goto("about:blank")
            view = VIEW.format(dataset=dataset, encoder=encoder, images=images)
            page.goto(f"{app.url}/#{view}")
            page.locator(READY).wait_for(timeout=180_000)
            page.evaluate(MEASURE, [5, None])
            facts = {"encoder": encoder, "images": images, "beside": beside}
            tell("masking_step", page.evaluate(MEASURE, [steps, None]), **facts)
            tell("masking_drag", page.evaluate(MEASURE, [3 * steps, 16]), **facts)


def prepare(app: App) -> None:
    """Make all that the pages need, so that no job runs while they are measured."""
    for dataset, encoder in CASES.items():
        inputs = {
            "dataset": {"kind": "dataset", "method": dataset},
            "encoder": {"kind": "encoder", "method": "zoo", "params": {"name": encoder}},
        }
        embedding = {"kind": "embedding", "method": "embed", "inputs": inputs}
        atlas = {"kind": "atlas", "method": "sprites", "inputs": {"dataset": inputs["dataset"]}}
        map_ = {"kind": "projection", "method": "pca", "inputs": {"embedding": embedding}}
        for recipe in (atlas, map_):
            job = app.finish(recipe, seconds=600)
            if job["state"] != "done":
                raise RuntimeError(f"{recipe['kind']} could not be made: {job['error']}")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few movements only")
    steps = 20 if parser.parse_args().quick else 100
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "data") as app,
        open_browser(webgl=False) as browser,  # the lens draws without it
    ):
        prepare(app)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        measure(app, page, "nothing", steps)
        job = app.post("/api/jobs", TRAINING)["id"]
        app.wait_for(job, "running", seconds=300)
        measure(app, page, "training", steps)
        if app.get(f"/api/jobs/{job}")["state"] != "running":
            raise RuntimeError("The training ended before all was measured.")
        app.post(f"/api/jobs/{job}/cancel", {})


if __name__ == "__main__":
    main()
