"""Embedded running: workers watch the job table; live calls go over a Unix socket."""

import asyncio
import struct
from pathlib import Path
from typing import Any

from repscope.core.broker import LIVE_SECONDS
from repscope.core.errors import Unavailable
from repscope.core.frames import encode

#: Seconds to wait for the socket of a worker that is still starting.
PATIENCE = 5.0
#: Largest answer, in bytes.
_LARGEST_ANSWER = 64 * 1024 * 1024
_LENGTH = struct.Struct("<I")


class SocketDispatcher:
    """The way to the workers on this machine."""

    def __init__(self, socket: Path) -> None:
        """Call the worker that listens at `socket`."""
        self._socket = socket

    def wake(self) -> None:
        """Do nothing: a host on this machine looks into the table many times a second."""

    def close(self) -> None:
        """Do nothing: every call has its own connection."""

    async def exchange(self, request: dict[str, Any]) -> bytes:
        """Carry one live call to the worker and its answer back.

        Raises:
            Unavailable: The worker does not answer, or not in time.
        """
        reader, writer = await self._connect()
        try:
            async with asyncio.timeout(LIVE_SECONDS):
                frame = encode({}, request)
                writer.write(_LENGTH.pack(len(frame)) + frame)
                await writer.drain()
                (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
                if length > _LARGEST_ANSWER:
                    raise Unavailable("The live worker's answer is too large.")
                return await reader.readexactly(length)
        except TimeoutError:
            raise Unavailable(
                f"The live worker did not answer within {LIVE_SECONDS:.0f} seconds; try again."
            ) from None
        except (OSError, asyncio.IncompleteReadError):
            raise Unavailable(
                "The live worker stopped during this call; it is restarted, try again."
            ) from None
        finally:
            writer.close()

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
