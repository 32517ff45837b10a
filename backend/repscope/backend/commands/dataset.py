"""`repscope dataset add`: images and vectors of this machine, brought to a running server."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from repscope.backend.commands.address import address
from repscope.backend.commands.options import BadSetting, Commands, add_command, add_url, client_of

if TYPE_CHECKING:
    from repscope.client import Artifact

#: The methods that read what is brought, and those of them that scale images.
METHODS = ("archive", "arrays", "idx", "parquet", "vectors")
SIZED = ("archive", "parquet")


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
        "Send a folder of images, or a zip of one, and make a dataset of it: the folder of an "
        "image is its class; folders named train, validation and test are splits. Or send IDX "
        "files (those that belong to one are found beside it), a .npy or .npz, a Parquet file, or "
        "a table of vectors; its first bytes tell which. What the server has already is not sent "
        "again."
    )
    adding = orders.add_parser("add", help="send a folder or a file", description=text)
    adding.add_argument("path", metavar="PATH", type=Path, help="a folder or a file")
    adding.add_argument(
        "--as",
        dest="method",
        choices=METHODS,
        help="what to read it as, when its first bytes do not tell",
    )
    adding.add_argument("--title", help="name for people (that of the folder)")
    adding.add_argument(
        "--image-size",
        type=int,
        metavar="N",
        help="scale the shorter side to N pixels and cut out the square at the center (images that "
        "all have one size are kept, others take 64)",
    )
    add_url(adding)


def run(options: argparse.Namespace) -> int:
    """Send, wait, and say where to look.

    Raises:
        BadSetting: There is nothing at that path, or the address is none.
    """
    from repscope.client import Recipe
    from repscope.client.picking import pick

    path = options.path.expanduser()
    if not path.exists():
        raise BadSetting(f"There is no {path}.")
    client = client_of(options)
    try:
        picked = pick(path, options.method)
    except ValueError as error:
        raise BadSetting(str(error)) from None
    if options.image_size is not None and picked.method not in SIZED:
        raise BadSetting(f"--image-size is for image files, not for {picked.method}.")
    params: dict[str, Any] = {name: client.upload(each) for name, each in picked.files.items()}
    params["title"] = (options.title or picked.title)[:200]
    if options.image_size is not None:
        params["image_size"] = options.image_size
    made = client.get(Recipe("dataset", picked.method, **params))
    _tell(made, client.url)
    return 0


def _tell(made: "Artifact", url: str) -> None:
    meta = made.meta
    bound = "up to " if "sizes" in made.arrays else ""
    size = f"{bound}{meta['width']} by {meta['height']} pixels"
    classes = f", {len(meta['classes'])} classes" if meta["classes"] else ""
    sys.stdout.write(f"'{meta['title']}': {meta['count']:,} images of {size}{classes}.\n")
    left = meta.get("left_out")
    if left:
        sys.stdout.write(f"{left['count']:,} files are left out:\n")
        for each in left["files"][:10]:
            sys.stdout.write(f"  {each['name']}: {each['why']}\n")
        if left["count"] > 10:
            sys.stdout.write(f"  and {left['count'] - 10:,} more\n")
    # The first image is looked at.
    link = address(url, "dataset", made, row="0")
    sys.stdout.write(f"Dataset {made.id}\n{link}\n")
