"""`repscope prefetch`: datasets and weights, downloaded before a class needs them."""

import argparse
import os
import subprocess
import sys

from repscope.backend.commands.options import Commands, add_command, add_data, settings_of


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = add_command(
        commands,
        "prefetch",
        run,
        "download published datasets and weights beforehand",
        "Download datasets that torchvision knows by name, and the weights of models of timm and "
        "torchvision, so that nobody waits for them later and a server that downloads nothing on "
        "request has them. Without a name, list the datasets.",
    )
    parser.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="such as FashionMNIST or vit_small_patch16_224.dino",
    )
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Download, in a process that may load machine learning."""
    settings = settings_of(options)
    return subprocess.run(
        [sys.executable, "-m", "repscope.workers.prefetch", *options.names],
        env=os.environ | {"REPSCOPE_DATA": str(settings.data)},
        check=False,
    ).returncode
