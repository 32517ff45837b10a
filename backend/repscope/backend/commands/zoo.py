"""`repscope zoo`: the encoders that come with Repscope, and how they are made."""

import argparse
import os
import subprocess
import sys

from repscope.backend.commands.options import Commands, add_command, add_data, settings_of


def add(commands: Commands) -> None:
    """Describe the command."""
    parser = add_command(
        commands,
        "zoo",
        run,
        "list the encoders that come with Repscope, or make them again",
        "The small encoders that come with Repscope.",
    )
    orders = parser.add_subparsers(dest="order", metavar="ORDER", required=True)
    text = "List them, with what each had to do better than, as a table in Markdown."
    orders.add_parser("list", help="list them", description=text)
    text = (
        "Make them from nothing: train each by its recipe, compare it on held-out images with what "
        "needs no training, and write its file only if it does better. Those of Fashion-MNIST need "
        "it beforehand (`repscope prefetch FashionMNIST`) or a network."
    )
    building = orders.add_parser("build", help="make them from nothing", description=text)
    building.add_argument("names", metavar="NAME", nargs="*", help="such as mae_digits (all)")
    building.add_argument("--out", metavar="FOLDER", help="where the files go (those installed)")
    add_data(building)


def run(options: argparse.Namespace) -> int:
    """Do it in a process that may load machine learning."""
    environment = dict(os.environ)
    if options.order == "list":
        arguments = ["repscope.workers.zoo.table"]
    else:
        environment["REPSCOPE_DATA"] = str(settings_of(options).data)
        arguments = ["repscope.workers.zoo.build", *options.names]
        arguments += ["--out", options.out] if options.out else []
    return subprocess.run(
        [sys.executable, "-m", *arguments], env=environment, check=False
    ).returncode
