"""`python -m repscope.workers.host`: a worker host by itself."""

import argparse
import logging
import os
import platform
import signal
import sys
import threading

from repscope.core.errors import RepscopeError
from repscope.core.logs import set_up_logs
from repscope.core.settings import get_settings
from repscope.workers.host.loop import Host
from repscope.workers.host.priority import give_way


def main() -> int:
    """Work until Ctrl-C, TERM, or the end of standard input when that is the parent's line."""
    parser = argparse.ArgumentParser(prog="python -m repscope.workers.host")
    parser.add_argument("--queues", default="compute,train", help="queues to work for")
    parser.add_argument("--live", action="store_true", help="answer live calls instead of jobs")
    parser.add_argument(
        "--beside",
        action="store_true",
        help="give way to others: low priority, one processor left free, a runner on demand",
    )
    parser.add_argument("--name", help="unique among living hosts")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    arguments = parser.parse_args()
    settings = get_settings()
    set_up_logs(settings)
    queues = ["live"] if arguments.live else arguments.queues.split(",")
    name = arguments.name or f"{platform.node()}-{os.getpid()}"
    if arguments.beside:
        give_way()
    host = Host(name, queues, settings, on_demand=arguments.beside)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: host.stop())
    if arguments.with_parent:
        threading.Thread(target=_stop_with_parent, args=(host,), daemon=True).start()
    try:
        host.run()
    except RepscopeError as error:
        logging.getLogger(__name__).error("%s", error)
        return 1
    return 0


def _stop_with_parent(host: Host) -> None:
    while os.read(0, 4096):
        pass
    host.stop()


if __name__ == "__main__":
    sys.exit(main())
