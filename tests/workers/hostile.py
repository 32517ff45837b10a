"""Shows a method a file that went wrong in many ways, in a process whose memory is bounded.

Every one must be read, or refused by a sentence; whatever else comes out of it fails the test.
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Context
from repscope.workers.registry import find
from tests.amounts import MUTATIONS
from tests.workers.datasets.mutation import mutations
from tests.workers.making import uploads

#: Bytes of address space beyond what the libraries take.
MEMORY = 2**30


def survives(
    kind: str,
    method: str,
    *files: bytes,
    field: str = "upload",
    share: int = 1,
    **params: Any,
) -> None:
    """Show `MUTATIONS` mutations of each file to a method; the files themselves must be read.

    Args:
        kind: Kind of the method.
        method: Its name.
        files: Good files. One process is shown all: it loads the libraries of the method once.
        field: The parameter that names it.
        share: Show one in so many only, to a method that starts a process for each file.
        **params: Further parameters; uploads among them have been brought.
    """
    good = [uploads() / f"hostile{number}" for number in range(len(files))]
    for path, file in zip(good, files, strict=True):
        path.write_bytes(file)
    order: dict[str, Any] = {"kind": kind, "method": method, "field": field, "params": params}
    order["count"] = MUTATIONS // share
    words = [sys.executable, "-m", __name__, json.dumps(order), str(uploads()), *map(str, good)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    answers = json.loads(done.stdout)
    assert len(answers) == len(files)
    for said in answers:
        assert said["made"] + sum(said["refusals"].values()) == MUTATIONS // share + 1
        assert said["first"] == "made"
        assert said["refusals"]
        for sentence in said["refusals"]:
            assert sentence.endswith("."), sentence
            assert "\n" not in sentence
            assert len(sentence) < 500


def _show(order: dict[str, Any], good: bytes, store: Path) -> dict[str, Any]:
    entry = find(order["kind"], order["method"])
    made, first = 0, ""
    shown = "0" * 64  # where each of them lies in turn, without the care that a real upload takes
    place = store / shown[:2] / shown
    place.parent.mkdir(exist_ok=True)
    refusals: dict[str, int] = {}
    for data in (good, *mutations(good, order["count"])):
        place.write_bytes(data)
        with tempfile.TemporaryDirectory() as folder:
            context = Context.local(folder=Path(folder), uploads=store)
            try:
                result = entry.call(context, {**order["params"], order["field"]: shown}, {})
                context.store(result)
                made += 1
                first = first or "made"
            except (MethodFailed, InvalidRecipe) as error:
                refusals[error.message] = refusals.get(error.message, 0) + 1
                first = first or error.message
            finally:
                context.close()
    return {"made": made, "refusals": refusals, "first": first}


def _bound_memory() -> None:
    if sys.platform == "linux":
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))


if __name__ == "__main__":
    wanted = json.loads(sys.argv[1])
    find(wanted["kind"], wanted["method"])
    _bound_memory()
    store, *paths = map(Path, sys.argv[2:])
    sys.stdout.write(json.dumps([_show(wanted, path.read_bytes(), store) for path in paths]))
