"""The `repscope` command."""

import argparse
import sys
from collections.abc import Sequence

from repscope.backend.commands import (
    backup,
    dataset,
    doctor,
    encoder,
    gc,
    jobs,
    prefetch,
    serve,
    worker,
    zoo,
)
from repscope.core.errors import RepscopeError
from repscope.core.space import is_full

#: Exit status of a command that Ctrl-C ended, as shells have it.
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    parser = argparse.ArgumentParser(
        prog="repscope",
        description="A microscope for learned representations.",
        epilog="`repscope COMMAND --help` says more. Variables that begin with REPSCOPE_ set what "
        "has no option.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for each in (serve, worker, jobs, dataset, encoder, prefetch, zoo, doctor, gc, backup):
        each.add(commands)
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        status: int = options.run(options)
        return status
    except RepscopeError as error:
        sys.stderr.write(f"repscope: {error.message}\n")
        return 1
    except OSError as error:
        if not is_full(error):
            raise
        sys.stderr.write("repscope: The disk is full; free some space and try again.\n")
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
