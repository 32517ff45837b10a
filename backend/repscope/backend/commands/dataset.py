"""`repscope dataset add`: images of this machine, brought to a running server."""

import argparse
import json
import sys
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING

from repscope.backend.commands.options import BadSetting, Commands, add_command

if TYPE_CHECKING:
    from repscope.client import Artifact


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = add_command(
        commands,
        "dataset",
        run,
        "bring images of this machine to a running server",
        "Bring images to a running server.",
    )
    orders = parser.add_subparsers(dest="order", metavar="ORDER", required=True)
    text = (
        "Send a folder of images, or a zip of one, and make a dataset of it. The folder of an "
        "image is its class; folders named train, validation and test are splits. What the server "
        "has already is not sent again."
    )
    adding = orders.add_parser("add", help="send a folder or a zip", description=text)
    adding.add_argument("path", metavar="PATH", type=Path, help="a folder, or a zip of one")
    adding.add_argument("--title", help="name for people (that of the folder)")
    adding.add_argument(
        "--image-size",
        type=int,
        metavar="N",
        help="scale the shorter side to N pixels and cut out the square at the center (images that "
        "all have one size are kept, others take 64)",
    )
    adding.add_argument(
        "--url", help="where the server answers (REPSCOPE_URL, or http://127.0.0.1:8000)"
    )


def run(options: argparse.Namespace) -> int:
    """Send, wait, and say where to look.

    Raises:
        BadSetting: There is nothing at that path, or the address is none.
    """
    from repscope.client import Client, Recipe

    path = options.path.expanduser()
    if not path.exists():
        raise BadSetting(f"There is no {path}.")
    try:
        client = Client(options.url)
    except ValueError as error:
        raise BadSetting(str(error)) from None
    title = options.title or path.resolve().name.removesuffix(".zip")
    params = {
        "upload": client.upload(path),
        "image_size": options.image_size,
        "title": title[:200],
    }
    made = client.get(Recipe("dataset", "archive", **params))
    _tell(made, client.url)
    return 0


def _tell(made: "Artifact", url: str) -> None:
    meta = made.meta
    size = f"{meta['width']} by {meta['height']} pixels"
    classes = f", {len(meta['classes'])} classes" if meta["classes"] else ""
    sys.stdout.write(f"'{meta['title']}': {meta['count']:,} images of {size}{classes}.\n")
    left = meta["left_out"]
    if left["count"]:
        sys.stdout.write(f"{left['count']:,} files are left out:\n")
        for each in left["files"][:10]:
            sys.stdout.write(f"  {each['name']}: {each['why']}\n")
        if left["count"] > 10:
            sys.stdout.write(f"  and {left['count'] - 10:,} more\n")
    # As the page writes its own links; the first image is looked at.
    view = {"row": "0", "dataset": "archive"} | {
        f"dataset.{name}": _written(value)
        for name, value in made.recipe["params"].items()
        if value is not None
    }
    sys.stdout.write(f"Dataset {made.id}\n{url}/#{urllib.parse.urlencode(view)}\n")


def _written(value: str | int) -> str:
    """Write a value so that the page reads it back: text that would read as JSON is quoted."""
    try:
        json.loads(str(value))
    except ValueError:
        return str(value)
    return json.dumps(value)
