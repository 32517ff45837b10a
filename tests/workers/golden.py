"""What each method's output was when its version was set.

`python -m tests.workers.golden` records new methods and new versions; it refuses to record another
output under the same version, since artifacts are found again by their version.
"""

import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from safetensors.numpy import load_file

from repscope.workers.context import Result
from repscope.workers.registry import find
from tests.workers.golden_recipes import RECIPES
from tests.workers.making import make_recipe

FILE = Path(__file__).with_name("golden.json")
SAMPLES = 8
#: Parts of `meta` that carry rounding, or times.
ROUNDED = (
    "explained_variance",
    "run",
    "samples",
    "top1",
    "top5",
    "chosen",
    "chance",
    "rows",
    "errors",
)

#: What is fetched from a network and from nowhere else has no record.
FETCHED = {("dataset", "huggingface")}


def fingerprint(recipe: dict[str, Any]) -> dict[str, Any]:
    """Make a recipe and describe what came out, in a few numbers that survive rounding."""
    result = make_recipe(recipe)
    method = find(recipe["kind"], recipe["method"]).method
    arrays = {name: _describe(array) for name, array in sorted(_arrays(result).items())}
    return {"method": method.key, "meta": _plain(result.meta), "arrays": arrays}


def differences(expected: dict[str, Any], given: dict[str, Any]) -> list[str]:
    """Compare two fingerprints; floats to 1 part in 1,000, pixels to 2 levels of 255."""
    found = [] if expected["meta"] == given["meta"] else ["meta"]
    for name in sorted(expected["arrays"] | given["arrays"]):
        before, after = expected["arrays"].get(name), given["arrays"].get(name)
        if before is None or after is None or before["kind"] != after["kind"]:
            found.append(name)
            continue
        # Where some values are missing, so are mean and deviation; the samples still compare.
        spread = np.nan_to_num(before["numbers"][1])
        tolerance = 2.0 if before["kind"].startswith("uint8") else 1e-3 * spread + 1e-6
        if not np.allclose(
            before["numbers"], after["numbers"], rtol=0.0, atol=tolerance, equal_nan=True
        ):
            found.append(name)
    return found


def _arrays(result: Result) -> dict[str, NDArray[Any]]:
    """Return arrays and weights; pages as pixels, since JPEG encoders differ in their bytes."""
    arrays = dict(result.arrays)
    if "pages" in arrays:
        pages, offsets = arrays.pop("pages"), arrays.pop("offsets")
        first = Image.open(io.BytesIO(pages[offsets[0] : offsets[1]].tobytes()))
        arrays["first page"] = np.asarray(first)
    for path in result.files.values():
        arrays |= load_file(path)
    return arrays


def _describe(array: NDArray[Any]) -> dict[str, Any]:
    flat = np.asarray(array, np.float64).ravel()
    numbers = [0.0, 0.0]
    if len(flat):
        samples = flat[np.linspace(0, len(flat) - 1, SAMPLES).astype(int)]
        numbers = [flat.mean(), flat.std(), *samples]
    return {
        "kind": f"{array.dtype} {'x'.join(map(str, array.shape))}",
        "numbers": [float(f"{number:.6g}") for number in numbers],
    }


def _plain(meta: dict[str, Any]) -> Any:
    """Return `meta` as JSON gives it back, without numbers that carry rounding."""
    return json.loads(json.dumps({k: v for k, v in meta.items() if k not in ROUNDED}))


def read() -> dict[str, Any]:
    """Return the fingerprints on record."""
    recorded: dict[str, Any] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    return recorded


def _record() -> int:
    recorded, now = read(), {name: fingerprint(recipe) for name, recipe in RECIPES.items()}
    for name, given in now.items():
        known = recorded.get(name)
        if known and known["method"] == given["method"] and differences(known, given):
            sys.stderr.write(
                f"{name}: the output changed; raise the version of its method first.\n"
            )
            return 1
    lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in now.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(_record())
