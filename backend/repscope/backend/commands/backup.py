"""`repscope backup` and `repscope restore`."""

import argparse
import sys
import time
from pathlib import Path

from repscope.backend.commands.options import (
    Commands,
    add_command,
    add_data,
    counter,
    settings_of,
)


def add(commands: Commands) -> None:
    """Describe both commands."""
    parser = add_command(
        commands,
        "backup",
        run_backup,
        "copy everything that was made into one folder or file",
        "Copy the artifacts, uploads, the job table and your plugins into a folder or a .tar "
        "file, while the server runs. A second one into the same folder copies only what is new.",
    )
    parser.add_argument("target", type=Path, metavar="TARGET", help="a folder, or NAME.tar")
    add_data(parser)
    parser = add_command(
        commands,
        "restore",
        run_restore,
        "put a backup into an empty data folder and database",
        "Put a backup into an empty data folder and an empty database (REPSCOPE_DATABASE_URL, or "
        "SQLite in the folder). Every artifact is compared with its checksums. Jobs that ran "
        "during the backup begin again with the next server.",
    )
    parser.add_argument("source", type=Path, metavar="SOURCE", help="what `backup` wrote")
    add_data(parser)


def run_backup(options: argparse.Namespace) -> int:
    """Write a backup; the exit status is 1 when damaged artifacts had to be left out."""
    from repscope.core.backup import back_up

    label = back_up(settings_of(options), options.target.absolute(), counter("Artifacts"))
    sys.stdout.write(
        f"{label.artifacts:,} artifacts, {label.uploads:,} uploads and {label.rows:,} rows are in "
        f"{options.target}.\n"
    )
    for name in label.damaged:
        sys.stdout.write(f"Left out since it is damaged: {name}; see `repscope doctor`.\n")
    return 1 if label.damaged else 0


def run_restore(options: argparse.Namespace) -> int:
    """Put a backup back."""
    from repscope.core.backup import restore

    settings = settings_of(options)
    label = restore(options.source.absolute(), settings, counter("Artifacts"))
    taken = time.strftime("%Y-%m-%d %H:%M", time.localtime(label.created))
    sys.stdout.write(
        f"{label.artifacts:,} artifacts, {label.uploads:,} uploads and {label.rows:,} rows of "
        f"{taken} are in {settings.data}; start the server there.\n"
    )
    return 0
