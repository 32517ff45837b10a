"""How much memory the processes of a running Repscope take at most."""

import contextlib
import threading
from collections.abc import Iterator

import psutil

#: What a process is, by a word of its command line.
_ROLES = {
    "repscope.workers.datasets.decoder": "decoder",
    "repscope.workers.runner": "runner",
    "repscope.workers.host.embedded": "hosts",
    "serve": "server",
}
_SECONDS = 0.2


class Peaks:
    """The most memory of each sort of process, in MB, without the pages of mapped files.

    Pages of mapped files are the disk's cache: the system takes them back when it needs them.
    """

    def __init__(self, pid: int) -> None:
        """Watch a process and all that it starts."""
        self._root = psutil.Process(pid)
        self._most: dict[str, float] = {}

    def look(self) -> None:
        """Look once."""
        for process in [self._root, *self._root.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                words = process.cmdline()
                role = next((name for word, name in _ROLES.items() if word in words), None)
                if role is None:
                    continue
                memory = process.memory_info()
                own = (memory.rss - getattr(memory, "shared", 0)) / 1e6
                self._most[role] = max(self._most.get(role, 0.0), own)

    def as_json(self) -> dict[str, float]:
        """Return the peaks by sort of process."""
        return {role: round(most) for role, most in sorted(self._most.items())}


@contextlib.contextmanager
def watched(pid: int) -> Iterator[Peaks]:
    """Watch a process and all that it starts while the block runs."""
    peaks, ended = Peaks(pid), threading.Event()

    def watch() -> None:
        while not ended.wait(_SECONDS):
            peaks.look()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        ended.set()
        thread.join()
