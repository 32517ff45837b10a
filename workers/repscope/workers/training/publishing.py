"""What a training makes: its own artifact and, on the way, the snapshots beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors.torch import save_file

from repscope.core.recipes import Recipe, normalized_id
from repscope.workers.context import Result
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.training.watch import Measured, Watch

if TYPE_CHECKING:
    from repscope.workers.training.loop import Run

WEIGHTS = "weights.safetensors"


class Publisher:
    """Measures a run's encoder, describes it, and publishes it."""

    def __init__(self, run: Run, name: str, watch: Watch) -> None:
        """Publish for a run.

        Args:
            run: The training.
            name: Name of its objective.
            watch: Measures its encoder.
        """
        self._run = run
        self._name = name
        self._watch = watch
        self.snapshots: list[dict[str, Any]] = []

    def publish(self, *, early: bool = False) -> None:
        """Publish the encoder as it stands, as the same recipe with `stop_at`.

        Args:
            early: Because somebody does not want to wait for the rest.
        """
        context, step = self._run.context, self._run.clock.step
        measured = self._measure(step)
        if context.recipe is not None:
            result = self._result(measured, context.work / WEIGHTS)
            if early:
                context.finish_early(result, step)
            else:
                recipe = Recipe.model_validate(context.recipe)
                recipe.params["stop_at"] = step
                context.publish(recipe, result)
        context.event("snapshot", self.snapshots[-1])
        self._run.history.pause()

    def final(self) -> Result:
        """Return the encoder as the result of the run itself."""
        measured = self._measure(self._run.params.stop_at)
        self._run.history.tell()
        result = self._result(measured, self._run.context.path(WEIGHTS))
        self._run.context.event("snapshot", self.snapshots[-1])
        return result

    def _measure(self, stop_at: int | None) -> Measured:
        """Measure the encoder and add a line to the list of snapshots."""
        run, clock = self._run, self._run.clock
        run.history.read()
        measured = self._watch.measure(run.objective)
        line = {
            "id": _id(run.context.recipe, stop_at),
            "step": clock.step,
            "epoch": clock.epoch,
            "loss": run.history.loss,
            "knn": measured.knn,
            "health": measured.health.as_json(),
        }
        self.snapshots = [each for each in self.snapshots if each["step"] < clock.step] + [line]
        return measured

    def _result(self, measured: Measured, weights: Path) -> Result:
        run = self._run
        objective, data, clock = run.objective, run.data, run.clock
        encoder, facts = objective.encoder, data.facts
        published = {name: each.contiguous().cpu() for name, each in objective.published().items()}
        save_file(published, weights)
        samples, described = self._watch.samples(objective)
        preprocess = Preprocess(facts.image_size, facts.channels, facts.mean, facts.std)
        meta = {
            **objective.description(),
            "preprocess": preprocess.as_json(),
            "layers": [{"name": name, "width": width} for name, width in encoder.layers],
            "objective": self._name,
            "params": run.params.model_dump(mode="json"),
            "classes": facts.classes,
            "run": {
                "step": clock.step,
                "steps": clock.steps,
                "epoch": clock.epoch,
                "epochs": run.params.epochs,
                "steps_per_epoch": clock.steps_per_epoch,
                "images_seen": clock.step * run.batch_size,
                "seconds": round(run.elapsed, 2),
                "device": run.context.device,
                "precision": run.params.precision,
                "accumulate": run.accumulate,
                "rows": {"train": len(data.train), "held_out": len(data.held_out)},
                "planned": run.planned,
                "snapshots": self.snapshots,
            },
            "samples": described,
        }
        health = measured.health
        metrics = {
            "parameters": float(sum(each.numel() for each in encoder.parameters())),
            "std": health.std,
            "effective_rank": health.effective_rank,
            "alignment": health.alignment,
            "uniformity": health.uniformity,
        }
        if run.history.loss is not None:
            metrics["loss"] = run.history.loss
        if measured.knn is not None:
            metrics["knn"] = measured.knn
        arrays = {**run.history.arrays(), "held_out": data.held_out, "samples": samples}
        return Result(arrays, meta, metrics, {WEIGHTS: weights})


def _id(recipe: dict[str, Any] | None, stop_at: int | None) -> str | None:
    """Return the id of a run's artifact that stops at a step; a plain call has none."""
    if recipe is None:
        return None
    return normalized_id({**recipe, "params": {**recipe["params"], "stop_at": stop_at}})
