"""`repscope worker`: a worker by itself, for servers.

The worker takes the place of this process. The server's side never loads the workers' code, so
they are named here by their modules alone.
"""

import argparse
import os
import sys

from repscope.backend.commands.options import (
    BadSetting,
    Commands,
    add_command,
    add_data,
    settings_of,
)
from repscope.core.broker import JOB_QUEUES, LIVE_QUEUE


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = add_command(
        commands,
        "worker",
        run,
        "start one more worker",
        "Start one worker for the server on the same data folder and database. With "
        "REPSCOPE_REDIS_URL it is a Celery worker, otherwise a plain process that looks into the "
        "job table, which the next `repscope serve` on this folder and machine ends. Ctrl-C gives "
        "its job back and ends it.",
    )
    parser.add_argument(
        "--queues",
        default=",".join(JOB_QUEUES),
        metavar="NAMES",
        help=f"what it works on: {', '.join(JOB_QUEUES)}, several with commas between; or "
        f"{LIVE_QUEUE} alone (default: %(default)s)",
    )
    parser.add_argument("--name", help="unique among living workers (machine and process)")
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Become a worker.

    Raises:
        BadSetting: There are no such queues.
    """
    settings = settings_of(options)
    queues = [name.strip() for name in options.queues.split(",")]
    if queues != [LIVE_QUEUE] and not set(queues) <= set(JOB_QUEUES):
        raise BadSetting(
            f"A worker serves {' or '.join(JOB_QUEUES)} or both, or {LIVE_QUEUE} alone, "
            f"not '{options.queues}'."
        )
    if settings.redis_url is None and queues == [LIVE_QUEUE]:
        raise BadSetting(
            "Without REPSCOPE_REDIS_URL `repscope serve` answers live calls by itself; "
            "a worker beside it serves jobs."
        )
    command = celery_command if settings.redis_url is not None else host_command
    os.environ["REPSCOPE_DATA"] = str(settings.data)
    # A file in the current folder must not stand in for a library of the same name.
    os.environ["PYTHONSAFEPATH"] = "1"
    sys.stdout.flush()
    words = [sys.executable, *command(queues, options.name, settings.log_level)]
    os.execv(words[0], words)


def celery_command(queues: list[str], name: str | None, log_level: str) -> list[str]:
    """Return what Python runs for a worker of Celery."""
    return [
        *("-m", "celery", "--app=repscope.workers.app", "worker"),
        # The host works on a thread, so one process takes wake-ups; nobody needs to hear of peers.
        *("--pool=solo", "--without-gossip", "--without-mingle"),
        f"--queues={','.join(queues)}",
        f"--hostname={name or f'{queues[0]}-{os.getpid()}'}@%h",
        f"--loglevel={log_level}",
    ]


def host_command(queues: list[str], name: str | None, _log_level: str) -> list[str]:
    """Return what Python runs for a worker that looks into the job table by itself."""
    named = ["--name", name] if name else []
    return ["-m", "repscope.workers.host", "--queues", ",".join(queues), *named]
