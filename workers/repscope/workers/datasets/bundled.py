"""The images that come with scikit-learn, read without importing it.

Importing scikit-learn takes seconds, reading a file of its package takes none, and the first map
should not wait.
"""

from importlib.util import find_spec
from pathlib import Path

from repscope.core.errors import MethodFailed


def bundled_file(*parts: str) -> Path:
    """Return the path of a file in scikit-learn's `datasets` folder.

    Raises:
        MethodFailed: When this scikit-learn does not have it.
    """
    spec = find_spec("sklearn")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    path = folder.joinpath("datasets", *parts) if folder else None
    if path is None or not path.is_file():
        raise MethodFailed(
            f"scikit-learn's file {'/'.join(parts)} is missing; install scikit-learn again."
        )
    return path
