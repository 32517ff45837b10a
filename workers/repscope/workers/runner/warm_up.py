"""`python -m repscope.workers.runner.warm_up PARENT`: compile the numerical engines beforehand.

The first t-SNE on a machine would otherwise wait for the compiler. numba keeps the machine code
beside the sources, or in the user's cache where these cannot be written; once it is there, this
ends within seconds.
"""

import sys

from repscope.core.errors import Conflict
from repscope.core.locks import FolderLock
from repscope.core.settings import get_settings
from repscope.workers.runner.parent import die_with_parent
from repscope.workers.runner.priority import give_way


def main() -> None:
    """Compile everything, unless another process is at it."""
    die_with_parent(int(sys.argv[1]))
    give_way()  # it must not slow down what a person waits for
    try:
        with FolderLock(get_settings().run / "warm-up"):
            from repscope.workers.numerics.warm import warm

            warm()
    except Conflict:
        return


if __name__ == "__main__":
    main()
