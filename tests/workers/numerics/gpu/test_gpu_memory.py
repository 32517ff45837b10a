import pytest
import torch

from repscope.workers.numerics.gpu.memory import DeviceMemoryError, Tiles, clear_about_memory


def test_tiles_halve_once_and_stay_so() -> None:
    tiles = Tiles(torch.device("cpu"), 1 << 16)
    assert tiles.size == 1024
    sizes = []

    def work(size: int) -> int:
        sizes.append(size)
        if size > 512:
            raise torch.OutOfMemoryError
        return size

    assert tiles.run(work) == 512
    assert tiles.run(work) == 512
    assert sizes == [1024, 512, 512]


def test_the_second_time_is_told_in_one_sentence() -> None:
    tiles = Tiles(torch.device("cpu"), 1 << 16)
    sizes = []

    def work(size: int) -> None:
        sizes.append(size)
        raise torch.OutOfMemoryError

    with pytest.raises(DeviceMemoryError, match="too little free memory"):
        tiles.run(work)
    assert sizes == [1024, 512]


def test_memory_outside_of_tiles_is_told_too() -> None:
    with pytest.raises(DeviceMemoryError, match="too little free memory"), clear_about_memory():
        raise torch.OutOfMemoryError


def test_a_tile_has_at_least_one_element() -> None:
    assert Tiles(torch.device("cpu"), 1 << 40).size == 1
