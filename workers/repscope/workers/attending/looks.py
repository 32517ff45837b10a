"""The last looks into networks, kept so that a question about one patch needs no other pass."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any

import torch

from repscope.core.images import images_of
from repscope.workers.attending.look import Look, look
from repscope.workers.attending.models import Model, Weights, load
from repscope.workers.context import Readable

#: A and B, each trained and with random weights, and what was looked at just before.
_KEPT = 6


class Looks:
    """Looks by what they are into."""

    def __init__(self) -> None:
        """Begin with none."""
        self._looks: OrderedDict[tuple[Any, ...], tuple[Look, Readable, Model]] = OrderedDict()
        self._lock = Lock()

    def at(
        self,
        dataset: Readable,
        encoder: Readable,
        rows: Sequence[int],
        block: int | None,
        device: str,
        weights: Weights = "trained",
        seed: int = 0,
    ) -> tuple[Model, Look]:
        """Look at images, or return what was seen of them before.

        Args:
            dataset: Where the images are.
            encoder: The network.
            rows: Of the images, all there.
            block: Whose tokens are wanted, the last by default.
            device: `cpu` or `cuda`.
            weights: The network's own, or random ones.
            seed: Draws random ones.

        Raises:
            InvalidRecipe: Nothing can be seen, or there is no such block.
        """
        model = load(encoder, device, weights, seed)
        # What has no name of its own is kept, so that nothing else takes its place in memory.
        source = getattr(dataset, "id", id(dataset))
        key = (source, id(model), tuple(rows))
        with self._lock:
            known = self._looks.get(key)
            if known is None or (len(known[0].names) - 1 if block is None else block) not in (
                known[0].inner
            ):
                images = images_of(dataset)
                given = torch.cat(
                    [model.preprocess(images.array(row)[None], device) for row in rows]
                )
                self._looks[key] = (look(model, given, block), dataset, model)
                while len(self._looks) > _KEPT:
                    self._looks.popitem(last=False)
            self._looks.move_to_end(key)
            return model, self._looks[key][0]
