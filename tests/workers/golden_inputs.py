"""Small datasets and encoders that the recorded recipes begin with."""

import io

import numpy as np
from safetensors.numpy import save

from tests.workers.datasets.publishing_arrays import mnist
from tests.workers.encoders.checkpoints.official import dinov2
from tests.workers.filing import csv, idx, npy, npz, parquet
from tests.workers.making import downloads, upload
from tests.workers.zipping import packed, picture

DIGITS = {"kind": "dataset", "method": "digits"}
PIXELS = {"kind": "encoder", "method": "pixels"}
SHAPES = {"kind": "dataset", "method": "shapes", "params": {"count": 40}, "seed": 3}
SCENES = {
    "kind": "dataset",
    "method": "shapes",
    "params": {"count": 6, "scene": "scenes", "color": "class", "max_rotation": 180},
}
#: Bitmaps, since encoders of other formats differ in their bytes.
PETS = packed(
    {
        "pets/train/cat/a.bmp": picture("BMP", (40, 30)),
        "pets/train/dog/b.bmp": picture("BMP", (20, 50), "L"),
        "pets/test/cat/c.bmp": picture("BMP", (90, 90)),
        "pets/LICENSE": b"CC0 1.0",
    }
)
ARCHIVE = {
    "kind": "dataset",
    "method": "archive",
    "params": {"upload": upload(PETS), "image_size": 24},
}
PIXEL_ARRAY = (np.arange(240, dtype=np.uint8).reshape(5, 6, 8) * 7) % 251
IDX = {
    "kind": "dataset",
    "method": "idx",
    "params": {
        "images": upload(idx(PIXEL_ARRAY, packed=True)),
        "labels": upload(idx(np.arange(5, dtype=np.uint8) % 3)),
        "test_images": upload(idx(PIXEL_ARRAY[:2])),
        "class_names": ["a", "b", "c"],
    },
}
ARRAYS = {
    "kind": "dataset",
    "method": "arrays",
    "params": {"upload": upload(npz(images=PIXEL_ARRAY / 300.0, y=np.arange(5), z=np.ones(5)))},
}
mnist("MNIST")(downloads() / "torchvision" / "MNIST")
CHOSEN = io.BytesIO()
np.save(CHOSEN, np.array([3, 8, 30], np.int64))
SELECTION = {
    "kind": "selection",
    "method": "rows",
    "inputs": {"dataset": SHAPES},
    "params": {"upload": upload(CHOSEN.getvalue())},
}
NUMBERS = np.sin(np.arange(40 * 6)).reshape(40, 6)
TABLE = csv(
    [*"abcdef", "label"],
    [[*map(float, row), "xy"[i % 2]] for i, row in enumerate(NUMBERS.round(3))],
)
STRIPS = {"kind": "dataset", "method": "vectors", "params": {"upload": upload(TABLE)}}
PARQUET = {
    "kind": "dataset",
    "method": "parquet",
    "params": {
        "image_size": 10,
        "upload": upload(
            parquet(
                {
                    "image": [picture("BMP", (12, 9)), picture("BMP", (9, 12), "L")],
                    "label": [1, 0],
                    "n": [0.5, 2.0],
                },
                {"label": ["a", "b"]},
            )
        ),
    },
}
VECTORS = {"kind": "encoder", "method": "vectors", "params": {"upload": upload(npy(NUMBERS))}}
#: Numbers that no processor draws differently.
WEIGHTS = {
    name: (np.arange(each.numel(), dtype=np.float32) % 17 - 8).reshape(each.shape) / 32
    for name, each in dinov2(2).items()
}
CHECKPOINT = {
    "kind": "encoder",
    "method": "checkpoint",
    "params": {"upload": upload(save(WEIGHTS)), "heads": 2},
}
UNTRAINED = {"pretrained": False, "image_size": 64}
VIT = {"kind": "encoder", "method": "random", "params": {"architecture": "vit"}, "seed": 1}
CNN = {"kind": "encoder", "method": "random", "params": {"architecture": "cnn"}, "seed": 1}
