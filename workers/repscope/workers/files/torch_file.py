"""What `torch.save` wrote, read by torch in a confined process, one tensor at a time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from repscope.workers.files.arrays import Broken
from repscope.workers.files.confined import Confined, Overtaxed
from repscope.workers.files.weights import Declared, checked

_PROGRAM = "repscope.workers.files.torch_reader"
#: Seconds for the whole file.
_PATIENCE = 300.0


class TorchFile:
    """An open file, in a child."""

    words: Mapping[str, str] = MappingProxyType({})

    def __init__(self, child: Confined, size: int, name: str) -> None:
        """Ask what is in it."""
        self._child = child
        self._name = name
        said = self._ask({"task": "open"})[0]["tensors"]
        tensors = {key: Declared(dtype, tuple(shape)) for key, dtype, shape in said}
        #: All tensors.
        self.declared = checked(tensors, size, name)

    def raw(self, name: str) -> bytes:
        """See `WeightsFile.raw`."""
        return self._ask({"task": "read", "name": name})[1]

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        try:
            said, raw = self._child.ask(request)
        except Overtaxed:
            raise Broken(f"{self._name} took more memory or time than its size allows.") from None
        if "broken" in said:
            raise Broken(f"{self._name} {said['broken']}.")
        return said, raw


@contextmanager
def open_torch(path: Path, name: str) -> Iterator[TorchFile]:
    """Open a file that `torch.save` wrote; see `open_weights`."""
    with path.open("rb") as file:
        descriptor, size = file.fileno(), path.stat().st_size
        words = [str(descriptor)]
        with Confined(_PROGRAM, patience=_PATIENCE, arguments=words, keep=[descriptor]) as child:
            yield TorchFile(child, size, name)
