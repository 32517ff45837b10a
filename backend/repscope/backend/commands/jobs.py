"""`repscope jobs`: what is being made, seen through the server."""

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

from repscope.backend.commands.options import (
    BadSetting,
    Commands,
    add_command,
    add_url,
    client_of,
    print_table,
)

if TYPE_CHECKING:
    from repscope.client import Client, Job

#: Seconds between two looks of `--watch`.
_LOOK = 1.0
#: Clears a terminal and goes to its first line.
_CLEAR = "\x1b[2J\x1b[H"


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = add_command(
        commands,
        "jobs",
        run,
        "list, cancel or retry jobs of a running server",
        "List the jobs that scripts and this command asked for, newest first; what browsers asked "
        "for is theirs. A job is named by its id, or by the beginning of it.",
    )
    add_url(parser)
    parser.add_argument("--limit", type=int, default=30, help="most to list (%(default)s)")
    parser.add_argument("--watch", action="store_true", help="look again every second")
    parser.add_argument("--json", action="store_true", help="print JSON")
    orders = parser.add_subparsers(dest="order", metavar="ORDER")
    for order, text in (
        ("cancel", "take my wish back: it stops when nobody else wants it"),
        ("retry", "queue a failed or cancelled job again"),
    ):
        orders.add_parser(order, help=text, description=text).add_argument("id", metavar="ID")


def run(options: argparse.Namespace) -> int:
    """List, cancel or retry."""
    client = client_of(options)
    if options.order is None:
        return _list(client, options)
    job = _find(client, options.id)
    job = job.cancel() if options.order == "cancel" else job.retry()
    sys.stdout.write(f"{job.id} '{job.title}' is {_state(job)}.\n")
    return 0


def _list(client: "Client", options: argparse.Namespace) -> int:
    while True:
        jobs = client.jobs(limit=options.limit)
        if options.watch and sys.stdout.isatty():
            sys.stdout.write(_CLEAR)
        if options.json:
            sys.stdout.write(json.dumps([job.document for job in jobs]) + "\n")
        elif jobs:
            head = ("ID", "STATE", "DONE", "WHAT", "MESSAGE")
            print_table(head, [_row(job) for job in jobs])
        else:
            sys.stdout.write("No jobs.\n")
        sys.stdout.flush()
        if not options.watch:
            return 0
        time.sleep(_LOOK)


def _row(job: "Job") -> tuple[str, ...]:
    document = job.document
    done = "" if job.progress is None else f"{job.progress:.0%}"
    error = document["error"]
    message = error["message"] if error else document["message"]
    what = f"{document['kind']}/{document['method']}"
    return (job.id[:12], _state(job), done, what, message)


def _state(job: "Job") -> str:
    position = job.document["position"]
    return job.state if position is None else f"{job.state} ({position})"


def _find(client: "Client", name: str) -> "Job":
    """Find a job by its id or the beginning of it.

    Raises:
        BadSetting: No job, or more than one, begins so.
    """
    if len(name) == 32:
        return client.job(name)
    found = [job for job in client.jobs(limit=500) if job.id.startswith(name)]
    if len(found) != 1:
        count = "No job of yours begins" if not found else f"{len(found)} jobs begin"
        raise BadSetting(f"{count} with '{name}'; `repscope jobs` lists them.")
    return found[0]
