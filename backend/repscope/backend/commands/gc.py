"""`repscope gc`: what may go, and on demand its removal."""

import argparse
import sys
from typing import TYPE_CHECKING

from repscope.backend.commands.options import (
    BadSetting,
    Commands,
    add_command,
    add_data,
    print_table,
    settings_of,
)

if TYPE_CHECKING:
    from repscope.core.garbage import Waste

#: Lines of one kind that are printed; the rest is summed up.
_LINES = 20
_TITLES = {
    "staging": "unfinished",
    "work": "scratch folders",
    "artifact": "artifacts",
    "upload": "uploads",
    "job": "job rows",
    "history": "job histories",
}


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = add_command(
        commands,
        "gc",
        run,
        "list what may go, and remove it with --delete",
        "List what may go: leftovers of crashes, scratch folders of ended jobs, old rows of the "
        "job table, artifacts that nobody asked for of late, that can be made again, and on "
        "which nothing stands that somebody asked for, and uploads of which nothing was made. What "
        "was trained, named or made of an upload stays. "
        "Nothing is removed without --delete. A server may run meanwhile.",
    )
    add_data(parser)
    parser.add_argument(
        "--days",
        type=float,
        default=30.0,
        metavar="N",
        help="what was asked for within N days stays (%(default)g)",
    )
    parser.add_argument("--delete", action="store_true", help="remove it")


def run(options: argparse.Namespace) -> int:
    """List, and on demand remove.

    Raises:
        BadSetting: The days are no number from 0 on.
    """
    from repscope.core.garbage import Garbage
    from repscope.core.jobs import Database
    from repscope.core.space import in_words

    if not 0 <= options.days < float("inf"):
        raise BadSetting("--days takes a number from 0 on.")
    settings = settings_of(options)
    if not settings.data.is_dir():
        sys.stdout.write(f"Nothing may go: there is no {settings.data}.\n")
        return 0
    database = Database(settings.database)
    try:
        garbage = Garbage(settings, database, options.days)
        found = garbage.find()
        if not found:
            sys.stdout.write("Nothing may go.\n")
            return 0
        if not options.delete:
            _show(found)
            sys.stdout.write("\nNothing was removed; --delete does it.\n")
            return 0
        gone = [waste for waste in found if garbage.remove(waste)]
    finally:
        database.close()
    _show(gone)
    freed = in_words(sum(waste.bytes for waste in gone))
    kept = len(found) - len(gone)
    spared = f" {kept} stayed, since somebody asked for them meanwhile." if kept else ""
    sys.stdout.write(f"\n{len(gone)} removed, {freed} freed.{spared}\n")
    return 0


def _show(found: "list[Waste]") -> None:
    """Print the largest of each kind, and their sum."""
    from repscope.core.space import in_words

    rows: list[tuple[str, ...]] = []
    for kind, title in _TITLES.items():
        those = sorted((w for w in found if w.kind == kind), key=lambda w: -w.bytes)
        for waste in those[:_LINES]:
            size = in_words(waste.bytes) if waste.bytes else ""
            rows.append((title, waste.name, size, waste.about, waste.why))
        if rest := those[_LINES:]:
            size = in_words(sum(waste.bytes for waste in rest))
            rows.append((title, f"and {len(rest)} more", size, "", ""))
    print_table(("WHAT", "NAME", "SIZE", "OF", "WHY"), rows)
    total = in_words(sum(waste.bytes for waste in found))
    sys.stdout.write(f"\nTogether {len(found)}, {total}.\n")
