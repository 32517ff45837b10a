"""Memory of the device: how large a tile may be, and what happens when it runs out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch

Made = TypeVar("Made")

SHARE = 1 / 8  # of the device's memory for one tile
LARGEST = 1 << 32  # bytes; larger tiles are no faster, and their elements need 64-bit numbers
ON_HOST = 1 << 26  # bytes of a tile on the CPU


class DeviceMemoryError(MemoryError):
    """The device has too little memory even for tiles of half the size."""


class Tiles:
    """The size of one engine's tiles; it halves once when the device runs out of memory."""

    def __init__(self, device: torch.device, bytes_each: int) -> None:
        """Chooses a size by the device alone, not by its free memory, so that results are the same.

        Args:
            device: where the tiles are computed.
            bytes_each: memory that one element of a tile, such as a row, needs.
        """
        self.size = max(1, _tile_bytes(device) // bytes_each)
        self._halved = False

    def run(self, work: Callable[[int], Made]) -> Made:
        """Calls `work` with the size, and once more with half of it when memory ran out.

        Args:
            work: must begin anew when it is called again.

        Raises:
            DeviceMemoryError: memory ran out with halved tiles too.
        """
        try:
            return work(self.size)
        except torch.OutOfMemoryError as error:
            if self._halved:
                raise DeviceMemoryError(_sentence()) from error
        # Past the handler, so that its traceback no longer holds the tensors of the failed call.
        self._halved, self.size = True, max(1, self.size // 2)
        torch.cuda.empty_cache()
        return self.run(work)


@contextmanager
def clear_about_memory() -> Iterator[None]:
    """Turns running out of device memory, outside of tiles too, into one clear sentence.

    Raises:
        DeviceMemoryError: in place of PyTorch's error.
    """
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise DeviceMemoryError(_sentence()) from error


def _sentence() -> str:
    return (
        "The GPU has too little free memory for this many images; end what else runs on it, or "
        "start the worker with CUDA_VISIBLE_DEVICES= (empty) to compute on the CPU."
    )


def _tile_bytes(device: torch.device) -> int:
    if device.type != "cuda":
        return ON_HOST
    return min(int(SHARE * torch.cuda.get_device_properties(device).total_memory), LARGEST)
