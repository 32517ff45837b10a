"""`python -m repscope.workers.host.embedded`: every host that a server by itself needs.

A host waits most of its life, so they share one process; what works are the runners beside them.
"""

import os
import sys
import threading

from repscope.core.logs import set_up_logs
from repscope.core.settings import Settings, get_settings
from repscope.workers.host.loop import Host
from repscope.workers.host.together import work


def main() -> int:
    """Work until TERM, or the end of standard input, which is the server's line."""
    settings = get_settings()
    set_up_logs(settings)
    hosts = embedded_hosts(settings)
    threading.Thread(target=_stop_with_server, args=(hosts,), daemon=True).start()
    return work(hosts)


def embedded_hosts(settings: Settings) -> list[Host]:
    """Return `settings.workers` hosts for jobs, one for live calls, and one for training.

    A training takes hours; beside it maps and live calls go on.
    """
    return [
        Host("live", ["live"], settings),
        *(Host(f"worker-{i + 1}", ["compute"], settings) for i in range(settings.workers)),
        Host("train", ["train"], settings, beside=True),
    ]


def _stop_with_server(hosts: list[Host]) -> None:
    while os.read(0, 4096):
        pass
    for host in hosts:
        host.stop()


if __name__ == "__main__":
    sys.exit(main())
