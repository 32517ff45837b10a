"""What commands have in common: options, settings, progress, tables."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from repscope.core.errors import RepscopeError

if TYPE_CHECKING:
    from repscope.client import Client
    from repscope.core.settings import Settings

#: The parser's object to which commands are added.
Commands = Any


class BadSetting(RepscopeError):
    """An option or a variable has a value that it cannot have."""

    code = "bad_setting"


def add_command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int], summary: str, text: str
) -> argparse.ArgumentParser:
    """Describe a command to the parser.

    Args:
        commands: Where to add it.
        name: Its word.
        run: What it does; returns the exit status.
        summary: Half a sentence for the list of commands.
        text: The first paragraph of its help.
    """
    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=text)
    parser.set_defaults(run=run)
    return parser


def add_data(parser: argparse.ArgumentParser) -> None:
    """Let a command be told its data folder."""
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="folder that holds all data (REPSCOPE_DATA)"
    )


def add_url(parser: argparse.ArgumentParser) -> None:
    """Let a command be told which server it talks to."""
    parser.add_argument(
        "--url", help="where the server answers (REPSCOPE_URL, or http://127.0.0.1:8000)"
    )


def client_of(options: argparse.Namespace) -> "Client":
    """Return a client of the server that was named.

    Raises:
        BadSetting: The address is none.
    """
    from repscope.client import Client

    try:
        return Client(options.url)
    except ValueError as error:
        raise BadSetting(str(error)) from None


def settings_of(options: argparse.Namespace, *names: str) -> "Settings":
    """Read the environment, and the options of these names over it.

    Raises:
        BadSetting: A value does not fit.
    """
    from pydantic import ValidationError

    from repscope.core.settings import Settings

    given = {name: getattr(options, name) for name in ("data", *names)}
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        raise BadSetting(f"The setting '{name}' does not fit: {first['msg']}.") from None
    return settings.model_copy(update={"data": settings.data.expanduser().absolute()})


def counter(what: str) -> Callable[[int, int], None] | None:
    """Return what shows how many of how many things are done, where somebody watches."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        sys.stderr.write(f"\r{what}: {done:,} of {total:,}")
        if done == total:
            sys.stderr.write("\n")
        sys.stderr.flush()

    return show


def print_table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print columns, each as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
