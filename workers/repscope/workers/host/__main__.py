"""`python -m repscope.workers.host`: a worker host by itself."""

import argparse
import os
import platform
import sys

from repscope.core.logs import set_up_logs
from repscope.core.settings import get_settings
from repscope.workers.host.loop import Host
from repscope.workers.host.together import work


def main() -> int:
    """Work until Ctrl-C or TERM."""
    parser = argparse.ArgumentParser(prog="python -m repscope.workers.host")
    parser.add_argument("--queues", default="compute,train", help="queues to work for")
    parser.add_argument("--name", help="unique among living hosts")
    arguments = parser.parse_args()
    settings = get_settings()
    set_up_logs(settings)
    name = arguments.name or f"{platform.node()}-{os.getpid()}"
    return work([Host(name, arguments.queues.split(","), settings)])


if __name__ == "__main__":
    sys.exit(main())
