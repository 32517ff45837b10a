"""Decoders on all cores."""

import queue
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Self, TypeVar

from repscope.workers.datasets.decoder import Decoder
from repscope.workers.datasets.pooling import cores, in_order

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Decoders:
    """As many decoders as there are cores; use it as a context manager."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._all = [Decoder() for _ in range(cores())]
        # The last one used comes first: a single photo starts a single child.
        self._idle: queue.LifoQueue[Decoder] = queue.LifoQueue()
        for decoder in self._all:
            self._idle.put(decoder)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all of them."""
        for decoder in self._all:
            decoder.close()

    @contextmanager
    def idle(self) -> Iterator[Decoder]:
        """Borrow one; there are as many as `in_order` has threads."""
        decoder = self._idle.get()
        try:
            yield decoder
        finally:
            self._idle.put(decoder)

    def in_order(self, do: Callable[[Item], Outcome], items: Iterable[Item]) -> Iterator[Outcome]:
        """Yield what `do` makes of each item, in the order of the items; see `pooling.in_order`."""
        return in_order(do, items, len(self._all))
