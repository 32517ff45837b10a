"""The threads of a runner: a slider stays quick while something trains for hours."""

import os

#: Where libraries look for the number of their threads when they are loaded.
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


def environment_beside() -> dict[str, str]:
    """Return the environment of a runner that leaves others a processor."""
    return os.environ | _threads(processors() - 1)


def environment_of_live_calls() -> dict[str, str]:
    """Return the environment of a runner of live calls: its libraries use half of the processors.

    The threads of a matrix product wait for the slowest of them, and one that shares its processor
    with a training is slow: a picture of 18 ms in one thread took 150 ms in two.
    """
    return os.environ | _threads(processors() // 2)


def _threads(number: int) -> dict[str, str]:
    """Return what is to be set for so many threads, where nobody has set it."""
    return {name: str(max(1, number)) for name in _THREADS if name not in os.environ}


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # macOS has none
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
