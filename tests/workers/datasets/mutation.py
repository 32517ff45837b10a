"""Files that went wrong: mutations of a good one, the same on every run.

Readers of what strangers send are shown a hundred of them in the checks and thousands by `make
endurance`. Every reader must read each or refuse it by a sentence of its own; nothing else may
come out.
"""

import random
from collections.abc import Callable, Iterator

from tests.amounts import MUTATIONS

#: Bytes at either end that are hit more often: there formats keep what steers their readers.
_EDGE = 256
#: What programs stumble over as a length, a count or an offset.
_LENGTHS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**63 - 1)
_LONGEST_PIECE = 64


def mutations(seed_bytes: bytes, count: int = MUTATIONS, seed: int = 0) -> Iterator[bytes]:
    """Yield mutated copies of a file: bits flipped, cut off, pieces moved, lengths replaced.

    Args:
        seed_bytes: A good file, not empty.
        count: How many.
        seed: Chooses the mutations; the first ones do not depend on `count`.
    """
    assert seed_bytes, "an empty file cannot be mutated"
    rng = random.Random(seed)
    for _ in range(count):
        data = bytearray(seed_bytes)
        for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
            if data:
                rng.choice(_CHANGES)(data, rng)
        yield bytes(data)


def _place(data: bytearray, rng: random.Random) -> int:
    edge = min(_EDGE, len(data))
    match rng.randrange(3):
        case 0:
            return rng.randrange(edge)
        case 1:
            return len(data) - 1 - rng.randrange(edge)
    return rng.randrange(len(data))


def _flip(data: bytearray, rng: random.Random) -> None:
    data[_place(data, rng)] ^= 1 << rng.randrange(8)


def _replace(data: bytearray, rng: random.Random) -> None:
    data[_place(data, rng)] = rng.randrange(256)


def _cut_off(data: bytearray, rng: random.Random) -> None:
    del data[_place(data, rng) :]


def _leave_out(data: bytearray, rng: random.Random) -> None:
    at = _place(data, rng)
    del data[at : at + rng.randint(1, _LONGEST_PIECE)]


def _splice(data: bytearray, rng: random.Random) -> None:
    """Put a piece from elsewhere in, over what is there or between."""
    start, at = _place(data, rng), _place(data, rng)
    piece = data[start : start + rng.randint(1, _LONGEST_PIECE)]
    data[at : at + rng.choice((0, len(piece)))] = piece


def _length(data: bytearray, rng: random.Random) -> None:
    """Write a number of 1, 2, 4 or 8 bytes where a length may stand."""
    size = rng.choice((1, 2, 4, 4, 8))
    value = rng.choice(_LENGTHS) % 256**size
    at = _place(data, rng)
    data[at : at + size] = value.to_bytes(size, rng.choice(("little", "big")))


def _digits(data: bytearray, rng: random.Random) -> None:
    """Write a number as text, as headers of arrays and tables have it."""
    at = _place(data, rng)
    data[at : at + rng.randrange(3)] = str(rng.choice(_LENGTHS)).encode()


_CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip,
    _replace,
    _cut_off,
    _leave_out,
    _splice,
    _length,
    _digits,
)
