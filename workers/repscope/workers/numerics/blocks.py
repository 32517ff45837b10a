"""Fixed blocks of work, and the threads that share them."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Event, Lock
from typing import TypeVar

from threadpoolctl import threadpool_limits

from repscope.workers.numerics.compiled import nb

Task = TypeVar("Task")

Progress = Callable[[float], object]
"""Called with the fraction done, 0 to 1, from the calling thread; cancels by raising."""


def bounds(count: int, size: int) -> list[tuple[int, int]]:
    """Cuts `count` rows into blocks of `size` rows (the last may be shorter).

    The blocks depend on the data alone, never on the number of threads, so that sums over them are
    reproducible.

    Returns:
        Pairs of first row and one past the last row.
    """
    return [(start, min(start + size, count)) for start in range(0, count, size)]


@contextmanager
def at_most(threads: int) -> Iterator[None]:
    """Keeps compiled loops inside the block to few threads, at least one.

    Threads meet after each loop. Where other programs have the cores, the one that comes last lets
    the others wait for milliseconds, so what one thread does in less is done best by one.
    """
    before = nb.get_num_threads()
    nb.set_num_threads(max(1, min(before, threads)))
    try:
        yield
    finally:
        nb.set_num_threads(before)


def share(
    work: Callable[[Task], object],
    tasks: Iterable[Task],
    total: int,
    progress: Progress | None = None,
) -> None:
    """Runs `work` on every task, on as many threads as numba uses.

    Meant for work that releases the lock of the interpreter: matrix products and `nogil` kernels.
    BLAS keeps to one thread meanwhile, for two pools of threads on the same cores slow each other
    down tenfold.

    Args:
        work: called once a task, from any thread, in the order of the tasks.
        tasks: what to do.
        total: number of tasks, for the fraction done.
        progress: called a few times a second.

    Raises:
        Exception: whatever `work` or `progress` raises first; the other threads stop after their
            task.
    """
    queue, lock, stop = iter(tasks), Lock(), Event()
    done = 0

    def loop() -> None:
        nonlocal done
        while not stop.is_set():
            with lock:
                task = next(queue, None)
            if task is None:
                return
            work(task)
            with lock:
                done += 1

    threads = nb.get_num_threads()
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(loop) for _ in range(threads)]
        try:
            pending = set(futures)
            while pending:
                _, pending = wait(pending, timeout=0.1, return_when=FIRST_EXCEPTION)
                if progress is not None:
                    progress(done / max(total, 1))
                if any(future.done() and future.exception() for future in futures):
                    break
        finally:
            stop.set()
    for future in futures:
        future.result()
