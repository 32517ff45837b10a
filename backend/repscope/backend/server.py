"""The web server of one process: uvicorn, told to end event streams before it waits for them."""

import socket
import threading
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from repscope.core.settings import Settings

#: Seconds that open requests get to end.
_GRACE = 2


class Server(uvicorn.Server):
    """Serves one app until it is asked to stop."""

    def __init__(
        self,
        app: FastAPI,
        settings: Settings,
        ready: Callable[[], None],
        interrupted: threading.Event,
    ) -> None:
        """Serve `app`; `ready` is called once it answers, and ends if `interrupted` is set."""
        config = uvicorn.Config(
            app,
            lifespan="on",
            ws="none",
            log_config=None,
            log_level=settings.log_level,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
        super().__init__(config)
        self._app = app
        self._ready = ready
        self._interrupted = interrupted

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._ready()

    async def main_loop(self) -> None:
        """Wait until it is to end."""
        # One that came before uvicorn listened may have been swallowed by a library that loaded.
        self.should_exit = self.should_exit or self._interrupted.is_set()
        await super().main_loop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; event streams never do so by themselves."""
        self._app.state.services.bell.close()
        await super().shutdown(sockets)
