"""One server per data folder."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from repscope.core.errors import Conflict


class FolderLock:
    """An exclusive lock on a data folder, freed by the system when its holder dies.

    Use it as a context manager. The lock file tells who holds it.
    """

    def __init__(self, folder: Path) -> None:
        """Lock `folder`, which is made when absent."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "lock"
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            Conflict: Another process has it.
        """
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 300).decode(errors="replace").strip()
            os.close(descriptor)
            raise Conflict(
                f"Repscope already runs on the data folder {self._path.parent}"
                + (f" ({holder})" if holder else "")
                + ". Use that one, stop it, or give another folder with --data."
            ) from None
        self._descriptor = descriptor
        self.note(f"process {os.getpid()}")
        return self

    def note(self, text: str) -> None:
        """Write who holds the lock, for the error of whoever comes second."""
        assert self._descriptor is not None, "the lock is not held"
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Free the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
