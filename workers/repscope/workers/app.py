"""The Celery app of the worker machines: `celery -A repscope.workers.app worker --pool=solo`.

Celery brings wake-ups and live calls, starts and stops the process, and counts it. What to make is
in the job table, and the work is done by a host on a thread of its own: a worker that makes
something for an hour still answers Celery, and one whose broker is away still works.
"""

import base64
import logging
import os
import platform
import signal
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from celery import Celery, signals
from kombu.common import Broadcast
from kombu.entity import Queue

from repscope.core import broker
from repscope.core.logs import set_up_logs
from repscope.core.settings import Settings, get_settings
from repscope.workers.host.live import LiveLine
from repscope.workers.host.loop import Host

log = logging.getLogger(__name__)

#: Seconds between two looks into the table in case a wake-up was lost.
_LOOK = 1.0


def make_app(settings: Settings) -> Celery:
    """Return the Celery app.

    Args:
        settings: `redis_url` is the broker.
    """
    app = Celery("repscope", set_as_current=False)
    app.conf.update(broker.celery_settings(settings.redis_url or ""))
    app.conf.task_queues = [
        # Every idle worker hears each wake-up: the table decides who works.
        *map(Broadcast, broker.JOB_QUEUES),
        Queue(broker.LIVE_QUEUE),
    ]
    return app


class Station:
    """The host inside one Celery worker."""

    def __init__(self, queues: list[str], settings: Settings) -> None:
        """Serve the queues that the worker was started with."""
        self._scratch = TemporaryDirectory(prefix="repscope-")  # only its owner may enter
        socket = Path(self._scratch.name) / "live.sock"
        name = f"{platform.node()}-{os.getpid()}"
        self._host = Host(name, queues, settings, socket=socket, idle_look=_LOOK)
        self._thread = threading.Thread(target=self._run, name="host")
        self.line = LiveLine(socket)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def wake(self) -> None:
        """Look into the table now."""
        self._host.wake()

    def stop(self) -> None:
        """Give the job in hand back and end; returns at once."""
        self._host.stop()

    def join(self) -> None:
        """Wait until it ended."""
        self._thread.join()
        self._scratch.cleanup()

    def _run(self) -> None:
        try:
            self._host.run()
        except Exception:
            # Whoever started the worker starts it again; one that only seems to live is worse.
            log.exception("the worker host failed")
            os.kill(os.getpid(), signal.SIGTERM)


app = make_app(get_settings())
_station: Station | None = None


@app.task(name=broker.WAKE_TASK)
def wake() -> None:
    """Hear that something is queued."""
    if _station is not None:
        _station.wake()


@app.task(name=broker.LIVE_TASK, ignore_result=False)
def live(request: dict[str, Any]) -> str:
    """Answer a live call.

    Args:
        request: `method`, `version`, `inputs` (ids), `params` and `seed`.

    Returns:
        The answer, a frame (`repscope.core.frames`), in Base64.
    """
    assert _station is not None, "a worker takes calls only after it was set up"
    return base64.b64encode(_station.line.call(request, broker.LIVE_SECONDS)).decode("ascii")


@signals.setup_logging.connect
def _set_up_logs(**_: Any) -> None:
    """Keep Celery from setting up logs in its own way, by doing it first."""
    set_up_logs(get_settings())
    # It would write every message and every answer of a slider.
    for name in ("celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)


@signals.celeryd_after_setup.connect
def _start(instance: Any, **_: Any) -> None:
    global _station
    settings = get_settings()
    if settings.redis_url is None:
        sys.exit(
            "REPSCOPE_REDIS_URL is not set: it names the broker of the server and its workers."
        )
    if instance.pool_cls.__module__ != "celery.concurrency.solo":
        sys.exit("A worker of Repscope is one process: start Celery with --pool=solo.")
    consumed = instance.app.amqp.queues.consume_from.values()
    # The queue of a broadcast has a name of its own in every worker; its alias says whose it is.
    _station = Station(sorted(queue.alias or queue.name for queue in consumed), settings)
    _station.start()


@signals.worker_shutting_down.connect
def _stop(**_: Any) -> None:
    if _station is not None:
        _station.stop()


@signals.worker_shutdown.connect
def _join(**_: Any) -> None:
    if _station is not None:
        _station.stop()
        _station.join()
