"""Embedded running: one command starts the server and its workers, and ends them all.

The order matters. The lock on the data folder comes first: its holder alone may free what a dead
predecessor held. Then the port, so that a taken one is told before anything starts. Workers start
before the web framework is loaded, since loading torch takes them longer.
"""

import errno
import ipaddress
import logging
import logging.handlers
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from repscope.backend.children import Children
from repscope.core.artifacts import ArtifactStore
from repscope.core.errors import Conflict, RepscopeError
from repscope.core.jobs import Database, Leases, WorkerTable
from repscope.core.locks import FolderLock
from repscope.core.settings import Settings

if TYPE_CHECKING:
    import uvicorn

#: Seconds that open requests get to end.
_GRACE = 2

_LOG_BYTES = 5_000_000


def serve(settings: Settings, *, browser: bool) -> None:
    """Serve until Ctrl-C or TERM, then end every child.

    Args:
        settings: Where and how.
        browser: Open the page once the server answers.

    Raises:
        RepscopeError: The folder or the port is taken, or the address is not loopback.
    """
    _check_loopback(settings.host)
    with (
        _interruptible(),
        FolderLock(settings.data) as lock,
        _listen(settings.host, settings.port) as listener,
    ):
        url = _url(listener)
        lock.note(f"process {os.getpid()}, {url}")
        _log_to_file(settings)
        _clean_up_after_predecessor(settings)
        with Children(settings):
            _run_server(settings, listener, url, browser)


def _run_server(settings: Settings, listener: socket.socket, url: str, browser: bool) -> None:
    import uvicorn

    from repscope.backend.app import create_app

    app = create_app(settings)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            _announce(settings, url, browser)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Before the wait for open connections: event streams never end by themselves.
            app.state.services.bell.close()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    server = Server(config)
    signal.signal(signal.SIGHUP, lambda *_: _ask_to_exit(server))
    server.run(sockets=[listener])


def _ask_to_exit(server: "uvicorn.Server") -> None:
    server.should_exit = True


def _announce(settings: Settings, url: str, browser: bool) -> None:
    sys.stdout.write(f"Repscope runs at {url} (Ctrl-C ends it)\nData folder: {settings.data}\n")
    sys.stdout.flush()
    # Without a display Python would start a browser inside the terminal.
    display = sys.platform == "darwin" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if browser and display:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _check_loopback(host: str) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise RepscopeError(
            f"Repscope does not listen on {host} yet, only on this machine (127.0.0.1): "
            "whoever reaches it may use it."
        )


def _listen(host: str, port: int) -> socket.socket:
    """Take the port.

    Raises:
        Conflict: Another program has it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Or the port would stay taken for a minute after a server ended.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            reason = f"Port {port} is taken by another program; choose another with --port."
        else:
            reason = f"Port {port} of {host} cannot be used: {error.strerror}."
        raise Conflict(reason) from None
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _log_to_file(settings: Settings) -> None:
    settings.logs.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        settings.logs / "server.log", maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)


def _clean_up_after_predecessor(settings: Settings) -> None:
    """Free what a server held that died in this folder, and end what it left running."""
    store = ArtifactStore(settings.store)
    store.sweep()
    if settings.database_url is not None:
        return  # others work on that database; their leases run out by themselves
    database = Database(settings.database)
    WorkerTable(database).kill_orphans()
    Leases(database, store, settings.lease_seconds).release_all()
    database.close()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let TERM and a closed terminal end the block as Ctrl-C does, and end it quietly."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
