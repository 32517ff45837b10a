"""What `torch.save` wrote, read by torch in a confined process, one tensor at a time."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from repscope.workers.files.confined import Confined
from repscope.workers.files.confined_file import ConfinedFile
from repscope.workers.files.weights import Declared, checked


class TorchFile(ConfinedFile):
    """An open file; see `open_weights`."""

    program = "repscope.workers.files.torch_reader"
    patience = 300.0
    enough = "its size allows"

    words: Mapping[str, str] = MappingProxyType({})

    def __init__(self, child: Confined, path: Path, name: str) -> None:
        """Ask what is in it."""
        super().__init__(child, path, name)
        said = self._ask({"task": "open"})[0]["tensors"]
        tensors = {key: Declared(dtype, tuple(shape)) for key, dtype, shape in said}
        #: All tensors.
        self.declared = checked(tensors, path.stat().st_size, name)

    def raw(self, name: str) -> bytes:
        """See `WeightsFile.raw`."""
        return self._ask({"task": "read", "name": name})[1]
