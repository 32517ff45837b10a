"""Doing the same to many items on all cores, results in order, few of them in memory."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

#: Most threads, however many cores there are: what they do has memory of its own.
_MOST = 8


def cores() -> int:
    """Return how many threads are worthwhile here."""
    return max(1, min(_MOST, os.cpu_count() or 1))


def in_order(
    do: Callable[[Item], Outcome], items: Iterable[Item], threads: int
) -> Iterator[Outcome]:
    """Yield what `do` makes of each item, in the order of the items.

    At most one item more than there are threads is in work or waits to be taken. An error of `do`
    comes out in its item's turn; who stops early ends the rest.

    Args:
        do: Runs in a thread; what it waits for must let go of the interpreter.
        items: Any number.
        threads: How many are worked on at a time.
    """
    pending: deque[Future[Outcome]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for item in items:
                pending.append(pool.submit(do, item))
                if len(pending) > threads:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
