"""Working beside others on one machine: a slider stays quick while something trains for hours."""

import os

#: Of 19; the system gives such a process what others leave.
_NICENESS = 10
#: Where libraries look for the number of their threads when they are loaded.
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


def give_way() -> None:
    """Let this process, and the runners that it starts, leave others time and a processor."""
    os.nice(_NICENESS)
    threads = str(max(1, processors() - 1))
    for name in _THREADS:
        os.environ.setdefault(name, threads)


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # macOS has none
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
