"""The runner of live calls: answers within a slider's patience, over a Unix socket.

A request is a uint32 length and a frame whose `meta` holds `method`, `params`, `inputs` (ids of
artifacts by name) and `seed`; the answer has the same form, its `meta` either the method's or
`{"error": {...}}`. Nothing is stored.
"""

import logging
import socketserver
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from repscope.core import frames
from repscope.core.artifacts import ArtifactStore
from repscope.core.errors import RepscopeError
from repscope.workers import registry
from repscope.workers.context import Context

log = logging.getLogger(__name__)

#: Largest request; arrays such as a painted mask are small.
_MAX_REQUEST = 16 * 2**20


def serve(path: Path, store: ArtifactStore, device: str, ready: Callable[[], None]) -> None:
    """Answer live calls at a Unix socket, forever.

    Args:
        path: The socket; its folder is closed to other users.
        store: Where the inputs are.
        device: `cpu` or `cuda`.
        ready: Called once calls are taken.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)  # fails where it belongs to somebody else
    path.unlink(missing_ok=True)
    with TemporaryDirectory() as scratch, _Server(str(path), store, device, scratch) as server:
        ready()
        server.serve_forever()


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, path: str, store: ArtifactStore, device: str, scratch: str) -> None:
        super().__init__(path, _Handler)
        self._store = store
        self._device = device
        self._scratch = Path(scratch)
        # One call at a time has all cores; two at once would each take longer than in turn.
        self._turn = threading.Lock()
        # The first call comes with the first map; before it, loading would delay that map. After
        # it the rest is loaded, or the first slider would wait for seconds.
        self._rest = threading.Thread(target=registry.load, args=("live",), daemon=True)

    def answer(self, call: dict[str, Any]) -> bytes:
        try:
            method = registry.find("live", call["method"])
            inputs = {name: self._store.open(each) for name, each in call["inputs"].items()}
            context = Context.local(call["seed"], self._device, self._scratch)
            with self._turn:
                result = method.call(context, call["params"], inputs)
                if self._rest.ident is None:
                    self._rest.start()
            return frames.encode(result.arrays, result.meta)
        except RepscopeError as error:
            return frames.refusal(error)
        except Exception as error:
            log.exception("live call %s failed", call.get("method"))
            reason = f"The live call '{call.get('method')}' stopped with an error: {error}"
            return frames.refusal(RepscopeError(reason))


class _Handler(socketserver.BaseRequestHandler):
    """One connection, any number of calls."""

    server: _Server

    def handle(self) -> None:
        while (head := self._read(4)) is not None:
            (size,) = struct.unpack("<I", head)
            if size > _MAX_REQUEST:
                return
            body = self._read(size)
            if body is None:
                return
            _, call = frames.decode(body)
            answer = self.server.answer(call)
            self.request.sendall(struct.pack("<I", len(answer)) + answer)

    def _read(self, size: int) -> bytes | None:
        parts = bytearray()
        while len(parts) < size:
            try:
                piece = self.request.recv(size - len(parts))
            except ConnectionError:
                return None
            if not piece:
                return None
            parts += piece
        return bytes(parts)
