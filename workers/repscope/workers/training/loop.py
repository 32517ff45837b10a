"""The training loop: one for all objectives."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from safetensors.torch import load_file

from repscope.core.errors import Cancelled, InvalidRecipe, MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.backbones import configuration
from repscope.workers.encoders.network import build
from repscope.workers.training.checkpoint import Checkpoint
from repscope.workers.training.data import TrainingData, load_data
from repscope.workers.training.history import History
from repscope.workers.training.objective import Batch, Objective, Terms
from repscope.workers.training.optimizer import adamw
from repscope.workers.training.params import ObjectiveParams
from repscope.workers.training.publishing import Publisher
from repscope.workers.training.randomness import own_randomness, random_state, set_random_state
from repscope.workers.training.schedule import Clock, learning_rate, snapshot_steps
from repscope.workers.training.watch import Watch


def train(
    context: Context,
    name: str,
    kind: Callable[..., Objective],
    params: ObjectiveParams,
    dataset: Readable,
    start: Readable | None = None,
) -> Result:
    """Train an encoder and return it.

    A run that was interrupted goes on from its last checkpoint and, on a CPU, ends with the same
    weights to the last bit.

    Args:
        context: Seed, device, and where to report.
        name: Name of the objective.
        kind: Its class.
        params: Its parameters.
        dataset: What to train on.
        start: An encoder whose weights to begin with.

    Raises:
        MethodFailed: The training cannot go on; what was good of it is published.
    """
    with own_randomness(context.seed, context.device):
        data = load_data(context, params, dataset)
        objective = _objective(context, kind, params, data, start)
        return Run(context, name, objective, params, data).go()


class Run:
    """One training, from its first update or its last checkpoint to its end."""

    def __init__(
        self,
        context: Context,
        name: str,
        objective: Objective,
        params: ObjectiveParams,
        data: TrainingData,
    ) -> None:
        """Prepare; `go` trains."""
        self.context = context
        self.objective = objective
        self.params = params
        self.data = data
        self.batch_size = min(params.batch_size, len(data.train))
        per_epoch = len(data.train) // self.batch_size
        self.clock = objective.clock = Clock(0, params.epochs * per_epoch, per_epoch)
        self.optimizer = adamw(objective, params, objective.betas)
        self.trained = [p for group in self.optimizer.param_groups for p in group["params"]]
        self.planned = snapshot_steps(self.clock.steps, params.snapshots)
        self.end = min(params.stop_at if params.stop_at is not None else 2**63, self.clock.steps)
        self.history = History(context, self.clock, self.batch_size)
        self.publisher = Publisher(self, name, Watch(data))
        self.checkpoint = Checkpoint(context)
        self.accumulate = 1
        self.seconds = 0.0
        self._since = time.monotonic()

    def go(self) -> Result:
        """Train to the end; publishes snapshots on the way."""
        self._resume()
        try:
            while self.clock.step < self.end:
                if self.clock.step in self.planned:
                    self.publisher.publish()
                self._update(self._rows())
                self._report()
            return self.publisher.final()
        except FloatingPointError as error:
            raise self._diverged(error) from None
        except Cancelled:
            with suppress(FloatingPointError):
                self._save()  # asked for again, it goes on from here
            raise

    def _update(self, rows: NDArray[Any]) -> None:
        """Change the weights by one batch."""
        rate = learning_rate(self.clock, self.params.learning_rate, self.params.warmup_epochs)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        terms = self._gradients(rows)
        length = torch.nn.utils.clip_grad_norm_(self.trained, self.objective.largest_gradient)
        self.optimizer.step()
        self.clock.step += 1
        self.objective.after_update()
        self.history.add(rate, {**terms, "gradient": length})

    def _gradients(self, rows: NDArray[Any]) -> Terms:
        """Find the gradient of a batch, in parts if it does not fit into memory as a whole."""
        before = random_state(self.context.device)
        while True:
            try:
                return self._accumulated(self.data.batch(rows))
            except torch.OutOfMemoryError:
                if 2 * self.accumulate > len(rows) // 2:
                    raise MethodFailed(
                        "Not even two images fit into the memory; take a smaller backbone or "
                        "smaller images."
                    ) from None
            self.accumulate *= 2
            set_random_state(before, self.context.device)
            torch.cuda.empty_cache()
            self.context.log(
                f"A batch of {len(rows)} images does not fit into the memory: its gradient is "
                f"accumulated over {self.accumulate} parts. What compares images within a batch "
                "sees those of its part alone."
            )

    def _accumulated(self, batch: Batch) -> Terms:
        self.optimizer.zero_grad(set_to_none=True)
        total: Terms = {}
        for part in batch.split(self.accumulate):
            share = len(part) / len(batch)
            with torch.autocast(
                self.context.device, torch.bfloat16, enabled=self.params.precision == "bfloat16"
            ):
                terms = self.objective.loss(part)
            (share * terms["loss"]).backward()
            for name, value in terms.items():
                total[name] = total.get(name, 0.0) + share * value.detach()
        return total

    def _rows(self) -> NDArray[Any]:
        """Return the rows of the next batch; each epoch has an order of its own."""
        epoch, place = divmod(self.clock.step, self.clock.steps_per_epoch)
        order = self.data.order(self.context.seed, epoch)
        return order[place * self.batch_size : (place + 1) * self.batch_size]

    def _report(self) -> None:
        clock, loss = self.clock, self.history.loss
        message = f"epoch {clock.epoch:.1f} of {self.params.epochs}"
        metrics = {} if loss is None else {"loss": loss}
        self.context.progress(min(1.0, clock.step / self.end), message, **metrics)
        if self.context.finishing:
            self.publisher.publish(early=True)
        if self.checkpoint.due:
            self._save()

    def _save(self) -> None:
        self.history.read()  # nothing that is no number gets into a checkpoint
        now = time.monotonic()
        self.seconds, self._since = self.seconds + now - self._since, now
        self.checkpoint.write(
            {
                "step": self.clock.step,
                "objective": self.objective.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "random": random_state(self.context.device),
                "history": self.history.state(),
                "snapshots": self.publisher.snapshots,
                "accumulate": self.accumulate,
                "seconds": self.seconds,
            }
        )

    def _resume(self) -> bool:
        """Go back to the last checkpoint; tells whether there is one."""
        state = self.checkpoint.read()
        if state is None:
            return False
        self.objective.load_state_dict(state["objective"])
        self.optimizer.load_state_dict(state["optimizer"])
        set_random_state(state["random"], self.context.device)
        self.clock.step = state["step"]
        self.history.restore(state["history"])
        self.publisher.snapshots = state["snapshots"]
        self.accumulate, self.seconds = state["accumulate"], state["seconds"]
        self._since = time.monotonic()
        self.context.log(f"Going on from step {self.clock.step:,}.")
        return True

    def _diverged(self, error: FloatingPointError) -> MethodFailed:
        """Publish the last good state and say what happened."""
        if self._resume():
            self.publisher.publish()
        kept = self.publisher.snapshots[-1]["step"]
        return MethodFailed(
            f"The loss is no number any more at step {int(str(error)):,}: the training diverged. "
            f"The encoder of step {kept:,} is kept. Try a smaller learning rate, or a longer "
            "warm-up."
        )

    @property
    def elapsed(self) -> float:
        """Seconds that the training took so far, over all attempts."""
        return self.seconds + time.monotonic() - self._since


def _objective(
    context: Context,
    kind: Callable[..., Objective],
    params: ObjectiveParams,
    data: TrainingData,
    start: Readable | None,
) -> Objective:
    facts = data.facts
    architecture, config = configuration(
        params.backbone, facts.image_size, params.patch_size, facts.channels
    )
    backbone = build(architecture, config)
    backbone.reset(torch.Generator().manual_seed(context.seed))
    objective = kind(backbone, params, facts)
    if objective.needs_labels and not facts.classes:
        raise MethodFailed("This objective learns from labels, and the dataset has none.")
    if start is not None:
        objective.begin_from(load_start(start))
    return objective.to(context.device).train()


def load_start(start: Readable) -> dict[str, torch.Tensor]:
    """Return the weights of an encoder to begin with.

    Raises:
        InvalidRecipe: It has none, as raw pixels.
    """
    if "preprocess" not in start.meta:
        raise InvalidRecipe(
            "The encoder to start from has no weights; give one that is a network.",
            field="inputs.start",
        )
    path: Path = start.file("weights.safetensors")
    return load_file(path)
