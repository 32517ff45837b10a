"""numba, whose threads leave those of other libraries alone."""

import os

# One variable says how many threads a process may have; numba would start as many as there are
# processors, and set that number for torch too.
_told = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
if _told.isdigit() and int(_told) > 0:
    os.environ.setdefault("NUMBA_NUM_THREADS", _told)

import numba as nb  # noqa: E402, TID251
from threadpoolctl import ThreadpoolController  # noqa: E402

__all__ = ["nb"]


def _start_threads() -> None:
    """Start numba's threads without loops within loops.

    numba tells OpenMP that loops of threads may have such loops inside, in every library: each
    matrix product of torch's attention then started threads of its own, and a look into a small
    network took four times as long.
    """
    nb.get_num_threads()  # starts them
    for library in ThreadpoolController().select(user_api="openmp").lib_controllers:
        library.dynlib.omp_set_max_active_levels(1)


_start_threads()
