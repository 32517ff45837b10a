"""`python -m repscope.workers.runner PARENT UP [--live SOCKET]`; only a host starts it."""

import argparse
import faulthandler
import gc
import os
import threading
from functools import partial
from pathlib import Path

from repscope.core.artifacts import ArtifactStore
from repscope.core.catalogue import Catalogue
from repscope.core.logs import set_up_logs
from repscope.core.settings import get_settings
from repscope.workers import plugins
from repscope.workers.runner.channel import Receiver, Sender
from repscope.workers.runner.jobs import JobRunner
from repscope.workers.runner.live import serve
from repscope.workers.runner.making import Maker
from repscope.workers.runner.parent import die_with_parent
from repscope.workers.runner.priority import give_way, stay_nice


def main() -> None:
    """Say hello, then do what the host says until it is gone."""
    parser = argparse.ArgumentParser(prog="repscope.workers.runner")
    parser.add_argument("parent", type=int, help="process number of the host")
    parser.add_argument("up", type=int, help="file descriptor of the pipe to the host")
    parser.add_argument(
        "--live", type=Path, help="socket to answer live calls at, not to make jobs"
    )
    parser.add_argument("--beside", action="store_true", help="take what time others leave")
    arguments = parser.parse_args()
    die_with_parent(arguments.parent)
    if arguments.beside:
        give_way()
    else:
        stay_nice()
    faulthandler.enable()
    gc.set_threshold(10_000)  # loading PyTorch would look for garbage a thousand times
    settings = get_settings()
    set_up_logs(settings)
    sender, receiver = Sender(arguments.up), Receiver(os.dup(0))
    # What a method starts must neither read the host's orders nor hold its line open.
    os.set_inheritable(arguments.up, False)
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    found = plugins.load(settings.plugins)
    catalogue = Catalogue.shipped().merge(found.methods)
    device = find_device()
    hello = partial(
        sender.send,
        say="hello",
        device=device,
        methods=[method.model_dump(mode="json") for method in catalogue],
        problems=found.problems,
    )
    if arguments.live is not None:
        threading.Thread(target=_leave_with_host, args=(receiver,), daemon=True).start()
        serve(arguments.live, ArtifactStore(settings.store), device, hello)
    else:
        maker = Maker(settings, catalogue, device, partial(_say_published, sender))
        hello()
        JobRunner(sender, receiver, maker).run()


def find_device() -> str:
    """Tell whether this process can compute on an NVIDIA GPU."""
    # Importing torch takes seconds: only where there is a driver at all.
    if not Path("/dev/nvidiactl").exists():
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _say_published(sender: Sender, artifact_id: str) -> None:
    sender.send(say="published", id=artifact_id)


def _leave_with_host(receiver: Receiver) -> None:
    while receiver.receive() is not None:
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
