"""`python -m repscope.workers.runner.warm_up PARENT`: compile the numerical engines beforehand.

The first t-SNE on a machine would otherwise wait for the compiler. The machine code lies in the
data folder; once it is there, this ends within seconds.
"""

import os
import sys

from repscope.core.errors import Conflict
from repscope.core.locks import FolderLock
from repscope.core.settings import Settings, get_settings
from repscope.workers.runner.parent import die_with_parent

#: It must not slow down what a person waits for.
_NICENESS = 19


def keep_machine_code(settings: Settings) -> None:
    """Tell numba where to keep what it compiles; before numba is imported."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(settings.machine_code))


def main() -> None:
    """Compile everything, unless another process is at it."""
    die_with_parent(int(sys.argv[1]))
    os.nice(_NICENESS)
    settings = get_settings()
    keep_machine_code(settings)
    try:
        with FolderLock(settings.machine_code):
            from repscope.workers.numerics.warm import warm

            warm()
    except Conflict:
        return


if __name__ == "__main__":
    main()
