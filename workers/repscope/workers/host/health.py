"""`python -m repscope.workers.host.health QUEUE`: whether a host of this machine serves a queue.

The job table knows: a host signs it every few seconds, once its runner has loaded everything. A
worker that answers its broker while its host hangs is not well, and one whose broker is away is.
"""

import argparse
import platform
import sys

from repscope.core.errors import RepscopeError
from repscope.core.jobs.database import Database
from repscope.core.jobs.workers import WorkerTable
from repscope.core.settings import get_settings


def main() -> int:
    """Print which hosts serve the queue; the exit status is 1 when none does."""
    parser = argparse.ArgumentParser(prog="python -m repscope.workers.host.health")
    parser.add_argument("queue", help="compute, train or live")
    queue = parser.parse_args().queue
    settings = get_settings()
    try:
        database = Database(settings.database)
        hosts = WorkerTable(database).alive(within=settings.lease_seconds)
        database.close()
    except RepscopeError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    ready = [
        host.id
        for host in hosts
        if host.host == platform.node() and queue in host.queues and host.state != "starting"
    ]
    sys.stdout.write(f"{', '.join(ready) or 'No host'} on this machine serves '{queue}'.\n")
    return 0 if ready else 1


if __name__ == "__main__":
    sys.exit(main())
