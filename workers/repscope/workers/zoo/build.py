"""Making the zoo from nothing: what `repscope zoo build` runs.

Every encoder is trained by its recipe, compared with what it has to beat, and kept only if it does
better. On one machine the same recipe gives the same file.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file

from repscope.core.errors import RepscopeError
from repscope.core.recipes import Recipe
from repscope.workers import registry
from repscope.workers.context import Context, Result
from repscope.workers.encoders import shelf, shelved
from repscope.workers.folder import PlainFolder, temporary_folder
from repscope.workers.reporting import Silent
from repscope.workers.training.publishing import WEIGHTS
from repscope.workers.zoo.baselines import Verdict, judge
from repscope.workers.zoo.entries import ENTRIES, Entry, find


def build(entry: Entry, shelf_folder: Path) -> Verdict:
    """Train one encoder, judge it, and write its files if it is good enough.

    Args:
        entry: Which.
        shelf_folder: Where the files go.

    Returns:
        How it did; where it is not better, nothing was written.
    """
    dataset = make(entry.recipe["inputs"]["dataset"])
    run, snapshots = train(entry, dataset)
    verdict = judge(entry.beats, run, snapshots[0], dataset)
    if verdict.better:
        shelf_folder.mkdir(parents=True, exist_ok=True)
        for old in shelf_folder.glob(f"{entry.name}.*"):
            old.unlink()
        _keep(entry, run, verdict, shelf.place(entry.name, shelf=shelf_folder))
        for snapshot in snapshots if entry.snapshots else []:
            step = snapshot.meta["run"]["step"]
            _keep(entry, snapshot, verdict, shelf.place(entry.name, step, shelf_folder))
    return verdict


def make(recipe: dict[str, Any]) -> Result:
    """Run a nested recipe by plain calls."""
    inputs = {name: make(each) for name, each in recipe.get("inputs", {}).items()}
    method = registry.find(recipe["kind"], recipe["method"])
    return method.call(Context.local(recipe.get("seed", 0)), recipe.get("params", {}), inputs)


def train(entry: Entry, dataset: Result) -> tuple[Result, list[Result]]:
    """Train an entry's encoder.

    Returns:
        The encoder and its snapshots, in the order of their steps; all with weights of half
        precision, as they are kept.
    """
    recipe = entry.recipe
    folder = temporary_folder()
    area = _Siblings(folder)
    context = Context(
        area,
        Silent(),
        seed=recipe.get("seed", 0),
        work=folder / "work",
        publish=area.publish,
        recipe={**recipe, "inputs": {}, "version": 1, "seed": recipe.get("seed", 0)},
    )
    context.work.mkdir()
    method = registry.find(recipe["kind"], recipe["method"])
    run = method.call(context, recipe["params"], {"dataset": dataset})
    snapshots = [result for _, result in area.published]
    for each in (run, *snapshots):
        path = each.file(WEIGHTS)
        save_file({name: shelved.kept(w) for name, w in load_file(path).items()}, path)
    return run, snapshots


class _Siblings(PlainFolder):
    """A plain folder that keeps the weights of snapshots, which a run writes over each other."""

    def publish(self, recipe: Recipe, result: Result) -> str:
        """Keep what a method published beside its result."""
        own = self.path(f"snapshot.{len(self.published)}.safetensors")
        own.write_bytes(result.file(WEIGHTS).read_bytes())
        return super().publish(
            recipe, Result(result.arrays, result.meta, result.metrics, {WEIGHTS: own})
        )


def _keep(entry: Entry, run: Result, verdict: Verdict, path: Path) -> None:
    card = shelf.Card(entry.title, entry.recipe, verdict.as_json(), run.meta, run.metrics)
    weights = {
        name: weight
        for name, weight in load_file(run.file(WEIGHTS)).items()
        if not name.startswith(entry.unneeded)
    }
    shelved.write(path, card, weights, run.arrays)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the encoders that are named, or all; returns the exit status."""
    parser = argparse.ArgumentParser(prog="repscope zoo build", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which (all)")
    parser.add_argument("--out", type=Path, default=shelf.folder(), help="folder of the files")
    options = parser.parse_args(arguments)
    try:
        entries = [find(name) for name in options.names] or ENTRIES
    except KeyError as error:
        parser.error(error.args[0])
    good = True
    for entry in entries:
        sys.stdout.write(f"{entry.name} ... ")
        sys.stdout.flush()
        try:
            verdict = build(entry, options.out)
        except RepscopeError as error:
            sys.stdout.write(f"{error.message}\n")
            good = False
            continue
        others = ", ".join(f"{name} {value:.4f}" for name, value in verdict.others.items())
        kept = "kept" if verdict.better else "not kept, since it is not better"
        sys.stdout.write(f"{verdict.measure} {verdict.own:.4f} ({others}): {kept}\n")
        sys.stdout.flush()
        good = good and verdict.better
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
