"""Live calls: forwarded to the worker that only serves them, over a Unix socket.

A slider asks for sixty pictures a second. For each view of each browser one call is on its way
and one waits; a newer one takes the place of the one that waits, so the answer that arrives is
always near the hand.
"""

import asyncio
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from repscope.core.errors import Conflict, MethodFailed, RepscopeError, Unavailable
from repscope.core.frames import decode, encode

#: Seconds that one call may take.
TIME_LIMIT = 20.0
#: Seconds to wait for the socket of a worker that is still starting.
PATIENCE = 5.0
#: Largest answer, in bytes.
_LARGEST_ANSWER = 64 * 1024 * 1024
_LENGTH = struct.Struct("<I")


class Superseded(Conflict):
    """A newer call of the same view took this one's place."""

    code = "superseded"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("A newer call of this view took the place of this one.")


@dataclass
class _View:
    """One view of one browser, while it has a call on its way."""

    waiting: "asyncio.Future[None] | None" = None


class LiveClient:
    """Calls methods of queue `live`."""

    def __init__(self, socket: Path) -> None:
        """Call the worker that listens at `socket`."""
        self._socket = socket
        self._views: dict[tuple[str, str], _View] = {}

    async def call(self, request: dict[str, Any], view: tuple[str, str] | None = None) -> bytes:
        """Run one live method.

        Args:
            request: `method`, `version`, `inputs` (ids), `params` and `seed`.
            view: Owner and name of the view that asks; its calls take turns.

        Returns:
            The answer, a frame (see `repscope.core.frames`).

        Raises:
            Superseded: A newer call of this view came before this one's turn.
            Unavailable: No live worker answers, or not in time.
        """
        if view is not None:
            await self._take_turn(view)
        try:
            return await self._forward(request)
        finally:
            if view is not None:
                self._pass_turn(view)

    async def _take_turn(self, view: tuple[str, str]) -> None:
        state = self._views.get(view)
        if state is None:
            self._views[view] = _View()
            return
        if state.waiting is not None and not state.waiting.done():
            state.waiting.set_exception(Superseded())
        turn = state.waiting = asyncio.get_running_loop().create_future()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # its turn had come already
                self._pass_turn(view)
            raise

    def _pass_turn(self, view: tuple[str, str]) -> None:
        state = self._views[view]
        if state.waiting is not None and not state.waiting.done():
            state.waiting.set_result(None)
            state.waiting = None
        else:
            del self._views[view]

    async def _forward(self, request: dict[str, Any]) -> bytes:
        reader, writer = await self._connect()
        try:
            async with asyncio.timeout(TIME_LIMIT):
                frame = encode({}, request)
                writer.write(_LENGTH.pack(len(frame)) + frame)
                await writer.drain()
                (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
                if length > _LARGEST_ANSWER:
                    raise Unavailable("The live worker's answer is too large.")
                answer = await reader.readexactly(length)
        except TimeoutError:
            raise Unavailable(
                f"The live worker did not answer within {TIME_LIMIT:.0f} seconds; try again."
            ) from None
        except (OSError, asyncio.IncompleteReadError):
            raise Unavailable(
                "The live worker stopped during this call; it is restarted, try again."
            ) from None
        finally:
            writer.close()
        _raise_error_in(answer)
        return answer

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                return await asyncio.open_unix_connection(str(self._socket))
            except (FileNotFoundError, ConnectionRefusedError):
                if asyncio.get_running_loop().time() > deadline:
                    raise Unavailable(
                        "No live worker is up. It starts with `repscope serve`; "
                        "if it should be there, the logs folder says why it is not."
                    ) from None
            await asyncio.sleep(0.1)


def _raise_error_in(answer: bytes) -> None:
    """Raise what the worker reports instead of arrays."""
    _, meta = decode(answer)
    error = meta.get("error")
    if error is None:
        return
    failed = RepscopeError(error["message"], field=error.get("field"))
    failed.code = error["code"]
    # A method that cannot do what was asked of it was asked the wrong thing.
    failed.status = 422 if failed.code == MethodFailed.code else error["status"]
    raise failed
