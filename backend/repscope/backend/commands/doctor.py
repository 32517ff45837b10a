"""`repscope doctor`: whether everything is well, in words."""

import argparse
import json
import sys

from repscope.backend.commands.options import (
    Commands,
    add_command,
    add_data,
    counter,
    settings_of,
)

_MARKS = {"well": "ok   ", "note": "note ", "wrong": "WRONG"}


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = add_command(
        commands,
        "doctor",
        run,
        "see whether everything is well, and say what is not",
        "Look at versions, device, data folder, database, broker, workers, every artifact and "
        "every upload, and say what is wrong and what to do about it. Nothing is changed; a server "
        "may run meanwhile. The exit status is 1 when something is wrong.",
    )
    add_data(parser)
    parser.add_argument(
        "--quick", action="store_true", help="compare sizes of files, without reading them"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Look, and print what was found."""
    from repscope.backend.doctor import examine

    settings = settings_of(options)
    shown = counter("Artifacts") if not options.json else None
    found = []
    for check in examine(settings, quick=options.quick, progress=shown):
        found.append(check)
        if not options.json:
            sys.stdout.write(f"{_MARKS[check.state]}  {check.name:<10}{check.text}\n")
            if check.remedy:
                sys.stdout.write(f"{'':<17}{check.remedy}\n")
            sys.stdout.flush()
    wrong = sum(check.state == "wrong" for check in found)
    if options.json:
        document = {"well": wrong == 0, "checks": [check.as_json() for check in found]}
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
    else:
        things = "1 thing is" if wrong == 1 else f"{wrong} things are"
        sys.stdout.write(f"{things} wrong.\n" if wrong else "Everything is well.\n")
    return 1 if wrong else 0
