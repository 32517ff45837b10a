"""An encoder as one file to take along: safetensors, with a card in its header.

Tensors keep the names under which they are kept: of networks those of timm, or of the library that
the network is from. Encoders that are no network have their arrays instead. The card is JSON text
under `repscope` in `__metadata__`, where the format has room for words: what the encoder is, how
images are prepared for it, the recipe that makes it, the images that it learned from, what was
measured. `encoder/checkpoint` reads such a file back and prepares images as the card says.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from repscope.core.artifacts import Artifact
from repscope.core.encoder_card import CARD, WEIGHTS
from repscope.core.errors import Conflict, NotFound

#: What of `meta` stands in the card, where there is any.
_SAID = (
    "architecture", "config", "preprocess", "layers", "objective", "params", "decoder", "code",
    "family", "source", "pretrained", "fit", "run", "trained_by", "beats",
)  # fmt: skip
_TYPES = {"<f8": "F64", "<f4": "F32", "<i8": "I64", "<i4": "I32", "|i1": "I8", "|u1": "U8"}
_PIECE = 2**20
_LENGTH = 8
_LONGEST_NAME = 80


@dataclass(frozen=True)
class EncoderFile:
    """A file that is written while it is sent.

    Attributes:
        name: For people, without its ending.
        header: Its first bytes.
        bodies: Files whose bytes follow, and where in each they begin.
        size: Bytes in all.
    """

    name: str
    header: bytes
    bodies: list[tuple[Path, int]]
    size: int

    def pieces(self) -> Iterator[bytes]:
        """Read it from front to end."""
        yield self.header
        for path, begin in self.bodies:
            with path.open("rb") as file:
                file.seek(begin)
                while piece := file.read(_PIECE):
                    yield piece


def encoder_file(artifact: Artifact, title: str, data: dict[str, Any] | None) -> EncoderFile:
    """Put an encoder into one file.

    Args:
        artifact: The encoder.
        title: What people call it.
        data: What its images say of themselves; nothing where it has none, or they are gone.

    Raises:
        NotFound: It is no encoder.
        Conflict: An array of it has a type that the format does not know.
    """
    if artifact.kind != "encoder":
        raise NotFound(f"'{artifact.id}' is of kind {artifact.kind}, not an encoder.", field="id")
    if WEIGHTS in artifact.manifest.files:
        tensors, bodies = _weights(artifact.file(WEIGHTS))
    else:
        tensors, bodies = _arrays(artifact)
    card = _card(artifact, title, data)
    document = {"__metadata__": {CARD: json.dumps(card), "format": "pt"}, **tensors}
    words = json.dumps(document, separators=(",", ":")).encode()
    words += b" " * (-len(words) % _LENGTH)  # so that numbers lie where processors like them
    header = len(words).to_bytes(_LENGTH, "little") + words
    size = len(header) + sum(path.stat().st_size - begin for path, begin in bodies)
    name = re.sub(r"[^A-Za-z0-9._-]+", "_", title).strip("_")[:_LONGEST_NAME] or artifact.id
    return EncoderFile(name, header, bodies, size)


def _card(artifact: Artifact, title: str, data: dict[str, Any] | None) -> dict[str, Any]:
    manifest = artifact.manifest
    said = {name: manifest.meta[name] for name in _SAID if name in manifest.meta}
    return {
        "title": title,
        "id": artifact.id,
        **said,
        "recipe": manifest.recipe,
        "data": data,
        "metrics": manifest.metrics,
        "created": manifest.created,
        "libraries": manifest.libraries,
    }


def _weights(path: Path) -> tuple[dict[str, Any], list[tuple[Path, int]]]:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH), "little")
        tensors = json.loads(file.read(length))
    tensors.pop("__metadata__", None)
    return tensors, [(path, _LENGTH + length)]


def _arrays(artifact: Artifact) -> tuple[dict[str, Any], list[tuple[Path, int]]]:
    tensors: dict[str, Any] = {}
    bodies = []
    end = 0
    for name, entry in artifact.manifest.arrays.items():
        kind = _TYPES.get(entry.dtype)
        if kind is None:
            raise Conflict(f"The array '{name}' of type {entry.dtype} has no place in safetensors.")
        path = artifact.file(f"{name}.npy")
        count = int(np.prod(entry.shape, dtype=np.int64))
        begin, end = end, end + count * np.dtype(entry.dtype).itemsize
        tensors[name] = {"dtype": kind, "shape": entry.shape, "data_offsets": [begin, end]}
        bodies.append((path, path.stat().st_size - (end - begin)))
    return tensors, bodies
