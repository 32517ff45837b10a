"""`repscope serve`: the server, with its workers when embedded."""

import argparse

from repscope.backend.commands.options import Commands, add_command, add_data, settings_of
from repscope.backend.interrupt import interruptible


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = add_command(
        commands,
        "serve",
        run,
        "start Repscope and open it in a browser",
        "Start Repscope, with everything it needs, and open it in a browser. Ctrl-C ends it. With "
        "REPSCOPE_REDIS_URL it starts the server alone; `repscope worker` starts its workers.",
    )
    parser.add_argument("--port", type=int, help="port to listen on (8000; 0 takes a free one)")
    parser.add_argument("--host", help="address to listen on (127.0.0.1; others demand a token)")
    add_data(parser)
    parser.add_argument("--workers", type=int, metavar="N", help="how many jobs run at once (1)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    with interruptible() as interrupted:
        from repscope.backend.serve import serve

        settings = settings_of(options, "port", "host", "workers")
        if not interrupted.is_set():
            serve(settings, interrupted, browser=not options.no_browser)
    return 0
