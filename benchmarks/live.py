"""How quickly the Masking and the Attention lens answer: from a movement to drawn pixels.

Measured in the real page, in a real browser, with the real server and worker behind it, alone and
with a training beside it. `step` moves the slider, or the pointer to another patch, and waits for
the picture; `drag` moves it every 16 ms, as a hand does, and tells how old the movement is that
each new picture shows.

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

#: Of each lens: datasets, and the encoders from the zoo that are at home on them.
CASES = {
    "masking": {"digits": "mae_digits", "shapes": "mae_shapes"},
    "attention": {"shapes": "mae_shapes"},
}
IMAGES = (1, 4, 8)
#: How a link says how many images are shown.
SHOWN = {"masking": "images", "attention": "look:images"}
VIEW = "lens={lens}&dataset={dataset}&encoder=zoo&encoder.name={encoder}&{shown}={images}"
READY = '[data-testid="{lens}"][data-state="ready"]'
#: Long enough to go on beside all that is measured; it is cancelled afterwards.
TRAINING = {
    "kind": "encoder",
    "method": "mae",
    "inputs": {"dataset": {"kind": "dataset", "method": "digits"}},
    "params": {"epochs": 5000, "snapshots": 1},
}

# What moves in a lens, and the attribute that names what its pictures show: `move` returns what
# that will be once they show the i-th movement.
MOVES = {
    "masking": """{
      attribute: "data-ratio",
      move(i) {
        const slider = document.querySelector('[data-testid="ratio"]');
        const percent = 5 + ((i * 37) % 90);
        slider.value = String(percent);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        return String(percent / 100);
      },
    }""",
    "attention": """{
      attribute: "data-patch",
      move(i) {
        const host = document.querySelector('[data-testid="patches"]');
        const box = host.getBoundingClientRect();
        const patch = (i * 37) % 64;
        const at = (place) => (place + 0.5) / 8;
        const clientX = box.left + at(patch % 8) * box.width;
        const clientY = box.top + at(Math.floor(patch / 8)) * box.height;
        host.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, bubbles: true }));
        return String(patch);
      },
    }""",
}

# Pixels are in the canvases as soon as the lens names what they show, as both follow from one
# answer. The next frame brings them to the screen: a message that is sent when it begins arrives
# once it is painted.
MEASURE = """async ([name, steps, pause]) => {
  const view = VIEWS[name];
  const lens = document.querySelector(`[data-testid="${name}"]`);
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(null);
  }));
  const changed = () => new Promise((resolve) => {
    new MutationObserver((_, observer) => {
      observer.disconnect();
      resolve();
    }).observe(lens, { attributeFilter: [view.attribute] });
  });
  const shown = () => lens.getAttribute(view.attribute);
  const sent = new Map();
  const move = (i) => {
    const now = performance.now();
    const wanted = view.move(i);
    sent.set(wanted, now);
    return wanted;
  };
  const ages = [];
  if (pause === null) {
    for (let i = 0; i < steps; i++) {
      const wanted = move(i);
      while (shown() !== wanted) await changed();
      await painted();
      ages.push(performance.now() - sent.get(wanted));
    }
    return ages;
  }
  let over = false;
  const watch = (async () => {
    while (!over) {
      await changed();
      const since = sent.get(shown());
      await painted();
      ages.push(performance.now() - since);
    }
  })();
  let last = "";
  for (let i = 0; i < steps; i++) {
    last = move(i);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  over = true;
  if (shown() === last) await painted();
  else await watch; // the last move is answered after the loop
  return ages;
}""".replace("VIEWS", "({" + ",".join(f"{name}: {view}" for name, view in MOVES.items()) + "})")


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
    for lens, cases in CASES.items():
        for dataset, encoder in cases.items():
            for images in IMAGES:
                page.goto("about:blank")
                view = VIEW.format(
                    lens=lens, dataset=dataset, encoder=encoder, shown=SHOWN[lens], images=images
                )
                page.goto(f"{app.url}/#{view}")
                page.locator(READY.format(lens=lens)).wait_for(timeout=180_000)
                page.evaluate(MEASURE, [lens, 5, None])
                facts = {"encoder": encoder, "images": images, "beside": beside}
                for figure, count, pause in (("step", steps, None), ("drag", 3 * steps, 16)):
                    ages = page.evaluate(MEASURE, [lens, count, pause])
                    tell(f"{lens}_{figure}", ages, **facts)


def prepare(app: App) -> None:
    """Make all that the pages need, so that no job runs while they are measured."""
    for dataset, encoder in {pair for cases in CASES.values() for pair in cases.items()}:
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
        open_browser(webgl=False) as browser,  # the lenses draw without it
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
