"""Embedding images with a network of timm's against a plain loop, the whole way from the file.

    python -m benchmarks.embed [--quick] [--device cuda] [--only NAME]

The peer is how features are usually extracted: images are prepared one by one by timm's own
transform in two worker processes of a DataLoader, and go through the network in batches under
`inference_mode`. Both read the same images from one memory-mapped file, with the same weights, in
turn, in float32 and in bfloat16 where the processor has it built in; the plain loop always
computes in float32. Seconds are of all images, without what comes once: building the network and
starting the workers. `cosine` is the lowest between our features and the peer's.
"""

import argparse
import json
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import timm
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file
from timm.data import create_transform, resolve_data_config
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from benchmarks.harness import compare
from repscope.core.images import images_of
from repscope.workers.context import Context, Result
from repscope.workers.encoders.base import Encoder, load
from repscope.workers.encoders.precision import InBfloat16, is_native
from repscope.workers.encoders.running import encode_all
from repscope.workers.registry import find

Features = NDArray[np.float32]

#: Each network, the side of the images in pixels, and how many of them.
NETWORKS = {
    "vit_small_patch16_224": (224, 64),
    "resnet18": (224, 128),
    "resnet10t": (64, 2_048),
}
QUICK = 4  # a so many-th part of the images
BATCH, WORKERS, GPU_FACTOR = 32, 2, 32


def arguments() -> argparse.Namespace:
    """Reads the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a quarter of the images")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--only", default="", help="run only figures whose name contains this")
    return parser.parse_args()


class Pictures(Dataset[Tensor]):
    """Images prepared one by one, as timm prepares them."""

    def __init__(self, images: NDArray[np.uint8], network: nn.Module) -> None:
        """Keep the images."""
        self.images = images
        self.prepare = create_transform(**resolve_data_config({}, model=network))

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.images)

    def __getitem__(self, index: int) -> Tensor:
        """Return a prepared image."""
        prepared: Tensor = self.prepare(Image.fromarray(self.images[index]))
        return prepared


class Peer:
    """The plain loop, its workers running."""

    def __init__(self, images: NDArray[np.uint8], network: nn.Module, device: str) -> None:
        """Start the workers."""
        self.device, self.network = device, network.to(device)
        self.loader = DataLoader(
            Pictures(images, network),
            BATCH if device == "cpu" else BATCH * GPU_FACTOR,
            num_workers=WORKERS,
            persistent_workers=True,
            pin_memory=device != "cpu",
        )

    @torch.inference_mode()
    def embed(self) -> Features:
        """Return the features of all images."""
        parts = [self.network(batch.to(self.device, non_blocking=True)) for batch in self.loader]
        return torch.cat(parts).float().cpu().numpy()


def embed(dataset: Result, encoder: Encoder) -> Features:
    """Return the features of all images with Repscope."""
    images, layer = images_of(dataset), encoder.layers[-1].name
    context = Context.local()
    return encode_all(
        images,
        encoder,
        [layer],
        lambda _, shape: context.array("features", shape, "float32"),
        lambda done: None,
    )[layer]


def lowest_cosine(features: Features, true: Features) -> dict[str, float]:
    """Compares row by row."""
    lengths = np.linalg.norm(features, axis=1) * np.linalg.norm(true, axis=1)
    return {"cosine": float(((features * true).sum(axis=1) / lengths).min())}


def run(name: str, images: NDArray[np.uint8], device: str) -> None:
    """Prints a line for each precision."""
    context = Context.local(seed=0, device=device)
    params = {"name": name, "pretrained": False, "image_size": images.shape[1]}
    artifact = find("encoder", "timm").call(context, params, {})
    encoder = load(artifact, device)
    network = timm.create_model(name, num_classes=0).eval()
    network.load_state_dict(load_file(artifact.file("weights.safetensors")))
    network.pretrained_cfg["input_size"] = (3, *images.shape[1:3])
    peer = Peer(images, network, device)
    dataset = Result({"images": images})
    few = Result({"images": images[:BATCH]})
    true = peer.embed()
    precisions: dict[str, Encoder] = {"float32": encoder}
    if is_native(device):
        precisions["bfloat16"] = InBfloat16(encoder, device)
    for precision, used in precisions.items():
        embed(few, used)
        compare(
            f"embed_{name}_{images.shape[1]}_{precision}",
            "timm",
            partial(embed, dataset, used),
            peer.embed,
            n=len(images),
            judge=lambda features: lowest_cosine(features, true),
            device=device,
            repeats=5,
        )


def main() -> None:
    """Prints one line for each network and precision."""
    options = arguments()
    if options.device != "cpu" and not torch.cuda.is_available():
        reason = "PyTorch finds no NVIDIA GPU"
        print(json.dumps({"skipped": "embed", "reason": reason}), flush=True)
        return
    factor = 1 if options.device == "cpu" else GPU_FACTOR
    for name, (side, count) in NETWORKS.items():
        if options.only not in f"embed_{name}":
            continue
        count = factor * count // (QUICK if options.quick else 1)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "images.npy"
            shape = (count, side, side, 3)
            images = np.lib.format.open_memmap(path, "w+", np.dtype(np.uint8), shape)
            rng = np.random.default_rng(0)
            for image in images:
                image[:] = rng.integers(0, 256, shape[1:], dtype=np.uint8)
            images.flush()
            run(name, np.load(path, mmap_mode="r"), options.device)


if __name__ == "__main__":
    main()
