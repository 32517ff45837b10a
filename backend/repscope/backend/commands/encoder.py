"""`repscope encoder add`: a file of weights of this machine, brought to a running server."""

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from repscope.backend.commands.address import address
from repscope.backend.commands.options import BadSetting, Commands, add_command, add_url, client_of

_ENDS = re.compile(r"(\.(safetensors|pth|pt|ckpt|bin|tar))+$")


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = add_command(
        commands,
        "encoder",
        run,
        "bring an encoder's weights to a running server",
        "Bring the weights of an encoder to a running server.",
    )
    orders = parser.add_subparsers(dest="order", metavar="ORDER", required=True)
    text = (
        "Send a .safetensors, .pth or .pt file and make an encoder of it: MAE, DINO, DINOv2, MoCo, "
        "SimCLR, torchvision, timm, lightly and our own are known by their tensors. What the "
        "server has already is not sent again."
    )
    adding = orders.add_parser("add", help="send a file of weights", description=text)
    adding.add_argument("path", metavar="PATH", type=Path, help="a file")
    adding.add_argument("--title", help="name for people (that of the file)")
    adding.add_argument(
        "--name", help="its model in timm or torchvision, where its tensors do not tell"
    )
    adding.add_argument(
        "--heads", type=int, metavar="N", help="attention heads of a block, where not as usual"
    )
    adding.add_argument(
        "--image-size", type=int, metavar="N", help="side of the input (that of its positions)"
    )
    adding.add_argument(
        "--norm-pix",
        action="store_true",
        default=None,
        help="the decoder of a masked autoencoder guesses normalized patches",
    )
    add_url(adding)


def run(options: argparse.Namespace) -> int:
    """Send, wait, and say where to look.

    Raises:
        BadSetting: There is no file at that path, or the address is none.
    """
    from repscope.client import Recipe

    path = options.path.expanduser()
    if not path.is_file():
        raise BadSetting(f"There is no file {path}.")
    client = client_of(options)
    said = ("name", "heads", "image_size", "norm_pix")
    params: dict[str, Any] = {
        name: value for name in said if (value := getattr(options, name)) is not None
    }
    params["title"] = (options.title or _ENDS.sub("", path.resolve().name))[:200]
    made = client.get(Recipe("encoder", "checkpoint", upload=client.upload(path), **params))
    meta = made.meta
    left = f", {meta['beside']['count']:,} tensors left out" if meta["beside"]["count"] else ""
    sys.stdout.write(
        f"'{meta['title']}': {meta['family']}, {made.metrics['parameters']:,.0f} parameters, "
        f"{len(meta['layers'])} layers{left}.\n"
        f"Encoder {made.id}\n{address(client.url, 'encoder', made)}\n"
    )
    return 0
