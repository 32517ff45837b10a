"""One command starts the server, and when embedded its workers too, and ends them all.

With a broker (`REPSCOPE_REDIS_URL`) the workers run elsewhere and other servers may share the
database, so nothing is started here and nothing taken for dead.

Embedded, the order matters. The lock on the data folder comes first: its holder alone may free
what a dead predecessor held. Then the port, so that a taken one is told before anything starts.
Workers start before the web framework is loaded, since loading torch takes them longer.
"""

import logging
import logging.handlers
import os
import signal
import socket
import threading
from types import FrameType

from repscope.backend.embedded import EmbeddedWorkers
from repscope.backend.listener import listen, url_of
from repscope.core.artifacts import ArtifactStore
from repscope.core.jobs import Database, Leases, WorkerTable
from repscope.core.locks import FolderLock
from repscope.core.logs import set_up_logs
from repscope.core.settings import Settings
from repscope.core.uploads import UploadStore

_LOG_BYTES = 5_000_000


def serve(settings: Settings, interrupted: threading.Event, *, browser: bool) -> None:
    """Serve until Ctrl-C or TERM, then end the workers too.

    Args:
        settings: Where and how.
        interrupted: Set when one of them came already.
        browser: Open the page once the server answers.

    Raises:
        RepscopeError: The folder or the port is taken.
    """
    if settings.redis_url is None:
        _serve_embedded(settings, browser, interrupted)
    else:
        with listen(settings.host, settings.port) as listener:
            set_up_logs(settings)
            _run_server(settings, listener, browser, interrupted)


def _serve_embedded(settings: Settings, browser: bool, interrupted: threading.Event) -> None:
    with (
        FolderLock(settings.data) as lock,
        listen(settings.host, settings.port) as listener,
    ):
        lock.note(f"process {os.getpid()}, {url_of(listener)}")
        _log_to_file(settings)
        store = ArtifactStore(settings.store)
        database = Database(settings.database)
        workers = WorkerTable(database)
        leases = Leases(database, store, settings.lease_seconds)
        # Free what a server held that died in this folder, and end what it left running.
        store.sweep()
        UploadStore(settings.uploads).sweep(grace=0.0)
        workers.kill_orphans()
        if settings.database_url is None:  # or others may hold leases on that database
            leases.release_all()
        with EmbeddedWorkers(settings):
            _run_server(settings, listener, browser, interrupted)
        database.close()


def _run_server(
    settings: Settings, listener: socket.socket, browser: bool, interrupted: threading.Event
) -> None:
    # Here, so that the workers load meanwhile.
    from repscope.backend.access import Access
    from repscope.backend.announcement import announce
    from repscope.backend.app import create_app
    from repscope.backend.server import Server

    url = url_of(listener)
    app = create_app(settings)
    access: Access | None = app.state.access
    server = Server(
        app, settings, lambda: announce(settings, url, access, browser=browser), interrupted
    )

    def end(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    # The server itself listens to Ctrl-C and TERM.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, end)
    server.run(sockets=[listener])


def _log_to_file(settings: Settings) -> None:
    settings.logs.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        settings.logs / "server.log", maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8"
    )
    set_up_logs(settings, handler)
