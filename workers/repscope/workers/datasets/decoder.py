"""Decoding images in a confined process: a file that takes the decoder down takes nothing else."""

import io
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from repscope.workers.datasets import pictures
from repscope.workers.datasets.pictures import Header, Hostile, Kept, Unreadable
from repscope.workers.files.confined import Confined, Overtaxed, serve

#: Seconds for one image; those of the largest take two.
_PATIENCE = 60.0


class Decoder:
    """A child that decodes one image after the other; use it as a context manager."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._child = Confined(__name__, patience=_PATIENCE)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child."""
        self.close()

    def close(self) -> None:
        """End the child; the next request starts another."""
        self._child.close()

    def header(self, data: bytes) -> Header:
        """Read what an image says of itself; see `pictures.header`."""
        answer, _ = self._ask({"task": "header"}, data)
        return Header(**answer["header"])

    def pixels(self, data: bytes, size: int | None) -> NDArray[np.uint8]:
        """Decode an image; see `pictures.pixels`."""
        answer, raw = self._ask({"task": "pixels", "size": size}, data)
        return np.frombuffer(raw, np.uint8).reshape(answer["shape"])

    def kept(self, data: bytes, longest: int) -> Kept:
        """Decode an image and write it anew; see `pictures.kept`."""
        answer, raw = self._ask({"task": "kept", "longest": longest}, data)
        return Kept(raw, **answer["kept"])

    def _ask(self, request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        try:
            answer, raw = self._child.ask(request, data)
        except Overtaxed:
            raise Hostile("decoding it took more memory or time than an image may take") from None
        if "unreadable" in answer:
            raise Unreadable(answer["unreadable"])
        if "hostile" in answer:
            raise Hostile(answer["hostile"])
        return answer, raw


def _answer(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes | memoryview]:
    """Do what a request asks for, in the child."""
    try:
        if request["task"] == "header":
            return {"header": vars(pictures.header(data))}, b""
        if request["task"] == "kept":
            image = pictures.kept(data, request["longest"])
            about = {"width": image.width, "height": image.height, "gray": image.gray}
            return {"kept": about}, image.data
        array = np.ascontiguousarray(pictures.pixels(data, request["size"]))
        return {"shape": array.shape}, array.data.cast("B")
    except Unreadable as error:
        return {"unreadable": str(error)}, b""
    except Hostile as error:
        return {"hostile": str(error)}, b""


def _warm_up() -> None:
    """Load every module and library, for later no file can be opened."""
    Image.init()
    for format in ("JPEG", "PNG"):
        file = io.BytesIO()
        Image.new("L", (1, 1)).save(file, format)
        pictures.kept(file.getvalue(), 8)
    pictures.pixels(file.getvalue(), 8)


if __name__ == "__main__":
    _warm_up()
    serve(_answer)
