"""The `repscope` command."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from repscope.core.errors import RepscopeError
from repscope.core.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        return _serve(options)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        return _refuse(f"The setting '{name}' does not fit: {first['msg']}.")
    except RepscopeError as error:
        return _refuse(error.message)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="repscope", description="A microscope for learned representations."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    serve = commands.add_parser(
        "serve",
        help="start Repscope and open it in a browser",
        description="Start Repscope, with everything it needs, and open it in a browser. "
        "Ctrl-C ends it.",
    )
    serve.add_argument("--port", type=int, help="port to listen on (8000; 0 takes a free one)")
    serve.add_argument("--host", help="address to listen on (127.0.0.1; loopback only)")
    serve.add_argument("--data", type=Path, metavar="DIR", help="folder that holds all data")
    serve.add_argument("--workers", type=int, metavar="N", help="how many jobs run at once (1)")
    serve.add_argument("--no-browser", action="store_true", help="do not open a browser")
    return parser


def _serve(options: argparse.Namespace) -> int:
    # Here, so that `repscope --help` answers at once.
    from repscope.backend.serve import serve

    given = {name: getattr(options, name) for name in ("port", "host", "data", "workers")}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    settings = settings.model_copy(update={"data": settings.data.expanduser().absolute()})
    serve(settings, browser=not options.no_browser)
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"repscope: {sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
