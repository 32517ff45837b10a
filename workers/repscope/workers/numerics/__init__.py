"""The numerical engines, as plain functions on NumPy arrays.

Each is callable from a notebook and knows nothing of jobs, recipes or the web:

- `knn`: exact and approximate nearest neighbors.
- `tsne`, `umap`: maps made from one shared neighbor graph.
- `quality`: how far to trust a map.
- `warm`: compiles every kernel once; numba keeps the machine code in `NUMBA_CACHE_DIR`.

The same seed gives the same result to the last bit at any number of threads: work is cut into fixed
blocks, and what blocks add up is summed in a fixed order. The process that compiles a kernel may
round otherwise than all those that find it compiled.
"""

import os

# Threads of numba's OpenMP layer wait for each other many times a millisecond. By default they spin
# for long, and where several processes share the cores a spinning thread keeps the one it waits for
# from running: a map took thirty times as long. OpenMP reads this when numba starts its first
# parallel kernel.
os.environ.setdefault("GOMP_SPINCOUNT", "20000")
