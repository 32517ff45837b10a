import os
import subprocess
import sys

import pytest

REPORT = """
import numpy as np
from threadpoolctl import ThreadpoolController
from repscope.workers.numerics.tsne import affinities

indices = np.array([[1, 2], [2, 0], [0, 1]], np.int32)
affinities(indices, np.ones((3, 2), np.float32), 1.0)
import numba
import torch

libraries = ThreadpoolController().select(user_api="openmp").lib_controllers
depths = {library.dynlib.omp_get_max_active_levels() for library in libraries}
print(numba.get_num_threads(), torch.get_num_threads(), *depths)
"""


@pytest.mark.parametrize(
    ("told", "numbers"),
    [
        ({"OMP_NUM_THREADS": "1"}, "1 1"),
        ({"OMP_NUM_THREADS": "2,4"}, "2 2"),
        ({"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "2"}, "2 2"),
    ],
)
def test_one_number_of_threads_and_no_loops_within_loops(
    told: dict[str, str], numbers: str
) -> None:
    names = ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "MKL_NUM_THREADS")
    rest = {name: value for name, value in os.environ.items() if name not in names}
    told = {**rest, **told}
    command = [sys.executable, "-c", REPORT]
    said = subprocess.run(command, env=told, capture_output=True, text=True, check=True).stdout
    assert said.strip() == f"{numbers} 1"
