"""Training a masked autoencoder against a straightforward loop, images per second.

    python -m benchmarks.pretrain_speed [--quick]

The peer is how such a training is usually written: images are altered one by one with torchvision
in two worker processes of a DataLoader, the network is made of timm's blocks, embeds all patches
and then drops the hidden ones, predicts all and masks the loss, and AdamW is torch's default. Both
train the same network (a ViT of 4 blocks of 96, a decoder of 2 of 64, patches of 4) on the same
images of 32 pixels in batches of 64, in turn. Seconds are of one epoch, without what comes once:
starting the workers, reading the images.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from timm.layers import PatchEmbed
from timm.models.vision_transformer import Block
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from benchmarks.harness import arguments, compare
from repscope.workers.context import Context, Result
from repscope.workers.encoders.vit import sincos_positions
from repscope.workers.folder import PlainFolder
from repscope.workers.registry import find
from repscope.workers.reporting import Silent

SIZE, PATCH, BATCH = 32, 4, 64
WIDTH, DEPTH, HEADS = 96, 4, 3
DECODER_WIDTH, DECODER_DEPTH, DECODER_HEADS = 64, 2, 2
CROP, HIDDEN = 0.4, 0.75
Images = NDArray[np.uint8]


class Speed(Silent):
    """Adds up the time of updates from the reports of a training."""

    def __init__(self) -> None:
        """Begin at step 0."""
        self.seconds, self._step = 0.0, 0

    def event(self, type: str, data: Mapping[str, Any]) -> None:
        """Take in a report, which tells the images per second since the last."""
        if type == "metric":
            self.seconds += (data["step"] - self._step) * BATCH / data["images_per_s"]
            self._step = data["step"]


def ours(images: Images) -> float:
    """Train for an epoch with Repscope; returns seconds."""
    dataset = Result({"images": images}, {"count": len(images), "classes": None, "columns": []})
    entry, speed = find("encoder", "mae"), Speed()
    params = {
        "epochs": 1,
        "batch_size": BATCH,
        "patch_size": PATCH,
        "decoder_width": DECODER_WIDTH,
        "decoder_depth": DECODER_DEPTH,
        "crop": CROP,
        "mask_ratio": HIDDEN,
        "snapshots": 1,
        "held_out": 0.0,
    }
    with TemporaryDirectory() as folder:
        area, work = PlainFolder(Path(folder)), Path(folder) / "work"
        work.mkdir()
        context = Context(area, speed, seed=0, work=work, publish=area.publish)
        filled = entry.params.model_validate(params).model_dump(mode="json")
        entry.call(context, filled, {"dataset": dataset})
    return speed.seconds


class Pictures(Dataset[Tensor]):
    """Images altered one by one."""

    def __init__(self, images: Images) -> None:
        """Keep the images."""
        self.images = images
        self.alter = transforms.Compose(
            [
                transforms.RandomResizedCrop(SIZE, scale=(CROP, 1.0), interpolation=3),
                transforms.RandomHorizontalFlip(),
                transforms.ToTensor(),
                transforms.Normalize((0.5, 0.5, 0.5), (0.29, 0.29, 0.29)),
            ]
        )

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.images)

    def __getitem__(self, index: int) -> Tensor:
        """Return an altered image."""
        altered: Tensor = self.alter(Image.fromarray(self.images[index]))
        return altered


class Straightforward(nn.Module):
    """A masked autoencoder as its description reads."""

    def __init__(self) -> None:
        """Create the layers."""
        super().__init__()
        side = SIZE // PATCH
        self.embed = PatchEmbed(SIZE, PATCH, 3, WIDTH)
        self.cls = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.places = nn.Parameter(sincos_positions(WIDTH, side), requires_grad=False)
        self.blocks = nn.Sequential(*(Block(WIDTH, HEADS, qkv_bias=True) for _ in range(DEPTH)))
        self.norm = nn.LayerNorm(WIDTH)
        self.to_decoder = nn.Linear(WIDTH, DECODER_WIDTH)
        self.mask_token = nn.Parameter(torch.zeros(1, 1, DECODER_WIDTH))
        places = sincos_positions(DECODER_WIDTH, side)
        self.decoder_places = nn.Parameter(places, requires_grad=False)
        self.decoder = nn.Sequential(
            *(Block(DECODER_WIDTH, DECODER_HEADS, qkv_bias=True) for _ in range(DECODER_DEPTH))
        )
        self.decoder_norm = nn.LayerNorm(DECODER_WIDTH)
        self.pixels = nn.Linear(DECODER_WIDTH, PATCH**2 * 3)

    def forward(self, images: Tensor) -> Tensor:  # (batch, 3, height, width)
        """Return the loss."""
        tokens = self.embed(images) + self.places[:, 1:]
        batch, count, width = tokens.shape
        kept = int(count * (1 - HIDDEN))
        order = torch.rand(batch, count).argsort(dim=1)
        back = order.argsort(dim=1)
        tokens = tokens.gather(1, order[:, :kept, None].repeat(1, 1, width))
        cls = (self.cls + self.places[:, :1]).expand(batch, -1, -1)
        latent = self.to_decoder(self.norm(self.blocks(torch.cat([cls, tokens], dim=1))))
        gaps = self.mask_token.repeat(batch, count - kept, 1)
        patches = torch.cat([latent[:, 1:], gaps], dim=1)
        patches = patches.gather(1, back[:, :, None].repeat(1, 1, DECODER_WIDTH))
        full = torch.cat([latent[:, :1], patches], dim=1) + self.decoder_places
        predicted = self.pixels(self.decoder_norm(self.decoder(full)))[:, 1:]
        side = SIZE // PATCH
        target = images.reshape(batch, 3, side, PATCH, side, PATCH)
        target = torch.einsum("nchpwq->nhwpqc", target).reshape(batch, count, -1)
        error = (predicted - target).pow(2).mean(dim=-1)
        mask = (back >= kept).float()
        return (error * mask).sum() / mask.sum()


class Peer:
    """The straightforward loop, its workers running."""

    def __init__(self, images: Images) -> None:
        """Start the workers and make one update."""
        self.loader = DataLoader(
            Pictures(images),
            BATCH,
            shuffle=True,
            num_workers=2,
            drop_last=True,
            persistent_workers=True,
        )
        self.model = Straightforward()
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.05
        )
        self.update(next(iter(self.loader)))

    def epoch(self) -> None:
        """Train for an epoch."""
        for images in self.loader:
            self.update(images)

    def update(self, images: Tensor) -> None:
        """Change the weights by one batch, and look at the loss."""
        self.optimizer.zero_grad()
        loss = self.model(images)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 3.0)
        self.optimizer.step()
        loss.item()


def main() -> None:
    """Print one line."""
    options = arguments(__doc__)
    count = 1_024 if options.quick else 8_192
    images = np.random.default_rng(0).integers(0, 256, (count, SIZE, SIZE, 3), dtype=np.uint8)
    ours(images[: 4 * BATCH])
    peer = Peer(images)
    compare("mae_epoch", "timm", partial(ours, images), peer.epoch, n=count, repeats=5)


if __name__ == "__main__":
    main()
