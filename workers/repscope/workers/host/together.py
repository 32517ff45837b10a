"""The hosts of one process: each on a thread, until one of them fails or all shall end."""

import logging
import signal
import threading
from collections.abc import Sequence

from repscope.core.errors import RepscopeError
from repscope.workers.host.loop import Host

log = logging.getLogger(__name__)

#: Seconds between looks for a signal: one that another thread was given does not end a wait.
_LOOK = 0.5


def work(hosts: Sequence[Host]) -> int:
    """Let hosts work until Ctrl-C, TERM, or somebody stops them.

    Returns:
        Exit status: 1 when a host failed. The others stop then too, since whoever started the
        process starts it again, and a process of which a part is gone only seems to work.
    """
    failed = threading.Event()

    def stop(*_: object) -> None:
        for host in hosts:
            host.stop()

    def run(host: Host) -> None:
        try:
            host.run()
        except Exception as error:
            # What says by itself what to do needs no traceback.
            trace = None if isinstance(error, RepscopeError) else error
            log.error("the worker host %s failed: %s", host.name, error, exc_info=trace)
            failed.set()
            stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    threads = [threading.Thread(target=run, args=(host,), name=host.name) for host in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(_LOOK)
    return int(failed.is_set())
