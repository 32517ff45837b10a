"""The runner of jobs: makes what its host hands to it, one after the other."""

import logging
import os
import queue
import threading
import traceback
from collections.abc import Mapping
from typing import Any

from repscope.core.errors import Cancelled, RepscopeError
from repscope.core.logs import about
from repscope.core.recipes import normalized_id
from repscope.core.space import is_full
from repscope.workers.runner.channel import Receiver, Sender
from repscope.workers.runner.making import Maker

log = logging.getLogger(__name__)


class PipeReporter:
    """Tells the host how a job goes and hears from it when to stop."""

    def __init__(
        self, sender: Sender, cancelled: threading.Event, finishing: threading.Event
    ) -> None:
        """Report into a pipe."""
        self._sender = sender
        self._cancelled = cancelled
        self._finishing = finishing

    def progress(self, fraction: float | None, message: str, metrics: Mapping[str, float]) -> None:
        """Report how far the job is."""
        self._sender.send(say="progress", fraction=fraction, message=message, metrics=dict(metrics))

    def event(self, type: str, data: Mapping[str, Any]) -> None:
        """Report a row of the job's history."""
        self._sender.send(say="event", type=type, data=dict(data))

    def cancelled(self) -> bool:
        """Tell whether the host asked to stop."""
        return self._cancelled.is_set()

    def finishing(self) -> bool:
        """Tell whether somebody wants what there is."""
        return self._finishing.is_set()

    def finished_early(self, artifact_id: str) -> None:
        """Report what was published of the job so far."""
        self._finishing.clear()
        self._sender.send(say="early", id=artifact_id)


class JobRunner:
    """Reads orders from the host until it is gone."""

    def __init__(self, sender: Sender, receiver: Receiver, maker: Maker) -> None:
        """Serve one host."""
        self._sender = sender
        self._receiver = receiver
        self._maker = maker
        self._orders: queue.Queue[dict[str, Any]] = queue.Queue()
        self._cancelled = threading.Event()
        self._finishing = threading.Event()

    def run(self) -> None:
        """Make what comes, forever; the process ends with its host."""
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            order = self._orders.get()
            self._cancelled.clear()
            self._finishing.clear()
            with about(job=normalized_id(order["recipe"])):
                self._make(order)

    def _listen(self) -> None:
        while (message := self._receiver.receive()) is not None:
            match message["do"]:
                case "cancel":
                    self._cancelled.set()
                case "finish":
                    self._finishing.set()
                case "make":
                    self._orders.put(message)
        # The host is gone. The main thread may be deep inside a library: leave at once.
        os._exit(0)

    def _make(self, order: dict[str, Any]) -> None:
        recipe = order["recipe"]
        try:
            reporter = PipeReporter(self._sender, self._cancelled, self._finishing)
            self._maker.make(recipe, reporter)
        except Cancelled:
            self._sender.send(say="cancelled")
        except RepscopeError as error:
            self._sender.send(say="failed", message=error.message, detail=None)
        except MemoryError:
            self._sender.send(
                say="failed",
                message="There is not enough memory for this; take fewer or smaller images.",
                detail=traceback.format_exc(),
            )
        except Exception as error:
            log.exception("%s %s failed", recipe["kind"], recipe["method"])
            reason = str(error) or type(error).__name__
            message = f"{recipe['kind']} '{recipe['method']}' stopped with an error: {reason}"
            if is_full(error):
                message = "The disk was full before this was done; free some space, then retry."
            self._sender.send(say="failed", message=message, detail=traceback.format_exc())
        else:
            self._sender.send(say="done")
